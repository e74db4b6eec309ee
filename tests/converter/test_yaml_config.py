"""Class names in configuration files: what becomes of them, and that nothing else changes."""

from __future__ import annotations

import ast
import codecs
from functools import lru_cache
from textwrap import dedent
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from optconv.converter import Conversion, Options, Outcome, Severity, convert_content, convert_source
from optconv.mappings import Tables, load_labelled, table_labels
from optconv.mappings.schema import Row
from optconv.mappings.signatures import BindingError

BARE = Options(annotate=False)


@lru_cache(maxsize=8)
def tables_of(label: str) -> Tables:
    return load_labelled(label)


def convert(text: str | bytes, label: str = "paddle", options: Options = BARE) -> Conversion:
    source = dedent(text).lstrip("\n").encode() if isinstance(text, str) else text
    return convert_content("conf/train.yaml", source, tables_of(label), options)


def becomes(before: str, after: str, *codes: str, label: str = "paddle", options: Options = BARE) -> None:
    """Assert what a file becomes, what is said as ``line:code``, and that a second run changes nothing."""
    conversion = convert(before, label, options)
    assert not conversion.failed, conversion.diagnostics
    assert conversion.source.decode() == dedent(after).lstrip("\n")
    assert [f"{said.start.line}:{said.code}" for said in conversion.diagnostics] == list(codes)
    again = convert(conversion.source, label, options)
    assert again.source == conversion.source


def stays(text: str, *codes: str, label: str = "paddle") -> None:
    becomes(text, text, *codes, label=label)


def reason(text: str, label: str = "paddle") -> str:
    """Return the one message about a file."""
    (said,) = convert(text, label).diagnostics
    return said.message.en


NESTED = """
    # What is trained.
    defaults:
      - _self_

    model:
      optimizer:   # by hand
        "_target_": torch.optim.AdamW  # the class
        _partial_: true

        lr: 1e-3
        'betas': [0.9, 0.98]   # both
        eps: ${eps}
        foreach: true  # fast
      net: {_target_: torch.nn.Linear, in_features: 3}
    """


def test_keys_values_and_the_class_change_and_everything_else_stays() -> None:
    after = """
    # What is trained.
    defaults:
      - _self_

    model:
      optimizer:   # by hand
        "_target_": paddle.optimizer.AdamW  # the class
        _partial_: true

        learning_rate: 1e-3
        'beta1': 0.9
        'beta2': 0.98   # both
        epsilon: ${eps}
        # fast
      net: {_target_: torch.nn.Linear, in_features: 3}
    """
    becomes(NESTED, after, "7:OC203", "7:OC208", "13:OC101")


def test_a_target_with_the_same_names_changes_the_class_alone() -> None:
    before = "_target_: torch.optim.SGD\nlr: 0.1\nmomentum: ${momentum}\n"
    after = "_target_: mindspore.experimental.optim.SGD\nlr: 0.1\nmomentum: ${momentum}\n"
    becomes(before, after, label="mindspore")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("{_target_: torch.optim.SGD, lr: 1}", "{_target_: paddle.optimizer.SGD, learning_rate: 1.0}", id="braces"),
        pytest.param('{"_target_":"torch.optim.SGD","lr":0.1}', '{"_target_":"paddle.optimizer.SGD","learning_rate":0.1}', id="JSON"),
        pytest.param("{_target_: torch.optim.SGD, foreach: true, lr: 0.1}", "{_target_: paddle.optimizer.SGD, learning_rate: 0.1}", id="one key goes"),
        pytest.param("{_target_: torch.optim.SGD, foreach: true, fused: false}", "{_target_: paddle.optimizer.SGD}", id="all keys behind the class go"),
        pytest.param("{foreach: true, fused: false, _target_: torch.optim.SGD,}", "{_target_: paddle.optimizer.SGD,}", id="all keys in front of the class go"),
        pytest.param("{_target_: torch.optim.Adagrad}", "{_target_: paddle.optimizer.Adagrad, learning_rate: 0.01, epsilon: 1.0e-10}", id="defaults are added"),
        pytest.param("{_target_: torch.optim.Adagrad, foreach: true}", "{_target_: paddle.optimizer.Adagrad, learning_rate: 0.01, epsilon: 1.0e-10}", id="one goes and others come"),
        pytest.param("{_target_: torch.optim.Adam, betas: [0.9, 0.99]}", "{_target_: paddle.optimizer.Adam, beta1: 0.9, beta2: 0.99}", id="one becomes two"),
        pytest.param("[{_target_: torch.optim.SGD}, {_target_: 'torch.optim.SGD'}]", "[{_target_: paddle.optimizer.SGD}, {_target_: 'paddle.optimizer.SGD'}]", id="two in a list"),
        pytest.param("{\n  _target_: torch.optim.SGD,  # a\n  foreach: true,  # b\n  lr: 0.1 }", "{\n  _target_: paddle.optimizer.SGD,  # a\n  # b\n  learning_rate: 0.1 }", id="comments in braces"),
        pytest.param("{\n  _target_: torch.optim.SGD,  # a\n  foreach: true  # b\n  }", "{\n  _target_: paddle.optimizer.SGD # a\n    # b\n  }", id="a comment behind the last one"),
    ],
)  # fmt: skip
def test_mappings_in_braces(before: str, after: str) -> None:
    conversion = convert(f"optimizer: {before}\n")
    assert yaml.safe_load(conversion.source) == yaml.safe_load(f"optimizer: {after}\n")
    assert "".join(conversion.source.decode().split()) == "".join(f"optimizer: {after}\n".split())
    assert convert(conversion.source).source == conversion.source


def test_lists_of_mappings_with_the_class_in_any_place() -> None:
    before = """
    optimizers:
      - fused: true  # c
        foreach: true
        _target_: torch.optim.SGD
      - betas:
          - 0.9  # first
          - ${beta2}
        _target_: "torch.optim.Adam"
        lr:
        params: ???
    """
    after = """
    optimizers:
      - # c
        _target_: paddle.optimizer.SGD
      - # first
        beta1: 0.9
        beta2: ${beta2}
        _target_: "paddle.optimizer.Adam"
        learning_rate:
        parameters: ???
    """
    codes = ("2:OC101", "3:OC101", "4:OC203", "4:OC208", "8:OC203", "8:OC208")
    conversion = convert(before)
    assert yaml.safe_load(conversion.source) == yaml.safe_load(dedent(after))
    assert tuple(f"{said.start.line}:{said.code}" for said in conversion.diagnostics) == codes


def test_the_last_line_of_a_file_goes_and_another_comes() -> None:
    becomes(
        "a: 1\nb:\n  _target_: torch.optim.Adagrad\n  lr: 1\n  foreach: true",
        "a: 1\nb:\n  _target_: paddle.optimizer.Adagrad\n  learning_rate: 1.0\n  epsilon: 1.0e-10",
        *("3:OC203", "3:OC208", "5:OC101"),
    )


def test_computed_values_are_numbers_that_every_reader_takes_for_numbers() -> None:
    conversion = convert("_target_: torch.optim.RMSprop\nlr: 1\neps: 1e-8\n")
    text = conversion.source.decode()
    assert text == "_target_: paddle.optimizer.RMSProp\nlearning_rate: 1.0\nepsilon: 1.0e-16\nrho: 0.99\n"
    assert yaml.safe_load(text)["epsilon"] == 1e-16


TAGGED = """
    lr: 0.001
    opt_class: !name:torch.optim.Adam
        lr: !ref <lr>
        betas: (0.9, 0.98)
    plain: !new:torch.optim.Adagrad
    braces: !name:torch.optim.SGD {foreach: true}
    other: !apply:torch.optim.SGD
        foreach: true
    model: !new:torch.nn.Linear [3, 4]
    """


def test_classes_in_tags() -> None:
    after = """
    lr: 0.001
    opt_class: !name:paddle.optimizer.Adam
        learning_rate: !ref <lr>
        beta1: 0.9
        beta2: 0.98
    plain: !new:paddle.optimizer.Adagrad {learning_rate: 0.01, epsilon: 1.0e-10}
    braces: !name:paddle.optimizer.SGD {}
    other: !apply:paddle.optimizer.SGD
    model: !new:torch.nn.Linear [3, 4]
    """
    conversion = convert(TAGGED)
    assert conversion.source.decode() == dedent(after).lstrip("\n")
    assert [reference.outcome for reference in conversion.references] == [Outcome.WARNED] * 4
    assert conversion.remaining == 1
    assert convert(conversion.source).source == conversion.source


def test_a_tuple_of_a_tag_stays_where_the_target_takes_it_and_is_a_text_elsewhere() -> None:
    assert (
        b"betas: (0.9, 0.98)\n" in convert("!new:torch.optim.AdamW\nbetas: (0.9, 0.98)\n", "mindspore").source
    )
    stays("_target_: torch.optim.AdamW\nbetas: (0.9, 0.98)\n", "2:OC306")


def test_the_warning_says_how_the_builder_must_pass_the_parameters() -> None:
    messages = {said.code: said.message for said in convert(NESTED).diagnostics}
    message = messages["OC208"].en
    assert "passes `params`, by keyword or by position" in message
    assert "as in `instantiate(config, parameters=params)`" in message
    assert "lr -> learning_rate, betas -> beta1 + beta2, eps -> epsilon" in message
    assert "parameters=params" in messages["OC208"].zh


def test_the_warning_is_not_given_where_nothing_changes_for_the_builder() -> None:
    text = "_target_: torch.optim.SGD\nlr: 0.1\n"
    assert "OC208" not in [said.code for said in convert(text, "mindspore").diagnostics]
    given = "_target_: torch.optim.SGD\nparams: ${weights}\n"
    assert not any("passes `params`" in said.message.en for said in convert(given).diagnostics)


def test_the_flavor_whose_groups_are_written_otherwise_says_so_to_the_builder() -> None:
    conversion = convert("_target_: torch.optim.AdamW\nlr: 0.1\n", "mindspore/nn")
    (message,) = [said.message.en for said in conversion.diagnostics if said.code == "OC208"]
    assert "it must pass `params=[{'params': list(params)}]` now" in message


def test_a_value_that_decides_the_class_may_be_overridden() -> None:
    said = convert("_target_: torch.optim.Adam\nlr: 0.1\n", "mindspore").diagnostics
    (message,) = [found.message.en for found in said if found.code == "OC202"]
    assert "only if nothing else sets `weight_decay`" in message
    fixed = convert("_target_: torch.optim.SGD\nlr: 0.1\nmomentum: 0.9\n")
    assert "OC202" not in [found.code for found in fixed.diagnostics]


def test_a_list_that_must_be_a_list_is_noted_unless_an_option_makes_it_one() -> None:
    text = "_target_: torch.optim.lr_scheduler.MultiStepLR\nmilestones: [3, 4]\n"
    assert [said.code for said in convert(text, "mindspore").diagnostics] == ["OC104"]
    assert convert(f"{text}_convert_: all\n", "mindspore").diagnostics == ()


def test_a_scheduler_is_converted_where_it_takes_the_optimizer() -> None:
    before = "_target_: torch.optim.lr_scheduler.StepLR\n_partial_: true\nstep_size: 3\n"
    after = "_target_: mindspore.experimental.optim.lr_scheduler.StepLR\n_partial_: true\nstep_size: 3\n"
    becomes(before, after, label="mindspore")
    stays(before, "1:OC304")
    stays(before, "1:OC304", label="mindspore/nn")


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        pytest.param("_target_: torch.optim.Adam\nmaximize: true\n", "OC302", "maximize=True", id="an argument that the target lacks"),
        pytest.param("_target_: torch.optim.Adafactor\n", "OC307", "no counterpart", id="a class that the target lacks"),
        pytest.param("_target_: torch.optim.Foo\n", "OC204", "not in the catalogue", id="a class that nobody knows"),
        pytest.param("_target_: torch.optim.${name}\n", "OC204", "cannot be read from the file", id="an interpolated class"),
        pytest.param("_target_: torch.optim.Adam\nbetas: ${betas}\n", "OC306", "`${betas}[0]`", id="a part of an interpolation"),
        pytest.param("_target_: torch.optim.RMSprop\neps: ${eps}\n", "OC306", "${eps}", id="a computation with an interpolation"),
        pytest.param("_target_: torch.optim.RMSprop\neps: '@eps'\n", "OC306", "@eps", id="a computation with a reference"),
        pytest.param("_target_: torch.optim.Adam\nbetas: [0.9, 0.99]\nbeta: 1\n", "OC204", "no parameter beta", id="an unknown key"),
        pytest.param("_target_: torch.optim.Adam\nweight-decay: 1\n", "OC204", "no parameter `weight-decay`", id="a key that is no name"),
        pytest.param("_target_: torch.optim.ASGD\nlambda: 1\n", "OC204", "no parameter `lambda`", id="a key that is a keyword"),
        pytest.param("_target_: torch.optim.Adam\nlr: 1\nlr: 2\n", "OC204", "lr is given twice", id="a key that stands twice"),
        pytest.param("_target_: torch.optim.Adam\n_args_: [1]\n", "OC204", "`_args_`", id="positional arguments"),
        pytest.param("!new:torch.optim.Adam [1]\n", "OC204", "positional", id="positional arguments behind a tag"),
        pytest.param("_target_: torch.optim.Adam\n? lr\n: 1\n", "OC204", "not rewritten", id="a complex key"),
        pytest.param("_target_: torch.optim.Adam\n? [lr]\n: 1\n", "OC204", "not rewritten", id="a key that is a list"),
        pytest.param('_target_: "torch.optim.Ad\\x61m"\n', "OC204", "not rewritten", id="an escape in the name"),
        pytest.param("a: &a torch.optim.Adam\nb: {_target_: *a}\n", "OC204", "not rewritten", id="a name by an alias"),
        pytest.param("[_target_: torch.optim.Adam]\n", "OC204", "not rewritten", id="a pair without braces"),
        pytest.param("# \u2028\n_target_: torch.optim.Adam\n", "OC204", "not rewritten", id="line ends that only YAML knows"),
        pytest.param("a: &a {lr: 1}\nb:\n  <<: *a\n  _target_: torch.optim.Adam\n", "OC204", "come from `<<`", id="merged arguments"),
        pytest.param("a: &a {_target_: torch.optim.Adam}\nb: {<<: *a, lr: 1}\n", "OC204", "merged into another one", id="merged into another mapping"),
        pytest.param("a: &a {_target_: torch.optim.Adam}\nb: {<<: [*a], lr: 1}\n", "OC204", "merged into another one", id="merged with others"),
        pytest.param("_target_: torch.optim.RMSprop\neps: &e 1e-8\nx: 1\n", "OC204", "no parameter x", id="something else beside an anchor"),
        pytest.param("a: {_target_: torch.optim.RMSprop, eps: &e 1e-8}\nb: *e\n", "OC306", "has an anchor", id="a changed value with an anchor"),
        pytest.param("a: {_target_: torch.optim.SGD, foreach: &f true}\nb: *f\n", "OC306", "has an anchor", id="a dropped value with an anchor"),
        pytest.param("b: &b [&x '${x}', 0.9]\na: {_target_: torch.optim.Adam, betas: *b}\n", "OC306", "cannot compute", id="an anchor that would stand twice"),
        pytest.param("_target_: torch.nn.utils.clip_grad_norm_\nmax_norm: 1\n", "OC306", "only optimizers and schedulers", id="a function"),
        pytest.param("_target_: torch.amp.GradScaler\n", "OC306", "only optimizers and schedulers", id="a scaler"),
    ],
)  # fmt: skip
def test_what_cannot_be_converted_stays_and_says_why(text: str, code: str, words: str) -> None:
    (said,) = convert(text).diagnostics
    assert (said.code, convert(text).source) == (code, text.encode())
    assert words in said.message.en
    assert said.message.zh
    (reference,) = convert(text).references
    declined = Outcome.DECLINED if said.severity is Severity.ERROR else Outcome.NOT_UNDERSTOOD
    assert reference.outcome is declined


def test_what_a_declined_scheduler_is_made_of_stays_with_it() -> None:
    text = """
    _target_: torch.optim.lr_scheduler.SequentialLR
    schedulers:
      - {_target_: torch.optim.lr_scheduler.StepLR, step_size: 3}
    milestones: [3]
    """
    stays(text, "1:OC306", "3:OC102", label="mindspore")


def test_an_alias_of_a_value_stays_where_the_value_does_and_is_written_out_elsewhere() -> None:
    before = (
        "x: &x 0.5\ny: &y 1\na: {_target_: torch.optim.SGD, lr: *x}\nb: {_target_: torch.optim.SGD, lr: *y}\n"
    )
    conversion = convert(before)
    assert conversion.source.decode().splitlines()[2:] == [
        "a: {_target_: paddle.optimizer.SGD, learning_rate: *x}",
        "b: {_target_: paddle.optimizer.SGD, learning_rate: 1.0}",
    ]


def test_an_alias_of_a_whole_mapping_is_converted_once() -> None:
    before = "a: &a {_target_: torch.optim.SGD, lr: 0.5}\nb: *a\n"
    conversion = convert(before)
    assert conversion.source.decode() == "a: &a {_target_: paddle.optimizer.SGD, learning_rate: 0.5}\nb: *a\n"
    assert len(conversion.references) == 1


MARKED = """
    optimizers:
      - lr: 0.1
        # optconv: OC302 torch.optim.Adam: maximize=True cannot be converted: paddle only minimizes. Negate the loss, `(-loss).backward()`, and leave the argument out; the numbers are the same
        _target_: torch.optim.Adam
        maximize: true
      # optconv: OC307 torch.optim.Adafactor: has no counterpart in PaddlePaddle: no optimizer of paddle keeps the second moment as a row and a column. Write the update out; a class of 40 lines was measu...
      - {_target_: torch.optim.Adafactor}
    """


def test_what_is_declined_gets_a_comment_above_its_line_and_no_second_one() -> None:
    bare = "".join(line for line in MARKED.splitlines(keepends=True) if "# optconv" not in line)
    becomes(bare, MARKED, "4:OC302", "5:OC307", options=Options())
    becomes(MARKED, MARKED, "5:OC302", "7:OC307", options=Options())


def test_a_comment_does_not_go_into_a_text() -> None:
    text = 'a: {b: "one\n  two", _target_: torch.optim.Adafactor}\n'
    conversion = convert(text, options=Options())
    lines = conversion.source.decode().splitlines()
    assert lines[0].startswith("# optconv: OC307 ")
    assert "\n".join(lines[1:]) + "\n" == text


def test_marks_are_written_in_the_language_that_was_chosen() -> None:
    conversion = convert("_target_: torch.optim.Adafactor\n", options=Options(language="zh"))
    assert "没有对应接口" in conversion.source.decode()


def test_several_documents_and_a_directive() -> None:
    before = (
        "%YAML 1.1\n---\na: 1\n---\n_target_: torch.optim.SGD\n...\n---\n_target_: torch.optim.Adafactor\n"
    )
    after = "%YAML 1.1\n---\na: 1\n---\n_target_: paddle.optimizer.SGD\n...\n---\n_target_: torch.optim.Adafactor\n"
    becomes(before, after, "5:OC203", "5:OC208", "8:OC307")


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["line feed", "both", "carriage return"])
@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8], ids=["plain", "with a byte-order mark"])
def test_line_ends_and_a_byte_order_mark_are_kept(newline: str, mark: bytes) -> None:
    before = (
        "# 学习率\no:\n  _target_: torch.optim.Adam\n  betas: [0.9, 0.99]\n  foreach: true\n  lr: 1\nz: 1\n"
    )
    after = "# 学习率\no:\n  _target_: paddle.optimizer.Adam\n  beta1: 0.9\n  beta2: 0.99\n  learning_rate: 1.0\nz: 1\n"
    conversion = convert(mark + before.replace("\n", newline).encode())
    assert conversion.source == mark + after.replace("\n", newline).encode()


@pytest.mark.parametrize(
    ("source", "code", "line"),
    [
        pytest.param(b"a: 1\n_target_: torch.optim.Adam\n\tlr: 1\n", "OC908", 3, id="a tab"),
        pytest.param(b"_target_: torch.optim.Adam\nlr: [1\n", "OC908", 3, id="a bracket that is never closed"),
        pytest.param(b"{% if x %}\n_target_: torch.optim.Adam\n{% endif %}\n", "OC908", 1, id="a template"),
        pytest.param(b"_target_: torch.optim.Adam\nlr: *lr\n", "OC908", 2, id="an alias of nothing"),
        pytest.param(b"_target_: torch.optim.Adam\nlr: !x!y 1\n", "OC908", 2, id="an unknown handle of a tag"),
        pytest.param(b"_target_: torch.optim.Adam\nlr: \x01\n", "OC908", 2, id="a control character"),
        pytest.param(b"_target_: torch.optim.Adam\na: " + b"[" * 500 + b"]" * 500, "OC908", 2, id="five hundred brackets"),
        pytest.param(b"_target_: torch.optim.Adam\na: '\xe9'\n", "OC902", 1, id="bytes that are not UTF-8"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_diagnostic_and_the_same_bytes(
    source: bytes, code: str, line: int
) -> None:
    conversion = convert(source)
    assert (conversion.source, conversion.failed, conversion.references) == (source, True, ())
    (said,) = conversion.diagnostics
    assert (said.code, said.start.line) == (code, line)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"a: [1\n\t- b", id="broken"),
        pytest.param(b"_target_: my.Adam\nx: {{ y }}\n{% raw %}", id="a template of others"),
        pytest.param(b"_target_: torch.nn.Linear\n\tx\n", id="another module of the framework"),
        pytest.param(b"_target_: pytorch.optim.Adam\n\tx\n", id="another framework"),
        pytest.param(b"optimizer: torch.optim.Adam\n\tx\n", id="a class that nothing builds"),
        pytest.param("_target_: torch.optim.Adam\n".encode("utf-16"), id="UTF-16"),
        pytest.param(b"_target_: torch.load\n\tx\n", id="a function of checkpoints"),
    ],
)
@pytest.mark.parametrize("skim", [True, False], ids=["found", "named"])
def test_a_file_without_a_class_of_ours_is_not_parsed(source: bytes, skim: bool) -> None:
    assert convert(source, options=Options(skim=skim)) == Conversion(source)


# A configuration must be what the Python of the same call becomes. The calls are those that are run on both
# frameworks to prove the rows.


def _call(code: str, api: str, row_tables: Tables) -> dict[str, Any] | None:
    """Return the arguments of a case but for the first, if it is one call with literals alone."""
    try:
        tree = ast.parse(code, mode="eval").body
        if not isinstance(tree, ast.Call) or ast.unparse(tree.func) != api or not tree.args:
            return None
        keywords = [keyword.arg or "" for keyword in tree.keywords]
        signature = row_tables.source_apis[api].signatures[0].signature
        names = signature.bind(len(tree.args), keywords)
        values = [*tree.args, *(keyword.value for keyword in tree.keywords)]
        if not isinstance(values[0], ast.Name):
            return None
        given = {name: ast.literal_eval(value) for name, value in zip(names[1:], values[1:], strict=True)}
    except (SyntaxError, ValueError, BindingError):
        return None
    return _without_tuples(given)


def _without_tuples(values: dict[str, Any]) -> dict[str, Any]:
    """Return values as a configuration has them: a tuple is a list there."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _rows(label: str) -> list[Row]:
    known = tables_of(label)
    kinds = {"optimizer"} if known.attach is not None else {"optimizer", "scheduler"}
    return [row for row in known.rows() if known.source_apis[row.api].kind in kinds and row.combine is None]


def _written_in_python(label: str, api: str, given: dict[str, Any]) -> tuple[str, dict[str, Any] | None]:
    """Return the class and the keywords that Python becomes; None: they are no literals, or it stays."""
    first = tables_of(label).source_apis[api].signatures[0].signature.names[0]
    arguments = ", ".join([f"{first}={first}", *(f"{name}={value!r}" for name, value in given.items())])
    text = f"import torch\ndef build({first}):\n    return {api}({arguments})\n"
    converted = convert_source(text.encode(), tables_of(label), BARE).source.decode()
    call = next(node for node in ast.walk(ast.parse(converted)) if isinstance(node, ast.Call))
    if ast.unparse(call.func) == api:
        return api, None
    try:
        passed = (first, f"[{{'params': list({first})}}]")
        written = {
            k.arg or "": ast.literal_eval(k.value)
            for k in call.keywords
            if ast.unparse(k.value) not in passed
        }
    except ValueError:
        return ast.unparse(call.func), None
    return ast.unparse(call.func), _without_tuples(written)


@pytest.mark.parametrize("label", table_labels())
def test_a_configuration_becomes_what_the_same_call_in_python_becomes(label: str) -> None:
    compared = 0
    for row in _rows(label):
        for case in row.parity:
            given = _call(case.code, row.api, tables_of(label))
            if given is None:
                continue
            before = yaml.safe_dump({"_target_": row.api, **given}, sort_keys=False)
            read = yaml.safe_load(convert(before, label).source)
            to, written = _written_in_python(label, row.api, given)
            if written is None:
                assert read["_target_"] == row.api, case.code
                continue
            assert read == {"_target_": to, **written}, case.code
            assert all(type(read[name]) is type(value) for name, value in written.items()), case.code
            compared += 1
    assert compared > 20


_CLASSES = [
    "torch.optim.Adam",
    "torch.optim.Adagrad",
    "torch.optim.SGD",
    "torch.optim.RMSprop",
    "torch.optim.Muon",
]
_ARGUMENTS = {
    "_partial_": ["true"],
    "lr": ["1", "0.1", "${lr}"],
    "betas": ["[0.9, 0.99]", "[1, '${b}']"],
    "eps": ["1.0e-8", "'${e}'"],
    "foreach": ["true"],
    "fused": ["false"],
    "weight_decay": ["0", "0.01"],
}
_PAIRS = (
    st.lists(st.sampled_from(sorted(_ARGUMENTS)), unique=True, max_size=5)
    .flatmap(lambda keys: st.tuples(*(st.tuples(st.just(k), st.sampled_from(_ARGUMENTS[k])) for k in keys)))
    .flatmap(lambda pairs: st.sampled_from(_CLASSES).map(lambda name: [("_target_", name), *pairs]))
    .flatmap(st.permutations)
)
_LAYOUTS = ["block", "list", "one line", "braces"]


def _laid_out(pairs: list[tuple[str, str]], layout: str) -> str:
    if layout == "block":
        return "".join(f"\n  {key}: {value}  # {key}" for key, value in pairs)
    if layout == "list":
        return "\n- " + "\n  ".join(f"{key}: {value}" for key, value in pairs)
    if layout == "one line":
        return " {" + ", ".join(f'"{key}": {value}'.replace("${lr}", "'${lr}'") for key, value in pairs) + "}"
    lines = (f"  {key}: {value},  # {key}\n".replace("${lr}", "'${lr}'") for key, value in pairs)
    return " {\n" + "".join(lines) + "  }"


@given(
    st.lists(st.tuples(_PAIRS, st.sampled_from(_LAYOUTS)), min_size=1, max_size=4),
    st.sampled_from(table_labels()),
)
def test_the_layout_does_not_matter_and_no_comment_is_lost(
    entries: list[tuple[list[tuple[str, str]], str]], label: str
) -> None:
    text = "".join(f"e{i}:{_laid_out(*entry)}\nx{i}: 1  # x\n" for i, entry in enumerate(entries))
    conversion = convert(text.encode(), label, Options())
    assert not conversion.failed, conversion.diagnostics
    read = yaml.safe_load(conversion.source)
    assert list(read) == list(yaml.safe_load(text))
    for i, (pairs, layout) in enumerate(entries):
        alone = "\n".join(f"{key}: {value}" for key, value in pairs)
        expected = yaml.safe_load(convert(alone.encode(), label).source)
        assert read[f"e{i}"] == ([expected] if layout == "list" else expected)
        assert read[f"x{i}"] == 1
    after = conversion.source.decode()
    assert all(after.count(f"# {key}") == text.count(f"# {key}") for key in [*_ARGUMENTS, "_target_", "x"])
    assert convert(conversion.source, label, Options()).source == conversion.source


_PIECES = st.sampled_from(
    [
        "_target_: torch.optim.Adam",
        "_target_: torch.optim.Adagrad",
        "_target_: torch.optim.Adafactor",
        "lr: 1",
        "lr: &a 0.1",
        "lr: *a",
        "betas: [0.9, 0.99]",
        "betas:",
        "- 0.9",
        "foreach: true",
        "eps: ${e}",
        "# c",
        "x: {_target_: torch.optim.SGD, lr: 1}",
        "y: !name:torch.optim.SGD",
        "<<: *a",
        "a: &a",
        "- _target_: torch.optim.SGD",
        "---",
        "",
        "z: |",
        "  text",
        "\"k\": 'v'",
    ]
)
_LINES = st.lists(
    st.tuples(st.sampled_from(["", "  ", "    "]), _PIECES, st.sampled_from(["", "  # d"])), max_size=12
)


@given(_LINES, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["paddle", "mindspore"]))
def test_any_text_is_converted_or_left_and_a_second_run_changes_nothing(
    lines: list[tuple[str, str, str]], newline: str, label: str
) -> None:
    source = newline.join("".join(line) for line in lines).encode()
    conversion = convert(source, label, Options())
    assert "OC905" not in [said.code for said in conversion.diagnostics]
    if conversion.failed:
        assert conversion.source == source
        return
    again = convert(conversion.source, label, Options())
    assert again.source == conversion.source
    assert conversion.source.count(b"# d") == source.count(b"# d")
    assert conversion.source.count(b"# c") == source.count(b"# c")


@given(st.binary(max_size=40))
def test_arbitrary_bytes_are_no_exception(tail: bytes) -> None:
    source = b"a: {_target_: torch.optim.SGD}\n" + tail
    conversion = convert(source, options=Options())
    assert conversion.failed == (conversion.source == source)
