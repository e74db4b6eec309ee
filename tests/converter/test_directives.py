"""Comments that ignore diagnostics or skip a file: where they stand, what they concern, and what they leave alone."""

from __future__ import annotations

import pytest

from optconv.converter import Options, Outcome, convert_content
from optconv.converter.directives import first_line_with_directives, is_directive, is_marking_comment
from optconv.converter.source import SourceText
from optconv.mappings import LANGUAGES, diagnostic_kinds, load_tables

from .helpers import BARE, becomes, convert, ignored, kept, of_bytes, output, said

NO = "torch.optim.Adafactor(p)"  # has no counterpart: OC307
IGNORE = "# optconv: ignore[OC307]"
MARKS = Options()


def sifted(text: str) -> tuple[list[str], list[str]]:
    """Return what is said of a source, and what is ignored."""
    conversion = convert(text)
    return kept(conversion), ignored(conversion)


# Where a comment may stand: each ignores the one OC307 of its source.
CONCERNED = {
    "behind the statement": f"x = {NO}  {IGNORE}",
    "behind the first line of a call": f"x = f(  {IGNORE}\n    1,\n    {NO},\n)",
    "behind an inner line of a call": f"x = f(\n    1,  {IGNORE}\n    {NO},\n)",
    "behind the last line of a call": f"x = f(\n    1,\n    {NO},\n)  {IGNORE}",
    "in a line of its own in a call": f"x = f(\n    1,\n    {IGNORE}\n    {NO},\n)",
    "above": f"{IGNORE}\n{NO}",
    "above with blank lines between": f"{IGNORE}\n\n\n{NO}",
    "above with another comment between": f"{IGNORE}\n# why\n{NO}",
    "above with a blank line and a comment between": f"{IGNORE}\n\n# why\n\n{NO}",
    "behind another comment": f"{NO}  # type: ignore # optconv: ignore[OC307]",
    "above in a block": f"if x:\n    {IGNORE}\n    {NO}",
    "above, with another indentation": f"if x:\n    y\n        {IGNORE}\n    {NO}",
    "behind a line that goes on behind a backslash": f"x = 1 + \\\n    {NO}  {IGNORE}",
    "behind statements with a semicolon": f"x = 1; {NO}; y = 2  {IGNORE}",
    "behind the header of a loop": f"for x in {NO}:  {IGNORE}\n    pass",
    "above the header of a loop": f"{IGNORE}\nfor x in {NO}:\n    pass",
    "behind the header of if": f"if {NO}:  {IGNORE}\n    pass",
    "above elif": f"if x:\n    pass\n{IGNORE}\nelif {NO}:\n    pass",
    "behind with": f"with {NO} as x:  {IGNORE}\n    pass",
    "behind a one-line block": f"if x: {NO}  {IGNORE}",
    "behind else and its statement": f"if x:\n    pass\nelse: {NO}  {IGNORE}",
    "above the decorators": f"{IGNORE}\n@a\n@b(1)\ndef f(x={NO}):\n    pass",
    "between the decorators": f"@a\n{IGNORE}\n@b(1)\ndef f(x={NO}):\n    pass",
    "below the decorators": f"@a\n{IGNORE}\ndef f(x={NO}):\n    pass",
    "behind the header below decorators": f"@a\ndef f(x={NO}):  {IGNORE}\n    pass",
    "in a header of several lines": f"def f(\n    a,  {IGNORE}\n    x={NO},\n):\n    pass",
    "above the decorator that it is about": f"{IGNORE}\n@a({NO})\ndef f():\n    pass",
    "behind the decorator that it is about": f"@a({NO})  {IGNORE}\ndef f():\n    pass",
    "above a decorated class in a class": f"class A:\n    {IGNORE}\n    @a\n    class B({NO}):\n        pass",
    "behind a string of several lines": f"x = '''\n''' + {NO}  {IGNORE}",
    "above a string that looks like a comment": f"{IGNORE}\n'# no comment'; {NO}",
    "above a form feed": f"{IGNORE}\n\x0c{NO}",
}  # fmt: skip


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in CONCERNED.items()])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["LF", "CR LF", "CR"])
def test_a_comment_ignores_what_is_said_of_its_statement(text: str, newline: str) -> None:
    source = f"import torch\n{text}\n".replace("\n", newline).encode()
    conversion = of_bytes(source, options=MARKS)
    assert conversion.diagnostics == ()
    assert [found.code for found in conversion.ignored] == ["OC307"]
    assert conversion.source == source, "nothing is marked where a comment says that it is known"


# Where it stands at something else, and so ignores nothing.
UNCONCERNED = {
    "below the statement": (f"{NO}\n{IGNORE}", ["2:OC307", "3:OC210"]),
    "above another statement": (f"{IGNORE}\nx = 1\n{NO}", ["2:OC210", "4:OC307"]),
    "behind the statement before": (f"x = 1  {IGNORE}\n{NO}", ["2:OC210", "3:OC307"]),
    "at the header, not at the body": (f"if x:  {IGNORE}\n    {NO}", ["2:OC210", "3:OC307"]),
    "above the header, not at the body": (f"{IGNORE}\ndef f():\n    {NO}", ["2:OC210", "4:OC307"]),
    "behind a decorator, not at the header": (f"@a  {IGNORE}\ndef f(x={NO}): pass", ["2:OC210", "3:OC307"]),
    "in the last line": (f"{NO}\n\n{IGNORE}", ["2:OC307", "4:OC210"]),
    "in a string": (f"x = '{IGNORE}'; {NO}", ["2:OC307"]),
    "in a string of several lines": (f"x = '''\n{IGNORE}\n'''; {NO}", ["4:OC307"]),
    "in a docstring": (f'def f():\n    """\n    {IGNORE}\n    """\n    {NO}', ["6:OC307"]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "codes"), [pytest.param(*pair, id=name) for name, pair in UNCONCERNED.items()]
)
def test_a_comment_says_nothing_of_other_statements(text: str, codes: list[str]) -> None:
    assert sifted(f"import torch\n{text}\n") == (codes, [])


@pytest.mark.parametrize(
    "comment",
    [
        "# optconv: ignore[OC302,OC307]",
        "# optconv: ignore[ OC302 , OC307 ,]",
        "# optconv: ignore[unsupported-argument, no-counterpart]",
        "# optconv: ignore[OC302, No-Counterpart]",
        "#optconv:ignore[oc302,oc307]",
        "#   optconv:   ignore[OC302, OC307]   the paper's own schedule",
        "# optconv: ignore[OC302]  # optconv: ignore[OC307]",
    ],
)
def test_several_codes_or_names_can_be_ignored(comment: str) -> None:
    source = f"import torch\nf({NO}, torch.optim.SGD(p, maximize=True))  {comment}\n"
    found = sifted(source)
    if comment.count("optconv") == 1:
        assert found == ([], ["2:OC307", "2:OC302"])
    else:  # the second one is behind the end of the first
        assert found == (["2:OC307"], ["2:OC302"])


def test_what_is_not_named_is_said() -> None:
    assert sifted(f"import torch\nf({NO}, torch.optim.SGD(p, maximize=True))  {IGNORE}\n") == (
        ["2:OC302"],
        ["2:OC307"],
    )


def test_what_is_ignored_is_counted_as_what_it_is() -> None:
    without, ignoring = (convert(f"import torch\n{NO}  {c}\n") for c in ("", IGNORE))
    assert [r.outcome for r in ignoring.references] == [Outcome.DECLINED]
    assert [r.outcome for r in without.references] == [Outcome.DECLINED]
    assert ignoring.ignored[0].message == without.diagnostics[0].message


def test_a_warning_that_is_ignored_leaves_the_conversion_as_it_is() -> None:
    before = "import torch\nx = torch.optim.SGD(q(), 0.1)  # optconv: ignore[OC203]\n"
    after = "import paddle\nx = paddle.optimizer.SGD(parameters=q(), learning_rate=0.1)  # optconv: ignore[OC203]\n"
    becomes(before, after)
    assert [r.outcome for r in convert(before).references] == [Outcome.WARNED]


def test_an_error_that_is_not_ignored_is_marked_beside_one_that_is() -> None:
    text = f"import torch\nf({NO}, torch.optim.Muon(p), torch.optim.SGD(p, maximize=True))  {IGNORE}\n"
    assert sifted(text) == (["2:OC302"], ["2:OC307", "2:OC307"])
    marks = [line for line in output(text, MARKS).splitlines() if is_marking_comment(line)]
    assert [mark[:16] for mark in marks] == ["# optconv: OC302"]


def test_codes_that_are_not_to_be_said_are_ignored_without_a_comment() -> None:
    conversion = convert(f"import torch\n{NO}\n", Options(ignored=frozenset({"OC307"})))
    assert (conversion.diagnostics, ignored(conversion)) == ((), ["2:OC307"])
    assert "# optconv: OC307" in conversion.source.decode(), "the mark is governed by annotate alone"


# Comments that cannot be understood, and the reason that is given (a part of the message).
MALFORMED = {
    "no codes": ("# optconv: ignore", "name the codes"),
    "no codes but a reason": ("# optconv: ignore this", "name the codes"),
    "empty brackets": ("# optconv: ignore[]", "name the codes"),
    "brackets with commas only": ("# optconv: ignore[ , ]", "name the codes"),
    "no end of the brackets": ("# optconv: ignore[OC307", "name the codes"),
    "a space before the brackets": ("# optconv: ignore [OC307]", "name the codes"),
    "an unknown code": ("# optconv: ignore[OC399]", "there is no diagnostic OC399"),
    "an unknown name": ("# optconv: ignore[no-counterparts]", "there is no diagnostic no-counterparts"),
    "the beginning of codes": ("# optconv: ignore[OC3]", "there is no diagnostic OC3"),
    "a fault of the file": ("# optconv: ignore[OC901]", "OC901 says that the file could not be handled"),
    "its name": ("# optconv: ignore[syntax-error]", "OC901 says that the file could not be handled"),
    "what is said of the file": ("# optconv: ignore[OC107]", "`per-file-ignores`"),
    "an unknown word": ("# optconv: hello", "there is `# optconv: ignore[OC201]` for a statement"),
    "a word that begins alike": ("# optconv: ignored[OC307]", "there is `# optconv: ignore[OC201]`"),
    "no word": ("# optconv:", "there is `# optconv: ignore[OC201]` for a statement"),
    "skip-file behind code": ("x = 1  # optconv: skip-file", "`# optconv: skip-file` in a line of its own"),
    "a word like skip-file": ("# optconv: skip-files", "`# optconv: skip-file` in a line of its own"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("comment", "reason"), [pytest.param(*pair, id=name) for name, pair in MALFORMED.items()]
)
def test_a_comment_that_cannot_be_understood_is_spoken_of(comment: str, reason: str) -> None:
    conversion = convert(f"import torch\n{comment}\n{NO}\n")
    assert kept(conversion) == ["2:OC211", "3:OC307"]
    found = conversion.diagnostics[0]
    assert reason in found.message.en
    assert found.start.column == comment.index("#") + 1
    assert found.end.column == len(comment) + 1


def test_every_fault_of_a_file_is_refused_and_every_other_code_is_taken() -> None:
    for code in diagnostic_kinds():
        codes = [d.code for d in convert(f"import torch.optim\n# optconv: ignore[{code}]\n").diagnostics]
        if code.startswith("OC9") or code == "OC107":
            assert codes == ["OC211"]
        elif code in ("OC210", "OC211"):
            assert codes == []
        else:
            assert codes == ["OC210"]


def test_a_wrong_code_does_not_cost_the_right_ones() -> None:
    found = sifted(f"import torch\n{NO}  # optconv: ignore[OC399, OC307, OC901]\n")
    assert found == (["2:OC211", "2:OC211"], ["2:OC307"])


def test_an_unused_code_is_spoken_of_beside_one_that_is_used() -> None:
    conversion = convert(f"import torch\n{NO}  # optconv: ignore[OC302, OC307]\n")
    assert (kept(conversion), ignored(conversion)) == (["2:OC210"], ["2:OC307"])
    assert "OC302 is not given here" in conversion.diagnostics[0].message.en


@pytest.mark.parametrize(
    "comment", ["# optconv: ignore[OC302, OC210]", "# optconv: ignore[OC302, unused-ignore]"]
)
def test_a_comment_can_say_that_it_may_be_unused(comment: str) -> None:
    found = sifted(f"import torch\nx = torch.optim.SGD(p(), 0.1)  {comment}\n")
    assert found == (["2:OC203"], ["2:OC210"])


def test_a_comment_can_say_that_it_may_be_wrong() -> None:
    assert sifted("import torch.optim\nx = 1  # optconv: ignore[OC2O1, OC211]\n") == ([], ["2:OC211"])


def test_unused_and_malformed_comments_can_be_ignored_as_a_whole() -> None:
    options = Options(annotate=False, ignored=frozenset({"OC210", "OC211"}))
    conversion = convert("import torch.optim\n# optconv: ignore[OC302]\n# optconv: hello\n", options)
    assert (kept(conversion), ignored(conversion)) == ([], ["2:OC210", "3:OC211"])


def test_a_comment_about_a_code_that_is_not_to_be_said_is_not_unused() -> None:
    options = Options(annotate=False, ignored=frozenset({"OC302"}))
    assert convert("import torch.optim\n# optconv: ignore[OC302]\n", options).diagnostics == ()


def test_the_marking_comments_of_the_tool_ask_for_nothing() -> None:
    once = output(f"import torch\n{NO}\ntorch.optim.SGD(p, maximize=True)\n", MARKS)
    assert once.count("# optconv: OC") == 2
    assert said(once, MARKS) == ["3:OC307", "5:OC302"]
    assert [is_marking_comment(line) for line in once.splitlines()] == [False, True, False, True, False]


def test_a_comment_is_told_from_one_that_only_speaks_of_the_tool() -> None:
    assert [is_directive(text) for text in ("# optconv: x", "#optconv:x", "# see optconv: x", "optconv: x")] == [
        True,
        True,
        False,
        False,
    ]  # fmt: skip


def test_a_comment_between_a_mark_and_its_statement_does_not_bring_the_mark_again() -> None:
    once = output(f"import torch\nf({NO}, torch.optim.SGD(p, maximize=True))\n", MARKS)
    with_comment = once.replace("\nf(", "\n#optconv:ignore[OC302]\nf(")
    conversion = convert(with_comment, MARKS)
    assert conversion.source.decode() == with_comment


# What an earlier run left, and how the next one must know that it was left on purpose.

OPTIMIZER = "opt = torch.optim.SGD(p(), lr=0.1)  # optconv: ignore[OC203]\n"
STEP = "a = torch.optim.lr_scheduler.StepLR(opt, 3)"
SECOND = "b = torch.optim.lr_scheduler.ExponentialLR(opt, 0.9)"


@pytest.mark.parametrize(
    "schedulers",
    [
        pytest.param(f"{STEP}  # optconv: ignore[OC303]\n{SECOND}  # optconv: ignore[OC303]\n", id="behind both"),
        pytest.param(f"{STEP}\n{SECOND}  # optconv: ignore[OC303]\n", id="behind one"),
        pytest.param(f"# optconv: ignore[OC303]\n{STEP}\n{SECOND}\n", id="above one"),
        pytest.param(f"# optconv: ignore[several-schedulers]\n\n{STEP}\n{SECOND}\n", id="by its name"),
    ],
)  # fmt: skip
def test_a_second_scheduler_stays_in_the_second_run(schedulers: str) -> None:
    text = output(f"import torch\n{OPTIMIZER}{schedulers}", MARKS)
    assert "paddle.optimizer.SGD" in text
    assert text.count("torch.optim.lr_scheduler.StepLR(opt, 3)") == 1
    assert text.count("torch.optim.lr_scheduler.ExponentialLR(opt, 0.9)") == 1
    conversion = convert(text, MARKS)
    outcomes = {r.api.rpartition(".")[2]: r.outcome for r in conversion.references}
    assert outcomes["StepLR"] is outcomes["ExponentialLR"] is Outcome.DECLINED
    assert len([d for d in (*conversion.diagnostics, *conversion.ignored) if d.code == "OC303"]) == 2


@pytest.mark.parametrize("comment", ["# optconv: ignore[OC302]", "# optconv: ignore[unsupported-argument]"])
def test_a_scheduler_that_another_one_is_in_the_way_of_stays_in_the_second_run(comment: str) -> None:
    text = (
        "import torch\nopt = torch.optim.SGD(model.parameters(), lr=0.1)\n"
        "first = torch.optim.lr_scheduler.StepLR(opt, 30)\n"
        f"second = torch.optim.swa_utils.SWALR(opt, 0.05)  {comment}\n"
    )
    tables = load_tables("mindspore")
    once = convert_content("a.py", text.encode(), tables, MARKS)
    assert [found.code for found in once.ignored] == ["OC302"]
    assert f"second = torch.optim.swa_utils.SWALR(opt, 0.05)  {comment}".encode() in once.source
    again = convert_content("a.py", once.source, tables, MARKS)
    assert again.source == once.source
    assert ([f.code for f in again.ignored], [f.code for f in again.diagnostics]) == (["OC302"], [])


def test_the_reason_of_the_first_run_is_told_although_it_is_ignored() -> None:
    conversion = convert(f"import torch\n{OPTIMIZER}{STEP}  # optconv: ignore[OC303]\n{SECOND}\n")
    (found,) = [d for d in conversion.ignored if d.code == "OC303"]
    assert "opt has another scheduler (line 4)" in found.message.en


def test_a_scheduler_without_a_rival_stays_where_a_comment_says_that_it_has_one() -> None:
    conversion = convert(f"import torch\n{OPTIMIZER}{STEP}  # optconv: ignore[OC303]\n")
    assert "torch.optim.lr_scheduler.StepLR(opt, 3)" in conversion.source.decode()
    assert (kept(conversion), ignored(conversion)) == ([], ["2:OC203", "3:OC303"])
    for language in LANGUAGES:
        assert conversion.ignored[1].message.in_language(language)


SUBCLASS = """\
import torch
# optconv: ignore[OC306]
class Halving(torch.optim.lr_scheduler.LRScheduler):
    def get_lr(self):
        return [rate * 0.5 for rate in self.base_lrs]
"""


def test_a_subclass_stays_in_the_second_run_whatever_the_file_builds_of_it_then() -> None:
    use = f"{OPTIMIZER}s = Halving(opt)\n"
    without = output(SUBCLASS.replace("# optconv: ignore[OC306]\n", "") + use)
    assert "class Halving(paddle.optimizer.lr.LRScheduler)" in without, "it could be converted"
    text = output(SUBCLASS + use, MARKS)
    assert "class Halving(torch.optim.lr_scheduler.LRScheduler)" in text
    assert ignored(convert(SUBCLASS + use)) == ["3:OC306", "6:OC203"]


def test_an_optimizer_subclass_that_is_ignored_is_not_marked() -> None:
    text = "import torch\nclass Mine(torch.optim.Optimizer):  # optconv: ignore[OC306]\n    pass\n"
    assert output(text, MARKS) == text
    assert sifted(text) == ([], ["2:OC306"])


# Comments go with their statements.


def test_a_comment_above_moves_with_the_scheduler_that_changes_places() -> None:
    becomes(
        f"""\
        import torch
        {OPTIMIZER}\
        # optconv: ignore[OC201, OC202] the momentum stays
        s = torch.optim.lr_scheduler.OneCycleLR(opt, 0.3, 100)
        """,
        """\
        import paddle
        # optconv: ignore[OC201, OC202] the momentum stays
        s = paddle.optimizer.lr.OneCycleLR(max_learning_rate=0.3, end_learning_rate=1.2e-06, total_steps=100)
        opt = paddle.optimizer.SGD(parameters=p(), learning_rate=s)  # optconv: ignore[OC203]
        """,
    )


def test_a_comment_above_the_optimizer_stays_with_the_optimizer() -> None:
    becomes(
        """\
        import torch
        # both
        # optconv: ignore[OC203]
        opt = torch.optim.SGD(p, lr=0.1)
        s = torch.optim.lr_scheduler.StepLR(opt, 3)
        """,
        """\
        import paddle
        s = paddle.optimizer.lr.StepDecay(learning_rate=0.1, step_size=3)
        # both
        # optconv: ignore[OC203]
        opt = paddle.optimizer.SGD(parameters=p, learning_rate=s)
        """,
    )


LOOP = """\
import torch
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for x, y in data:
    opt.zero_grad()  # optconv: ignore[OC306]
    loss = f(model(x), y)
    # optconv: ignore[OC308]
    loss.backward()
    opt.step()
"""


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("# optconv: ignore[OC201]\nx = 1\n", 1, id="the first line of the file"),
        pytest.param("y = 1\n# optconv: ignore[OC201]\n#optconv:hello\nx = 1\n", 2, id="several"),
        pytest.param("# optconv: ignore[OC201]\n# why\nx = 1\n", 3, id="another comment between"),
        pytest.param("# optconv: ignore[OC201]\n\nx = 1\n", 3, id="a blank line between"),
        pytest.param("# optconv: OC201 torch.optim.SGD: marked\nx = 1\n", 2, id="a marking comment"),
        pytest.param("if y:\n# optconv: ignore[OC201]\n    x = 1\n", 3, id="another indentation"),
        pytest.param("y = 1  # optconv: ignore[OC201]\nx = 1\n", 2, id="behind the statement before"),
    ],
)
def test_comments_directly_above_a_statement_belong_to_it(text: str, first: int) -> None:
    source = SourceText(text, "utf-8")
    assert first_line_with_directives(source, text.count("\n")) == first


def test_a_comment_behind_a_statement_that_goes_does_not_come_to_concern_another_one() -> None:
    tables = load_tables("mindspore")
    conversion = convert_content("a.py", LOOP.encode(), tables, BARE)
    assert b"value_and_grad" in conversion.source
    assert b"ignore[OC306]" not in conversion.source
    assert convert_content("a.py", conversion.source, tables, BARE).source == conversion.source


def test_a_training_step_that_is_left_and_ignored_is_not_marked() -> None:
    text = """\
import torch
opt = torch.optim.SGD(model.parameters(), lr=0.1)
def step(loss):
    opt.zero_grad()
    loss.backward()  # optconv: ignore[OC308]
    opt.step()
"""
    tables = load_tables("mindspore")
    conversion = convert_content("a.py", text.encode(), tables, MARKS)
    assert "OC308" in [found.code for found in conversion.ignored]
    assert b"# optconv: OC308" not in conversion.source
    assert convert_content("a.py", conversion.source, tables, MARKS).source == conversion.source


# Files of other encodings.


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"import torch\n{NO}  {IGNORE} für später\n".encode(), id="UTF-8"),
        pytest.param(b"\xef\xbb\xbf" + f"{IGNORE}\nimport torch; {NO}\n".encode(), id="a byte-order mark"),
        pytest.param(f"# coding: gbk\nimport torch\n'中文'; {NO}  {IGNORE} 以后\n".encode("gbk"), id="GBK"),
        pytest.param(f"# coding: latin-1\nimport torch\n'é'; {NO}  {IGNORE}\n".encode("latin-1"), id="Latin-1"),
    ],
)  # fmt: skip
def test_the_encoding_of_the_file_does_not_matter(source: bytes) -> None:
    conversion = of_bytes(source, options=MARKS)
    assert (conversion.diagnostics, len(conversion.ignored)) == ((), 1)
    assert conversion.source == source
