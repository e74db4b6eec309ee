"""Notebooks and YAML files that nobody would write, or only to do harm."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .campaign import assert_nothing_breaks, campaign
from .mutated_sources import sources

CODE = "import torch\no = torch.optim.SGD(m.parameters(), lr=0.1)\n"
ENTRY = "o:\n  _target_: torch.optim.SGD\n  lr: 0.1\n"
_ODD: list[Any] = [None, 1, True, 1.5, {}, [], "x", [1], [None], [[]], {"a": 1}]
_LAUGHS = "a0: &a0 [1, 1, 1]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)


def _notebook(*sources: Any, **members: Any) -> bytes:
    cells = [{"cell_type": "code", "metadata": {}, "source": source} for source in sources]
    content = {"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}, **members}
    return json.dumps(content).encode()


@pytest.mark.parametrize("odd", _ODD, ids=repr)
def test_a_value_of_another_type_in_a_notebook_breaks_nothing(odd: Any) -> None:
    cell = {"cell_type": "code", "metadata": {}, "source": CODE}
    named = {"kernelspec": {"language": odd}, "language_info": {"name": odd}}
    for source in (
        _notebook(CODE, odd),
        _notebook(CODE, metadata=odd),
        _notebook(CODE, metadata=named),
        _notebook(CODE, metadata={"kernelspec": odd, "language_info": odd}),
        _notebook(CODE, nbformat=odd),
        _notebook(CODE, cells=odd),
        _notebook(CODE, cells=[cell, odd]),
        _notebook(CODE, cells=[cell, {**cell, "cell_type": odd}]),
        _notebook(CODE, cells=[cell, {**cell, "metadata": odd}]),
        json.dumps({"torch.optim": odd}).encode(),
    ):
        assert_nothing_breaks(source, "n.ipynb", labels=("paddle",))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"nbformat": 4', '"nbformat": NaN', id="no number"),
        pytest.param('"nbformat": 4', '"nbformat": ' + "4" * 10_000, id="a long number"),
        pytest.param('"metadata": {}', '"metadata": ' + "[" * 50_000 + "]" * 50_000, id="deep nesting"),
        pytest.param(
            '"metadata": {}', '"metadata": {}, "metadata": {"a": 1}', id="a key that stands there twice"
        ),
        pytest.param("torch", r"\u0074orch", id="an escaped letter"),
        pytest.param("0.1", r"0.1 + '\ud800'", id="half of a character"),
        pytest.param(r"\n", r"\r\n", id="cells with other line ends"),
        pytest.param(r"\n", "\n", id="line ends that JSON does not allow"),
    ],
)
def test_json_that_others_read_otherwise_breaks_nothing(old: str, new: str) -> None:
    assert_nothing_breaks(_notebook(CODE, "o.step()").replace(old.encode(), new.encode()), "n.ipynb")


def test_a_mark_above_a_line_magic_at_the_beginning_of_a_cell_is_a_comment_like_any_other() -> None:
    assert_nothing_breaks(_notebook(CODE, "%time o.step()\n%%bash\n"), "n.ipynb")


def test_a_cell_that_is_no_python_stays_as_it_is_where_its_names_are_spoken_of() -> None:
    broken = "%time import torch\nopt = torch.optim.SGD(p, lr=0.1)\nfor group"
    assert_nothing_breaks(_notebook(CODE, broken, f"{broken} in opt.param_groups:\n    g\n"), "n.ipynb")


@campaign
@given(st.lists(st.sampled_from(range(len(sources()))), min_size=1, max_size=3), st.data())
def test_cells_of_damaged_sources_and_magics_break_nothing(chosen: list[int], data: st.DataObject) -> None:
    magics = [
        "%time ",
        "%%time\n",
        "%%bash\n",
        "!ls ",
        "?",
        "%",
        "x = !ls\n",
        "\ud800",
        "\r",
        "",
        "o.step()?\n",
    ]
    cells: list[Any] = []
    for number in chosen:
        text = sources()[number][: data.draw(st.integers(0, 2_000))]
        text = data.draw(st.sampled_from(magics)) + text
        lines = text.splitlines(keepends=True)
        cells.append(lines if data.draw(st.booleans()) else text)
    assert_nothing_breaks(_notebook(CODE, *cells), "n.ipynb", labels=("paddle", "mindspore"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"{_LAUGHS}{ENTRY}  betas: *a11\n", id="lists of aliases of lists"),
        pytest.param(f"{_LAUGHS}{ENTRY}  betas: [*a11, *a11]\n  eps: *a9\n", id="several of them"),
        pytest.param(
            "o: &a\n  _target_: torch.optim.SGD\n  lr: *a\n  betas: [*a]\n", id="an alias of itself"
        ),
        pytest.param(
            f"{ENTRY}  eps: !!python/object/apply:os.abort []\n", id="a tag that would run a function"
        ),
        pytest.param(
            "o: !!python/object/new:torch.optim.SGD\n  lr: 1\n", id="a tag that would build an object"
        ),
        pytest.param(f"{ENTRY}  lr: 0.2\n  _target_: torch.optim.Adam\n", id="keys that stand there twice"),
        pytest.param(f"{ENTRY}  betas: {'[' * 50_000}\n", id="brackets that are never closed"),
        pytest.param(f"{ENTRY}  eps: {'9' * 10_000}\n  momentum: 0x{'f' * 10_000}\n", id="long numbers"),
        pytest.param(f"{ENTRY}  eps: 1:{'59:' * 5_000}00\n", id="a number to the base of sixty"),
        pytest.param(f"{ENTRY}  maximize: true\n".replace("\n", "\r"), id="carriage returns"),
        pytest.param(f"%YAML 9.9\n%TAG ! x:\n---\n{ENTRY}", id="directives"),
        pytest.param(
            f"? {{_target_: torch.optim.SGD}}\n: {ENTRY.replace(chr(10), ' ')}", id="a key that is a mapping"
        ),
    ],
)
def test_a_hostile_configuration_breaks_nothing(text: str) -> None:
    assert_nothing_breaks(text.encode(), "c.yaml")


_YAML_SCRAPS = [
    "&a ",
    "*a",
    "!t ",
    "[",
    "]",
    "{",
    "}",
    ": ",
    "? ",
    "- ",
    "#",
    "'",
    '"',
    "|\n",
    ">-\n",
    "<<: *a\n",
]
_YAML_SCRAPS += [
    "\n",
    "  ",
    "\t",
    "\r",
    "\x00",
    "\u2028",
    "\ufeff",
    "---\n",
    "...\n",
    "%",
    "@",
    "lr: ",
    "${x}",
    "???",
]
_YAML_SCRAPS += [
    "_target_: torch.optim.Adam\n",
    "torch.optim.lr_scheduler.StepLR",
    "null",
    "1e-3",
    ",",
    "optimizer: *a",
]


@campaign
@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(_YAML_SCRAPS), st.integers(0, 3)), max_size=6))
def test_a_damaged_configuration_breaks_nothing(changes: list[tuple[int, str, int]]) -> None:
    text = f"# c\nx: &a {{lr: 0.1}}\n{ENTRY}  maximize: true  # why\n  params: [1, 2]\ns:\n  _target_: torch.optim.lr_scheduler.StepLR\n  step_size: 3\nf: {{_target_: torch.optim.Adam, lr: 1e-3, betas: [0.9, 0.99]}}\n"
    for place, scrap, removed in changes:
        place = min(place, len(text))
        text = text[:place] + scrap + text[place + removed :]
    assert_nothing_breaks(text.encode(), "c.yaml", labels=("paddle", "mindspore/nn"))
