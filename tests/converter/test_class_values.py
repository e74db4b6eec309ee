"""Classes as values: which uses are followed, and what keeps a class where it is."""

from __future__ import annotations

from textwrap import dedent

import pytest

from optconv.converter import Options, convert_source
from optconv.mappings import load_tables

from .helpers import becomes, convert, output, said, stays

CALL = "cls(m.parameters(), lr=0.1)"


def _for_mindspore(text: str) -> str:
    return convert_source(
        dedent(text).lstrip("\n").encode(), load_tables("mindspore"), Options(annotate=False)
    ).source.decode()


@pytest.mark.parametrize(
    "way",
    [
        pytest.param("cls = A\no = CALL", id="a variable"),
        pytest.param("cls: type = A\no = CALL", id="an annotated variable"),
        pytest.param("first = cls = A\no = CALL", id="two variables"),
        pytest.param("first, cls = 1, A\no = CALL", id="a pair"),
        pytest.param("if (cls := A):\n    o = CALL", id="a walrus"),
        pytest.param("cls = None\nif x:\n    cls = A\nif cls is not None:\n    o = CALL", id="none first"),
        pytest.param("cls = [A][0]\no = CALL", id="a list"),
        pytest.param("all = []\nall.append(A)\nfor cls in all:\n    o = CALL", id="a list that grows"),
        pytest.param("for i, cls in enumerate([A, A]):\n    o = CALL", id="enumerate"),
        pytest.param("all = {}\nall['a'] = A\ncls = all['a']\no = CALL", id="a dictionary that grows"),
        pytest.param("all = dict(a=A)\nfor cls in all.values():\n    o = CALL", id="values"),
        pytest.param("all = {'a': (A, 0.1)}\ncls, rate = all[x]\no = CALL", id="a pair in a dictionary"),
        pytest.param("all = {'a': A}\ncls = {**all}.get(x, A)\no = CALL", id="get with a default"),
        pytest.param("all = {'a': A}\nhelp = ', '.join(all)\ncls = all.get(x)\no = CALL", id="its keys are shown"),
        pytest.param("def f(cls):\n    return CALL\no = f(A)", id="an argument of a program's function"),
        pytest.param("def f(*, cls=A):\n    return CALL\no = f()", id="a default"),
        pytest.param("def f():\n    def g(cls=A):\n        return CALL\n    return g()", id="an inner function"),
        pytest.param("class T:\n    _cls = A\n    def f(self):\n        cls = self._cls\n        return CALL", id="an attribute of a class"),
        pytest.param("class _T:\n    def __init__(self, c=A):\n        self.c = c\n    def f(self):\n        cls = self.c\n        return CALL\n_T().f()", id="a constructor"),
    ],
)  # fmt: skip
def test_a_class_is_followed_through(way: str) -> None:
    code = way.replace("CALL", CALL)
    result = output(
        f"import torch\n{code.replace('A', 'torch.optim.Adam').replace('torch.optim.Adamd', 'Ad')}\n"
    )
    assert "cls(parameters=m.parameters(), learning_rate=0.1)" in result
    assert "torch" not in result


@pytest.mark.parametrize(
    ("code", "codes"),
    [
        pytest.param("cls = torch.optim.Adam\nf(cls)\no = CALL", ["2:OC204", "4:OC102"], id="passed"),
        pytest.param("cls = torch.optim.Adam\nif cls == x:\n    o = CALL", ["2:OC204", "4:OC102"], id="compared"),
        pytest.param("cls = torch.optim.Adam\nprint(f'{cls}')\no = CALL", ["2:OC204", "4:OC102"], id="shown"),
        pytest.param("x.cls = torch.optim.Adam\no = x.cls(m)", ["2:OC204"], id="stored in another object"),
        pytest.param("cls = torch.optim.Adam\nfor cls in others:\n    o = CALL", ["2:OC204"], id="never called"),
        pytest.param("cls = torch.optim.Adam\nif x:\n    cls = f()\no = CALL", ["2:OC102", "5:OC204"], id="another value"),
        pytest.param("all = {'a': torch.optim.Adam, **more}\ncls = all[x]\no = CALL", ["2:OC102", "4:OC204"], id="more in a dictionary"),
        pytest.param("all = {'a': torch.optim.Adam}\nall.update(more)\ncls = all[x]\no = CALL", ["2:OC204", "5:OC102"], id="a dictionary that is updated"),
        pytest.param("all = {'a': torch.optim.Adam}\nall[y] = Mine\ncls = all[x]\no = CALL", ["2:OC102", "5:OC204"], id="another entry"),
        pytest.param("all = {'a': torch.optim.Adam}\nother = all\nother[y] = Mine\ncls = all[x]\no = CALL", ["2:OC204", "6:OC102"], id="another name for a dictionary"),
        pytest.param("class T:\n    all = [torch.optim.Adam]\n    def f(self):\n        self.all.append(Mine)\n        cls = self.all[x]\n        return CALL", ["3:OC204", "7:OC102"], id="an attribute that is added to"),
        pytest.param("class T:\n    _cls = torch.optim.Adam\n    def f(self):\n        cls = self._cls\n        return CALL\n    def g(self):\n        return getattr(self, '_cls')", ["3:OC204", "6:OC102"], id="an attribute that is read by its name"),
        pytest.param("class _T:\n    def f(self):\n        return self.g(torch.optim.Adam)\n    def g(self, cls):\n        return CALL\nclass _U(_T):\n    def g(self, cls):\n        return cls(m)", ["4:OC204"], id="a method that is overridden"),
        pytest.param("def f(all):\n    all.append(torch.optim.Adam)\n    for cls in all:\n        return CALL", ["3:OC204"], id="a list that others have, too"),
        pytest.param("class Own(torch.optim.Optimizer):\n    pass\ncls = Own if x else torch.optim.Adam\no = CALL", ["2:OC306", "4:OC102", "5:OC204"], id="a class of the file"),
        pytest.param("def f(cls=torch.optim.Adam):\n    return CALL\ng(f)\nf()", ["2:OC102", "3:OC204"], id="a function that is handed on"),
        pytest.param("def f(*classes):\n    for cls in classes:\n        o = CALL\nf(torch.optim.Adam)", ["5:OC204"], id="any number of arguments"),
        pytest.param("@wrap\ndef f(cls=torch.optim.Adam):\n    return CALL\nf()", ["3:OC102", "4:OC204"], id="a decorated function"),
        pytest.param("def f():\n    yield torch.optim.Adam\nfor cls in f():\n    o = CALL", ["3:OC204"], id="a generator"),
        pytest.param("cls = torch.optim.Adam\no = cls(*args)", ["2:OC102", "3:OC204"], id="arguments that cannot be seen"),
        pytest.param("from functools import partial\nmake = partial(torch.optim.Adam, **kw)\no = make(m.parameters())", ["3:OC102", "4:OC204"], id="partial with arguments that cannot be seen"),
        pytest.param("from functools import partial\nmake = partial(torch.optim.Adam, lr=1e-3)\no = make(m.parameters(), lr=0.1)", ["3:OC102", "4:OC204"], id="partial with an argument that the call changes"),
    ],
)  # fmt: skip
def test_a_class_stays_that_is(code: str, codes: list[str]) -> None:
    stays(f"import torch\n{code.replace('CALL', CALL)}\n", *codes)


def test_a_function_that_is_called_elsewhere_may_be_given_another_class() -> None:
    text = "import torch\ndef f(cls=torch.optim.Adam):\n    return cls(m.parameters(), lr=0.1)\ndef g():\n    f()\n"
    stays(text, "2:OC102", "3:OC204")
    assert "paddle" in output(text.replace("f(", "_f("))


@pytest.mark.parametrize(
    ("text", "converted"),
    [
        pytest.param("cls = torch.optim.Adam\ndef f():\n    return cls(m.parameters(), lr=0.1)\n", False, id="of a module"),
        pytest.param("_cls = torch.optim.Adam\ndef f():\n    return _cls(m.parameters(), lr=0.1)\n", True, id="of its own"),
        pytest.param("cls = torch.optim.Adam\no = cls(m.parameters(), lr=0.1)\n", True, id="of a program"),
        pytest.param("if __name__ == '__main__':\n    cls = torch.optim.Adam\n    o = cls(m.parameters(), lr=0.1)\n", True, id="below main"),
        pytest.param("def f():\n    return torch.optim.Adam\ndef g():\n    return f()(m.parameters(), lr=0.1)\n", False, id="of a function"),
        pytest.param("class A:\n    cls = torch.optim.Adam\n    def f(self):\n        return self.cls(m.parameters(), lr=0.1)\n", False, id="of a class"),
        pytest.param("class _A:\n    cls = torch.optim.Adam\n    def f(self):\n        return self.cls(m.parameters(), lr=0.1)\n", True, id="of a class of its own"),
    ],
)  # fmt: skip
def test_where_calls_are_accepted_with_other_defaults_no_other_file_may_get_the_class(
    text: str, converted: bool
) -> None:
    assert ("AdamW" in _for_mindspore(f"import torch\n{text}")) is converted


def test_arguments_that_one_class_needs_are_given_to_the_other_where_they_are_its_default() -> None:
    result = _for_mindspore(
        "import torch\no = (torch.optim.Adam if x else torch.optim.SGD)(m.parameters(), lr=0.1)\n"
    )
    assert result.endswith("(m.trainable_params(), lr=0.1, weight_decay=0)\n")


def test_parameter_groups_are_converted_once_for_all_classes() -> None:
    becomes(
        """
        import torch
        cls = torch.optim.SGD if x else torch.optim.Adam
        o = cls([{"params": a, "lr": 0.2}, {"params": b}], lr=0.1)
        """,
        """
        import paddle
        cls = paddle.optimizer.SGD if x else paddle.optimizer.Adam
        o = cls(parameters=[{"params": a, "learning_rate": 2.0}, {"params": b}], learning_rate=0.1)
        """,
    )


def test_parameter_groups_that_the_classes_write_differently_stay() -> None:
    text = (
        "import torch\n"
        "cls = torch.optim.SGD if x else torch.optim.Adam\n"
        'o = cls([{"params": a, "weight_decay": 0.2, "momentum": 0.9}], lr=0.1)\n'
    )
    assert output(text) == text
    assert "3:OC306" in said(text)


def test_partials_of_several_calls_are_written_once() -> None:
    becomes(
        """
        import functools, torch
        make = functools.partial(torch.optim.SGD, lr=0.1)
        a, b = make(x.parameters()), make(y.parameters())
        """,
        """
        import paddle
        import functools
        make = functools.partial(paddle.optimizer.SGD, learning_rate=0.1)
        a, b = make(parameters=x.parameters()), make(parameters=y.parameters())
        """,
    )


def test_getattr_of_the_file_is_not_python_s_own() -> None:
    stays(
        "import torch\ndef getattr(x, y): ...\no = getattr(torch.optim, 'Adam')(m.parameters())\n", "3:OC204"
    )


def test_an_instance_check_stays_with_a_class_that_stays() -> None:
    text = "import torch\nrun(torch.optim.Adam)\nassert isinstance(o, torch.optim.Optimizer)\n"
    stays(text, "2:OC204", "3:OC102")


def test_nothing_of_a_plan_is_left_behind_where_a_later_class_is_refused() -> None:
    result = output(
        """
        import torch
        cls = torch.optim.SGD if x else torch.optim.RMSprop if y else torch.optim.Adafactor
        a = cls([{"params": p, "lr": 0.2}], lr=0.1)
        b = torch.optim.Adam(q, lr=0.1)
        """
    )
    assert 'cls([{"params": p, "lr": 0.2}], lr=0.1)' in result
    assert "Adam(parameters=q, learning_rate=0.1)" in result


def test_what_is_refused_names_the_class() -> None:
    found = convert(
        "import torch\ncls = torch.optim.SGD if x else torch.optim.Adam\no = cls(p, lr=0.1, momentum=0.9)\n"
    ).diagnostics
    assert [d.message.en for d in found if d.code == "OC204"] == [
        "for torch.optim.Adam: not converted: it has no parameter momentum"
    ]
