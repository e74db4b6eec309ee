"""What is said of rules, differences, members and parity cases that are wrong."""

from __future__ import annotations

import pytest

from .conftest import CASE, HEAD, Folder

NOTE = "{en: A note., zh: 说明。}"


@pytest.mark.parametrize("kind", ["refuse", "lossy"])
@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        pytest.param(
            f"fused: {NOTE}",
            "{kind}.fused: fused is no parameter; expected one of params, lr, momentum, nesterov, foreach",
            id="a parameter that does not exist",
        ),
        pytest.param("lr: too fast", "{kind}.lr: expected a mapping", id="a note in one language"),
        pytest.param("lr: {en: A note.}", "{kind}.lr: the key 'zh' is missing", id="no Chinese note"),
        pytest.param(
            "lr: {unless: lr == 0, note: {zh: 说明。}}",
            "{kind}.lr.note: the key 'en' is missing",
            id="no English note",
        ),
        pytest.param("lr: {unless: lr == 0}", "{kind}.lr: the key 'note' is missing", id="no note"),
        pytest.param(
            f"lr: {{note: {NOTE}, en: A note.}}",
            "{kind}.lr.en: unknown key 'en'; expected one of loud, note, unless",
            id="two notes",
        ),
        pytest.param(
            f"lr: {{unless: lr == 0, loud: false, note: {NOTE}}}",
            "{kind}.lr.loud: expected true; leave the key out otherwise",
            id="a flag that is not true",
        ),
        pytest.param(
            "lr: {unless: lr == 0, en: A note., zh: 说明。}",
            "{kind}.lr.en: unknown key 'en'; expected one of loud, note, unless",
            id="a condition beside the languages",
        ),
        pytest.param(
            f"lr: {{unless: rate == 0, note: {NOTE}}}",
            "{kind}.lr.unless: rate: not a parameter here; expected ",
            id="a condition over an unknown name",
        ),
        pytest.param(
            f"params: {NOTE}",
            "{kind}.params: params has no default, so 'unless' must say when it does not matter",
            id="a required parameter without a condition",
        ),
    ],
)
def test_a_rule_about_an_argument(folder: Folder, kind: str, rule: str, complaint: str) -> None:
    body = CASE + f"{kind}: {{{rule}}}\n"
    assert folder.complaint(HEAD + body).startswith(f"7: {complaint.format(kind=kind)}")


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        pytest.param(
            f"fused: {NOTE}",
            "fused: fused is no parameter; expected one of params, lr, ",
            id="a parameter that does not exist",
        ),
        pytest.param("lr: {en: A note.}", "lr: the key 'zh' is missing", id="no Chinese note"),
        pytest.param(f"lr: {{unless: lr == 0, note: {NOTE}}}", "lr.unless: unknown key", id="a condition"),
    ],
)
def test_an_option_that_is_refused_in_groups(folder: Folder, rule: str, complaint: str) -> None:
    body = CASE + f"refuse_in_groups: {{{rule}}}\n"
    assert folder.complaint(HEAD + body).startswith(f"7: refuse_in_groups.{complaint}")


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        pytest.param(f"differs: {{note: {NOTE}}}\n", "7: differs: expected a list", id="differs is no list"),
        pytest.param(
            "differs: [{when: lr}]\n",
            "7: differs[0]: the key 'note' is missing",
            id="a difference without a note",
        ),
        pytest.param(
            f"differs: [{{unless: lr, note: {NOTE}}}]\n",
            "7: differs[0].unless: unknown key 'unless'; expected one of known, loud, note, when",
            id="a difference has no unless",
        ),
        pytest.param(
            "members: {close: {}}\n",
            "7: members.close: torch.optim.SGD has no member 'close'",
            id="a member that the source does not have",
        ),
        pytest.param(
            "members: {step: {calls: toy}}\n",
            "7: members.step.calls: unknown key 'calls'; expected one of adds_group, assignable, ",
            id="a key that a member does not have",
        ),
        pytest.param(
            "members: {param_groups: {expression: self.x, unconvertible: {en: no, zh: no}}}\n",
            "7: members.param_groups.unconvertible: stands beside a way to write it; a member has one or the other",
            id="a member with a way and without",
        ),
        pytest.param(
            "members: {param_groups: {expression: self.x, assignable: yes}}\n",
            "7: members.param_groups.assignable: expected true; leave the key out otherwise",
            id="a member that is assignable in other words",
        ),
        pytest.param(
            "members: {param_groups: {expression: self.x, of: [toy.None]}}\n",
            "7: members.param_groups.of[0]: toy.None is not in the target's signatures",
            id="a member of a class that the target does not have",
        ),
        pytest.param(
            "members: {step: {to: toy.SGD.step}}\n",
            "7: members.step: says nothing about closure; use, drop, refuse or call it lossy",
            id="a parameter of a member is forgotten",
        ),
        pytest.param(
            f"members: {{step: {{refuse: {{closure: {NOTE}}}}}}}\n",
            "7: members.step: a case needs 'to' or 'expression'",
            id="a rule of a member without a target",
        ),
        pytest.param(
            "members: {param_groups: {items: {lr: {get: self.lr}}}}\n",
            "7: members.param_groups.items.lr.get: unknown key 'get'; expected one of differs, in_place, read, ",
            id="a key that an item of a group does not have",
        ),
        pytest.param(
            f"members: {{param_groups: {{items: {{lr: {{read: self.x(), refuse: {NOTE}}}}}}}}}\n",
            "7: members.param_groups.items.lr.refuse: stands alone: an entry that is refused has no other rules",
            id="an item of a group that is refused and read",
        ),
        pytest.param(
            "members: {param_groups: {items: {lr: {in_place: {}, read: self.x()}}}}\n",
            "7: members.param_groups.items.lr.read: stands beside 'in_place'; an entry has one or the other",
            id="an item of a group that is read in place and elsewhere",
        ),
        pytest.param(
            "members: {param_groups: {items: {lr: {in_place: {write: entry.set(value)}}}}}\n",
            "7: members.param_groups.items.lr.in_place.write: entry.set is not in the target's signatures",
            id="an item of a group that is written by what the target does not have",
        ),
        pytest.param(
            "members: {param_groups: {items: {lr: {in_place: {write: value}}}}}\n",
            "7: members.param_groups.items.lr.in_place.write: value is not in the target's signatures",
            id="an item of a group that is written by no call",
        ),
        pytest.param(
            "members: {param_groups: {items: {lr: {in_place: {write: toy.SGD(value), type: float}}}}}\n",
            "7: members.param_groups.items.lr.in_place.type: stands beside 'write'; it is about what is assigned",
            id="an item of a group that is written and assigned",
        ),
        pytest.param(
            "members: {param_groups: {items: {lr: {read: lr}}}}\n",
            "7: members.param_groups.items.lr.read: lr: not a parameter here; expected self, value",
            id="an item of a group is read from self",
        ),
        pytest.param(
            "attach: {argument: lr, rate: lr, read: optimizer.lr}\n",
            "7: attach: expected one of 'set' and 'counted'",
            id="attach without set",
        ),
        pytest.param(
            "attach: {by: lr}\n",
            "7: attach.by: unknown key 'by'; expected one of argument, counted, rate, read, set",
            id="a key that attach does not have",
        ),
        pytest.param(
            "attach: {argument: lr, rate: lr, read: self.lr, set: scheduler}\n",
            "7: attach.read: self: not a parameter here; expected optimizer, scheduler",
            id="attach is over the optimizer and the scheduler",
        ),
        pytest.param(
            "parity: {roughly: [SGD()]}\n",
            "7: parity.roughly: expected one of exact, close, lossy",
            id="a class of parity that does not exist",
        ),
        pytest.param("parity: {exact: SGD()}\n", "7: parity.exact: expected a list", id="parity is no list"),
        pytest.param(
            "parity: {exact: [{step: metric}]}\n",
            "7: parity.exact[0]: the key 'code' is missing",
            id="a parity case without code",
        ),
        pytest.param(
            "parity: {exact: [{code: SGD(), steps: metric}]}\n",
            "7: parity.exact[0].steps: unknown key 'steps'; expected one of code, since, step",
            id="a key that a parity case does not have",
        ),
        pytest.param("annotation: [SGD]\n", "7: annotation: expected text", id="the annotation is a list"),
        pytest.param("since: [1]\n", "7: since: expected text", id="the version is a list"),
    ],
)
def test_what_stands_beside_the_case(folder: Folder, body: str, complaint: str) -> None:
    assert folder.complaint(HEAD + CASE + body).startswith(complaint)
