"""What the text of a file tells of its imports, and of how it may use them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from optconv.converter.project_mentions import may_call_method, may_derive, may_read, may_store
from optconv.converter.project_text import ModuleText


@pytest.mark.parametrize(
    ("source", "imported"),
    [
        ("import a.b, c as d\n", {"a.b", "c"}),
        ("from . import (x,\n    y)\nfrom ..p import z as w\n", {".x", ".y", "..p.z"}),
        ("if t: from a import b; import c\n", {"a.b", "c"}),
        ("import important\nimported = 1\nx = 'import y'\n", {"important"}),
        ("try:\n\timport a\nexcept ImportError: import b\n", {"a", "b"}),
    ],
)
def test_the_imports_of_a_text(source: str, imported: set[str]) -> None:
    assert {name for names in ModuleText(source.encode()).imported.values() for name in names} == imported


def test_a_line_as_long_as_a_file_is_read_in_pieces() -> None:
    text = ModuleText(b"x = 'import y'; " * 20_000 + b"import a")
    assert set(text.imported) == {"a"}


def test_the_text_without_its_imports() -> None:
    assert b"Net" not in ModuleText(b"from a import (Net,\n  Other)\nimport Net\n").code


IMPORT = "from a import Net\n"


@pytest.mark.parametrize(
    ("asked", "code", "may"),
    [
        pytest.param(may_read, "Net(1)\n", True, id="called"),
        pytest.param(may_read, "__all__ = ['Net']\n", False, id="passed on by its name"),
        pytest.param(may_read, "x: 'Union[Net, None]'\n", True, id="in an annotation that is a string"),
        pytest.param(may_read, "Network(1)\n", False, id="part of another name"),
        pytest.param(may_read, "from a import Net as N\nN(1)\n", True, id="called by its alias"),
        pytest.param(may_derive, "class Mine(Net):\n    pass\n", True, id="a base class"),
        pytest.param(may_derive, "class Mine(a.Net, Other):\n    pass\n", True, id="one of several"),
        pytest.param(may_derive, "Base = Net\nclass Mine(Base):\n    pass\n", True, id="under another name"),
        pytest.param(
            may_derive, "class Mine(getattr(a, 'Net')):\n    pass\n", True, id="by its name as text"
        ),
        pytest.param(may_derive, "class Mine:\n    net = Net(1)\n", False, id="a class that builds one"),
        pytest.param(may_derive, "x = [Net]\n", False, id="without a class"),
    ],
)
def test_how_a_class_may_be_used(asked: Callable[[ModuleText, str], bool], code: str, may: bool) -> None:
    assert asked(ModuleText((IMPORT + code).encode()), "Net") is may


@pytest.mark.parametrize(
    ("asked", "code", "may"),
    [
        pytest.param(may_store, "trainer.opt = make()\n", True, id="assigned"),
        pytest.param(may_store, "a, trainer.opt = make()\n", True, id="one of several"),
        pytest.param(may_store, "for trainer.opt in found:\n    pass\n", True, id="by a loop"),
        pytest.param(may_store, "trainer.opt.step()\ntrainer.opt[0]\ntrainer.opt()\n", False, id="read only"),
        pytest.param(may_store, "trainer.options = 1\n", False, id="part of another name"),
        pytest.param(may_call_method, "trainer.opt (1)\n", True, id="a method that is called"),
        pytest.param(may_call_method, "run = trainer.opt\n", False, id="a method that is not called"),
    ],
)
def test_how_an_attribute_may_be_used(asked: Callable[[ModuleText, str], bool], code: str, may: bool) -> None:
    assert asked(ModuleText(code.encode()), "opt") is may
