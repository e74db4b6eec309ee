"""What hardly ever happens: defects of our own, broken tables, and shapes of code that nobody should write."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path

import pytest

from optconv import mappings
from optconv.converter import Options, convert_source, plan_file
from optconv.converter.comments import find_comments
from optconv.converter.edits import EditConflictError, Edits
from optconv.converter.scopes import ScopeTree
from optconv.converter.source import SourceText
from optconv.mappings import TableError, load_tables

from .helpers import becomes, output, paddle_tables, said

SOURCE = b"import torch\no = torch.optim.SGD(m.parameters(), lr=0.1)\n"
HEAD = SOURCE.decode()
S = "torch.optim.lr_scheduler.StepLR"


@pytest.mark.parametrize(
    "error", [KeyError("x"), AssertionError(), RuntimeError("no"), ZeroDivisionError(), StopIteration()]
)
def test_a_defect_of_ours_is_one_diagnostic_and_the_same_bytes(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(plan_file, "plan_imports", fail)
    conversion = convert_source(SOURCE, paddle_tables())
    assert conversion.source == SOURCE
    assert conversion.failed
    assert conversion.references == ()
    assert [found.code for found in conversion.diagnostics] == ["OC905"]
    assert type(error).__name__ in conversion.diagnostics[0].message.en


@pytest.mark.parametrize(
    "error", [EditConflictError("overlap"), SyntaxError("bad"), UnicodeEncodeError("ascii", "é", 0, 1, "x")]
)
def test_edits_that_do_not_fit_are_one_diagnostic_and_the_same_bytes(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise error

    monkeypatch.setattr(Edits, "apply", fail)
    conversion = convert_source(SOURCE, paddle_tables())
    assert conversion.source == SOURCE
    assert [found.code for found in conversion.diagnostics] == ["OC905"]


def test_an_output_that_is_no_python_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Edits, "apply", lambda _, text: f"{text}(")
    conversion = convert_source(SOURCE, paddle_tables())
    assert conversion.source == SOURCE
    assert [found.code for found in conversion.diagnostics] == ["OC905"]


@pytest.mark.parametrize("error", [ValueError("null bytes"), RecursionError(), MemoryError()])
def test_whatever_a_parser_raises_is_a_syntax_error(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(ast, "parse", fail)
    conversion = convert_source(SOURCE, paddle_tables())
    assert conversion.source == SOURCE
    assert [found.code for found in conversion.diagnostics] == ["OC901"]


def test_running_out_of_stack_while_planning_is_nesting_that_is_too_deep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise RecursionError

    monkeypatch.setattr(plan_file, "plan_imports", fail)
    assert [found.code for found in convert_source(SOURCE, paddle_tables()).diagnostics] == ["OC901"]


def test_a_broken_table_is_not_blamed_on_the_source(tmp_path: Path) -> None:
    folder = tmp_path / "mappings"
    shutil.copytree(Path(mappings.__file__).parent, folder)
    (folder / "paddle" / "optimizers" / "SGD.yaml").write_text("api: [\n")
    with pytest.raises(TableError):
        convert_source(SOURCE, load_tables("paddle", folder))


def test_comments_are_found_as_far_as_a_text_can_be_read() -> None:
    assert [text for _, text in find_comments(SourceText("x = (  # one\n# two\n", "utf-8"))] == [
        "# one",
        "# two",
    ]
    assert find_comments(SourceText("'''", "utf-8")) == []


def test_statements_that_only_the_compiler_refuses_do_not_matter() -> None:
    for statement in ("return o", "yield o", "break", "await o", "nonlocal q", "def f(a, a): pass"):
        assert "paddle" in output(f"{HEAD}{statement}\n")


def test_a_nonlocal_name_without_an_owner_stays_where_it_is_bound() -> None:
    scopes = ScopeTree(ast.parse("def f():\n    nonlocal x\n    x = 1\n    x\n"))
    assert scopes.module.bindings.keys() == {"f"}


def test_a_relative_star_import_brings_nothing_of_ours() -> None:
    text = "from . import *\nfrom .torch.optim import *\no = SGD(p)\n"
    assert output(text) == text
    assert said(text) == []


def test_a_mark_on_the_first_line_is_found_again() -> None:
    text = "import torch; torch.optim.Adafactor(p)\n"
    once = output(text, Options())
    assert once.splitlines()[0].startswith("# optconv: OC307")
    assert once.splitlines()[1:] == text.splitlines()


RECEIVERS = {
    "of an async function": "async def make():\n    return torch.optim.SGD(p, lr=0.1)\nmake().zero_grad()",
    "of a parameter of a lambda": "class T:\n    f = lambda self: self.o.zero_grad()",
    "of unpacked parameters": "def f(*os):\n    os.zero_grad()\nf()",
    "of unpacked keywords": "def f(**os):\n    os.zero_grad()\nf(x=1)",
    "of a decorated function": "@wrap\ndef make():\n    return torch.optim.SGD(p, lr=0.1)\nmake().zero_grad()",
    "of a method that does not exist": "class T:\n    def f(self):\n        self.make().zero_grad()",
    "of a class that is called": "class T: ...\nT().zero_grad()",
    "of an object without an initializer": "class T:\n    def f(self, o):\n        o.zero_grad()\nt = T()\nt.f(torch.optim.SGD(p, lr=0.1))",
    "of a list of lists": "x[0][1].zero_grad()",
    "of a number": "(1).zero_grad()",
}  # fmt: skip


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in RECEIVERS.items()])
def test_a_member_of_something_that_is_not_followed_is_left(text: str) -> None:
    assert "clear_grad" not in output(f"import torch\n{text}\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("o.get_last_lr()", id="a method of schedulers"),
        pytest.param("o.base_lrs", id="an attribute of schedulers"),
    ],
)
def test_a_member_that_the_class_does_not_have_is_the_users_own(text: str) -> None:
    assert output(f"{HEAD}{text}\n").endswith(f"{text}\n")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("f().param_groups[0]['lr'] = 1", id="written"),
        pytest.param("x = f().param_groups[0]['lr']", id="read"),
        pytest.param("for g in f().param_groups:\n    g['lr'] = 1", id="written in a loop"),
        pytest.param("f().param_groups[0]['lr'] *= 2", id="scaled"),
    ],
)
def test_groups_of_an_object_that_is_made_again_are_left(text: str) -> None:
    source = f"import torch\ndef f():\n    return torch.optim.SGD(m.parameters(), lr=0.1)\n{text}\n"
    assert text in output(source)
    assert [entry for entry in said(source) if "OC306" in entry]


@pytest.mark.parametrize("index", ["i", "True", "'x'", "1:", "-i"])
def test_an_entry_of_the_rates_that_cannot_be_seen_is_no_number(index: str) -> None:
    source = f"{HEAD}x()\ns = {S}(o, 3)\nx = s.get_last_lr()[{index}]\n"
    assert f"s()[{index}]" not in output(source).replace("[s()]", "")


def test_schedulers_in_the_branches_of_an_expression_have_no_place() -> None:
    source = f"{HEAD}s = {S}(o, 3) if c else {S}(o, 5)\n"
    assert said(source) == ["3:OC304", "3:OC304"]
    assert output(source).count(S) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("import torch\nif x:\n    import torch.optim\n", "import paddle\nimport torch\nif x:\n    pass\n", id="alone in its block"),
        pytest.param("import torch\nimport torch.optim  # noqa: F401\n", "import torch\nimport paddle  # noqa: F401\n", id="with a comment for a linter"),
        pytest.param("import torch\nx = 1; import torch.optim\n", "import paddle\nimport torch\nx = 1; import torch.optim\n", id="behind another statement"),
        pytest.param("import torch\nimport torch.optim; x = 1\n", "import torch\nimport paddle; x = 1\n", id="before another statement"),
        pytest.param("import torch\nimport torch.optim  # why\n", "import torch\nimport paddle  # why\n", id="with a comment for people"),
        pytest.param("import paddle\nimport torch\nimport torch.optim  # why\n", "import paddle\nimport torch\n# why\n", id="where the target is imported, with a comment for people"),
        pytest.param("import paddle\nimport torch\nimport torch.optim  # noqa\n", "import paddle\nimport torch\n", id="where the target is imported, with a comment for a linter"),
        pytest.param("import paddle\nimport torch\nimport torch.optim\n", "import paddle\nimport torch\n", id="where the target is imported"),
        pytest.param("import paddle\nimport torch\nx = 1; import torch.optim\n", "import paddle\nimport torch\nx = 1; import torch.optim\n", id="where the target is imported, behind another statement"),
        pytest.param("import torch\ndef f():\n    import torch.optim\n    return 1\n", "import paddle\nimport torch\ndef f():\n    import torch.optim\n    return 1\n", id="in a function that does not use it"),
    ],
)  # fmt: skip
def test_an_import_that_nothing_needs_any_more(before: str, after: str) -> None:
    becomes(
        f"{before}torch.ones(1)\ntorch.optim.SGD(m.parameters(), lr=0.1)\n",
        f"{after}torch.ones(1)\npaddle.optimizer.SGD(parameters=m.parameters(), learning_rate=0.1)\n",
    )


def test_the_import_of_a_function_is_not_written_twice() -> None:
    source = f"import torch\ndef f():\n    import torch\n    return torch.optim.SGD(m.parameters(), lr=0.1)\ntorch.optim.SGD(m.parameters(), lr=0.2)\n{S}\n"
    assert output(source).count("import paddle") == 1


@pytest.mark.parametrize(
    "between", ["pass", "'text'", "...", "model.train()"], ids=["pass", "a string", "an ellipsis", "a call"]
)
def test_a_statement_between_an_optimizer_and_its_scheduler_stays_there(between: str) -> None:
    converted = output(f"{HEAD}{between}\ns = {S}(o, 3)\n")
    lines = converted.splitlines()
    assert between in lines
    assert lines.index(between) == 2


@pytest.mark.parametrize(
    "text",
    [
        "torch.optim.SGD((p for p in m.parameters()), lr=(1))",
        "torch.optim.SGD(lr=1, params=(m.parameters()))",
        "torch.optim.SGD(\n    m.parameters(), lr=0.1,\n    momentum=0.9, nesterov=True)",
        "torch.optim.SGD(m.parameters(),\n\n    # above\n\n    lr=0.1)",
        "torch.optim.SGD(m.parameters(), lr=0.1, ) ",
        "torch.optim.SGD(m.parameters()\n    , lr=0.1\n    , momentum=0.9)",
        "torch.optim.Adam(m.parameters(), 1, (0.9,\n    0.99), 1e-8)",
        "torch.optim.Adam(m.parameters(), betas=(0.9, 0.99), lr=1,\n    weight_decay=0)",
        "torch . optim . SGD (m.parameters() , lr = 0.1)",
        "torch.optim.SGD(m.parameters(), lr=x if y else z, momentum=not a)",
        "torch.optim.SGD(m.parameters(), lr=lambda: 1, momentum=(yield))",
    ],
)
def test_calls_in_every_layout_are_read_and_written(text: str) -> None:
    converted = output(f"import torch\ndef f():\n    o = {text}\n")
    assert "paddle.optimizer." in converted
    assert "torch" not in converted
