"""Notebooks: the code of their cells is converted, and nothing else of the file changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optconv.converter import Conversion, Options, Outcome, cells_of, convert_content, plan_file
from optconv.converter.edits import Edits
from optconv.converter.notebook.joined import JoinedCells
from optconv.converter.notebook.scan import scan
from optconv.mappings import Tables, load_tables

SGD = "opt = torch.optim.SGD(net.parameters(), 0.1)"
PADDLE_SGD = "opt = paddle.optimizer.SGD(parameters=net.parameters(), learning_rate=0.1)"
STEP = "s = torch.optim.lr_scheduler.StepLR(opt, 3)"
PADDLE_STEP = (
    "s = paddle.optimizer.lr.StepDecay(learning_rate=opt.get_lr(), step_size=3)\nopt.set_lr_scheduler(s)"
)
BARE = Options(annotate=False, skim=False)

Dump = Callable[[Any], str]


def notebook(*cells: str | dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """Return a notebook with code cells, whose sources are lists of lines, and given other cells."""
    return {
        "cells": [
            cell
            if isinstance(cell, dict)
            else {
                "cell_type": "code",
                "execution_count": 3,
                "id": f"cell-{number}",
                "metadata": {"tags": ["torch.optim.SGD"]},
                "outputs": [
                    {"name": "stdout", "output_type": "stream", "text": ["torch.optim.SGD(lr=0.1)\n"]}
                ],
                "source": cell.splitlines(keepends=True),
            }
            for number, cell in enumerate(cells)
        ],
        "metadata": {"language_info": {"name": "python", "version": "3.11.7"}, **metadata},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def as_jupyter(document: Any) -> str:
    """Write JSON as Jupyter does."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def run(source: str | bytes, to: str = "paddle", options: Options = BARE) -> Conversion:
    """Convert a notebook."""
    content = source.encode() if isinstance(source, str) else source
    return convert_content("a.ipynb", content, load_tables(to), options)


def cells_after(*cells: str | dict[str, Any], to: str = "paddle", options: Options = BARE) -> list[str]:
    """Return the code of a notebook after it was converted; a second run must change nothing."""
    before = as_jupyter(notebook(*cells))
    conversion = run(before, to, options)
    assert not conversion.failed, conversion.diagnostics
    assert run(conversion.source, to, options).source == conversion.source
    check_that_the_rest_is_the_same(before, conversion.source.decode())
    return list((cells_of("a.ipynb", conversion.source) or {}).values())


def said(*cells: str | dict[str, Any], to: str = "paddle", options: Options = BARE) -> list[str]:
    """Return what is said of a notebook."""
    found = run(as_jupyter(notebook(*cells)), to, options).diagnostics
    return [f"{d.start.cell}:{d.start.line}:{d.start.column}:{d.code}" for d in found]


def check_that_the_rest_is_the_same(before: str, after: str) -> None:
    """Compare everything outside of the sources of cells that changed."""
    old, new = scan(before).code_cells, scan(after).code_cells
    assert len(old) == len(new)
    places = 0, 0
    for one, other in zip(old, new, strict=True):
        assert before[places[0] : one.source.start] == after[places[1] : other.source.start]
        if one.text == other.text:
            assert before[one.source.start : one.source.end] == after[other.source.start : other.source.end]
        places = one.source.end, other.source.end
    assert before[places[0] :] == after[places[1] :]


def test_code_is_converted_and_names_go_from_cell_to_cell() -> None:
    prose = {"cell_type": "markdown", "metadata": {}, "source": ["`torch.optim.SGD`"]}
    raw = {"cell_type": "raw", "metadata": {}, "source": "import torch.optim\n"}
    before = as_jupyter(notebook("import torch", prose, SGD, raw, "opt.zero_grad()\nopt.step()"))
    after = before.replace("import torch", "import paddle").replace(
        "import paddle.optim", "import torch.optim"
    )
    after = after.replace(SGD, PADDLE_SGD).replace("zero_grad()", "clear_grad(set_to_zero=False)")
    conversion = run(before)
    assert conversion.source.decode() == after
    assert [(r.api, r.start.cell, r.start.line) for r in conversion.references] == [
        ("torch.optim.SGD", 3, 1),
        ("torch.optim.Optimizer.zero_grad", 5, 1),
        ("torch.optim.Optimizer.step", 5, 2),
    ]
    assert conversion.count(Outcome.EXACT) == 3


DUMPS: dict[str, Dump] = {
    "one space": as_jupyter,
    "two spaces": lambda d: json.dumps(d, indent=2),
    "four spaces and escapes": lambda d: json.dumps(d, indent=4, ensure_ascii=True) + "\n",
    "a tab": lambda d: json.dumps(d, indent="\t", ensure_ascii=False),
    "one line": lambda d: json.dumps(d, ensure_ascii=False),
    "minified": lambda d: json.dumps(d, ensure_ascii=False, separators=(",", ":")),
    "CR LF": lambda d: as_jupyter(d).replace("\n", "\r\n"),
    "keys in order": lambda d: json.dumps(d, indent=1, ensure_ascii=False, sort_keys=True),
    "a byte order mark": lambda d: "\ufeff" + as_jupyter(d),
}


@pytest.mark.parametrize("dump", DUMPS.values(), ids=DUMPS)
@pytest.mark.parametrize("as_string", [False, True], ids=["lists", "strings"])
def test_the_file_looks_as_before(dump: Dump, as_string: bool) -> None:
    before = ["import torch", f"# 优化器 é\n{SGD}  # 率\n", "", "print('<é>')", STEP]
    after = ["import paddle", f"# 优化器 é\n{PADDLE_SGD}  # 率\n", "", "print('<é>')", PADDLE_STEP]
    documents = []
    for cells in (before, after):
        document = notebook(*cells)
        for cell in document["cells"]:
            cell["source"] = "".join(cell["source"]) if as_string else cell["source"]
        documents.append(document)
    conversion = run(dump(documents[0]))
    assert conversion.source.decode() == dump(documents[1])
    assert run(conversion.source).source == conversion.source


def test_escapes_are_written_as_the_notebook_has_them() -> None:
    source = as_jupyter(
        notebook("import torch", f"if a < b:\n    {SGD}  # 'a' < b\n    print('a' < 'b', \"\\t\")")
    )
    colab = source.replace("<", "\\u003c").replace("'", "\\u0027")
    assert run(colab).source.decode() == colab.replace("import torch", "import paddle").replace(
        SGD, PADDLE_SGD
    )


def test_a_line_that_stays_is_written_as_it_was_even_if_the_notebook_is_not_of_one_mind() -> None:
    source = as_jupyter(notebook("import torch", f"x = '<'\ny = '<'\n{SGD}")).replace(
        "x = '<'", "x = '\\u003c'"
    )
    assert run(source).source.decode() == source.replace("import torch", "import paddle").replace(
        SGD, PADDLE_SGD
    )


def test_lists_are_divided_as_they_were() -> None:
    odd = "s = 'a\\x0cb'\n# a\x0cb \u2028 c\n"
    by_newline = notebook("import torch", "")
    by_newline["cells"][1]["source"] = ["s = 1\n", "# a\x0cb \u2028 c\n", SGD]
    after = json.loads(run(as_jupyter(by_newline)).source)
    assert after["cells"][1]["source"] == ["s = 1\n", "# a\x0cb \u2028 c\n", PADDLE_SGD]
    after = json.loads(run(as_jupyter(notebook("import torch", odd + SGD))).source)
    assert after["cells"][1]["source"] == (odd + PADDLE_SGD).splitlines(keepends=True)


def test_carriage_returns_stay() -> None:
    assert cells_after("import torch\r\nx = 1\r\n", f"# a\r\n{SGD}\r\n{STEP}") == [
        "import paddle\r\nx = 1\r\n",
        (
            "# a\r\ns = paddle.optimizer.lr.StepDecay(learning_rate=0.1, step_size=3)\r\n"
            "opt = paddle.optimizer.SGD(parameters=net.parameters(), learning_rate=s)"
        ),
    ]
    assert cells_after("import torch", f"a = 1\r\n{SGD}\nb = 2") == [
        "import paddle",
        f"a = 1\r\n{PADDLE_SGD}\nb = 2",
    ]


def test_halves_of_characters_do_not_matter_where_nothing_is_changed() -> None:
    source = as_jupyter(notebook("import torch", "!echo X", f"%alias X\n{SGD}", "s = 'X'"))
    source = source.replace("X", "\\ud800")
    conversion = run(source)
    assert conversion.source.decode() == source.replace("import torch", "import paddle").replace(
        SGD, PADDLE_SGD
    )
    assert [(d.code, d.start.cell) for d in conversion.diagnostics] == [("OC901", 4)]


# -- cells -----------------------------------------------------------------------------------------------------


def test_an_optimizer_and_its_scheduler_change_places_inside_a_cell_only() -> None:
    swapped = (
        "s = paddle.optimizer.lr.StepDecay(learning_rate=0.1, step_size=3)\n"
        "opt = paddle.optimizer.SGD(parameters=net.parameters(), learning_rate=s)"
    )
    assert cells_after("import torch", f"{SGD}\n{STEP}") == ["import paddle", swapped]
    assert cells_after("import torch", SGD, STEP) == ["import paddle", PADDLE_SGD, PADDLE_STEP]


def test_groups_that_another_cell_adds_are_not_taken_into_the_construction() -> None:
    add = "opt.add_param_group({'params': head.parameters()})"
    inside = cells_after("import torch", f"{SGD}\n{add}")
    assert "head" in inside[1].splitlines()[0]
    apart = cells_after("import torch", SGD, add)
    assert "head" not in apart[1]
    assert "head" in apart[2]


def test_imports_stay_in_the_cell_of_the_import_that_they_replace() -> None:
    assert cells_after("x = 1", "import torch", "import os", SGD) == [
        "x = 1",
        "import paddle",
        "import os",
        PADDLE_SGD,
    ]
    assert cells_after("import torch", SGD, "torch.zeros(3)")[0] == "import paddle\nimport torch"
    assert cells_after(
        "import torch\nimport os", "from torch import optim", "opt = optim.SGD(p, 0.1)\ntorch.ones(1)"
    ) == [
        "import torch\nimport os",
        "import paddle",
        "opt = paddle.optimizer.SGD(parameters=p, learning_rate=0.1)\ntorch.ones(1)",
    ]


def test_a_cell_may_end_up_empty() -> None:
    before = notebook("import torch", "from torch import optim", f"{SGD}\no = optim.SGD(p, 0.1)")
    after = json.loads(run(as_jupyter(before)).source)
    assert [cell["source"] for cell in after["cells"][:2]] == [["import paddle"], []]


def test_marking_comments_stand_in_the_cell_of_their_statement() -> None:
    options = Options(skim=False)
    first, second = cells_after(
        "import torch", "opt = torch.optim.SGD(p, 0.1, maximize=True)", options=options
    )[:2]
    assert first == "import torch"
    assert second.startswith("# optconv: OC302 torch.optim.SGD: maximize=True")
    assert second.splitlines()[1] == "opt = torch.optim.SGD(p, 0.1, maximize=True)"
    timed = cells_after(
        "import torch", "%%time\nopt = torch.optim.SGD(p, 0.1, maximize=True)", options=options
    )[1]
    assert timed.startswith("%%time\n# optconv: OC302")
    chinese = Options(skim=False, language="zh")
    assert "PaddlePaddle" in cells_after("import torch", "opt = torch.optim.Muon(p)", options=chinese)[1]


def test_places_in_messages_name_the_cell() -> None:
    cells = ("import torch", "\nopt = torch.optim.SGD(p, 0.1, maximize=True)", "", "opt.zero_grad()")
    assert said(*cells) == ["2:2:7:OC302", "4:1:1:OC102"]
    message = run(as_jupyter(notebook(*cells))).diagnostics[1].message
    assert "(line 2 of cell 2)" in message.en
    assert "（第 2 号单元格第 2 行）" in message.zh


LOOP = "for x, y in loader:\n    opt.zero_grad()\n    loss = crit(net(x), y)\n    loss.backward()\n    opt.step()"
MINDSPORE_LOOP = """\
def forward_fn(x, y):
    loss = crit(net(x), y)
    return loss


grad_fn = mindspore.value_and_grad(forward_fn, None, opt.parameters)

for x, y in loader:
    loss, grads = grad_fn(x, y)
    opt(grads)"""
MINDSPORE_SGD = "opt = mindspore.experimental.optim.SGD(net.trainable_params(), 0.1)"


def test_a_training_step_is_written_in_its_cell() -> None:
    expected = ["import mindspore", MINDSPORE_SGD, MINDSPORE_LOOP]
    assert cells_after("import torch", SGD, LOOP, to="mindspore") == expected
    above = cells_after("import torch", SGD, f"n = 1\n# all of it\n{LOOP}", to="mindspore")[2]
    assert above == "n = 1\n\n\n" + MINDSPORE_LOOP.replace("for x", "# all of it\nfor x")


def test_a_training_step_without_a_loop_is_written_in_its_cell() -> None:
    step = "loss = crit(net(x), y)\nloss.backward()\nopt.step()\nopt.zero_grad()"
    assert cells_after("import torch", SGD, step, "print(loss)", to="mindspore") == [
        "import mindspore",
        MINDSPORE_SGD,
        (
            "def forward_fn():\n    loss = crit(net(x), y)\n    return loss\n\n"
            "grad_fn = mindspore.value_and_grad(forward_fn, None, opt.parameters)\n"
            "loss, grads = grad_fn()\nopt(grads)"
        ),
        "print(loss)",
    ]


def test_a_training_step_over_several_cells_is_declined() -> None:
    cells = (
        "import torch",
        SGD,
        "out = net(x)",
        "loss = crit(out, y)\nloss.backward()",
        "opt.step()\nopt.zero_grad()",
    )
    assert cells_after(*cells, to="mindspore")[2:] == list(cells[2:])
    found = run(as_jupyter(notebook(*cells)), "mindspore").diagnostics
    assert [(d.code, d.start.cell) for d in found] == [("OC308", 4), ("OC102", 5), ("OC102", 5)]
    assert "several cells" in found[0].message.en
    assert "(line 2 of cell 4)" in found[1].message.en


# -- what is not Python ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "magic",
    [
        "%matplotlib inline",
        "!pip install torch \\\n  torchvision",
        "!echo it's",
        "!!ls",
        "?torch.optim.SGD",
        "torch.optim.SGD?",
        "net.layers[0].weight??",
        "%timeit?",
        "files = !ls *.py",
        "a, b = !echo 'x' \\\n  y",
        "t = %timeit -o f()",
        "if x:\n    !nvidia-smi\nelse:\n\t%cd {path}",
        "def f():\n    print('''\n%no magic\n''')\n    %cd ..\n    return (5\n % 3)",
        ";f a b",
        "/f a b",
        "# why?\n%pwd",
    ],
)
def test_lines_of_ipython_stay(magic: str) -> None:
    for cell in (f"{magic}\n{SGD}", f"x = 1\n{magic}\n{SGD}\n{magic}\n"):
        expected = ["import paddle", cell.replace(SGD, PADDLE_SGD)]
        assert cells_after("import torch", cell) == expected
        assert said("import torch", cell) == []


def test_what_looks_like_a_magic_inside_of_python_is_python() -> None:
    cell = f'"""\n%matplotlib inline\n!ls\n"""\nx = (5\n %3)\ny = 5 \\\n  %3\nd = {{"a":\n"b"}}\n{SGD}'
    assert cells_after("import torch", f"%pwd\n{cell}")[1] == f"%pwd\n{cell.replace(SGD, PADDLE_SGD)}"


@pytest.mark.parametrize("magic", ["%%time", "%%timeit -n 3", "\n\n%%capture out", "%%prun -s cumulative"])
def test_cells_that_a_magic_runs_as_python_are_converted(magic: str) -> None:
    assert cells_after("import torch", f"{magic}\n{SGD}")[1] == f"{magic}\n{PADDLE_SGD}"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (f"%%writefile train.py\nimport torch\n{SGD}", "OC204"),
        (f"%%script_of_mine\n{SGD}", "OC204"),
        ("%%bash\npython train.py --optim SGD", ""),
        ("%%html\n<b>optim</b>", ""),
        ("%%!\nls optim", ""),
        ("%timeit opt.zero_grad()", "OC204"),
        ("%timeit f(3)", ""),
        ("!grep optim *.py", ""),
    ],
)
def test_code_that_a_magic_takes_is_left_and_spoken_of(cell: str, code: str) -> None:
    assert cells_after("import torch", SGD, cell)[2] == cell
    assert said("import torch", SGD, cell) == ([f"3:1:1:{code}"] if code else [])


def test_a_statement_that_is_timed_is_converted() -> None:
    assert cells_after(
        "import torch", f"%time {SGD}\nif x:\n    %time  opt.zero_grad()\n%time !ls\n%time"
    ) == [
        "import paddle",
        f"%time {PADDLE_SGD}\nif x:\n    %time  opt.clear_grad(set_to_zero=False)\n%time !ls\n%time",
    ]


def test_what_a_magic_uses_is_not_removed() -> None:
    imports = "import torch\nfrom torch.optim import Adam"
    assert cells_after(imports, "%timeit Adam(p)", SGD)[0] == "import paddle\nfrom torch.optim import Adam"
    assert cells_after(imports, "%%mine\nAdam(p)", "o = Adam(p)")[0].endswith("import Adam")
    assert cells_after("import torch", "!echo {torch.__version__}", SGD)[0] == "import paddle\nimport torch"
    assert cells_after("import torch", "!pip install torch", SGD)[0] == "import paddle"


def test_a_magic_stands_between_an_optimizer_and_its_scheduler() -> None:
    assert cells_after("import torch", f"{SGD}\n%mine\n{STEP}")[1] == f"{PADDLE_SGD}\n%mine\n{PADDLE_STEP}"


def test_a_magic_in_a_training_step_stays_in_it() -> None:
    loop = LOOP.replace("    loss =", "    !echo $x\n    loss =").replace(
        "    opt.step", "    %time opt.step"
    )
    converted = cells_after("import torch", SGD, loop, to="mindspore")[2]
    assert converted.count("    !echo $x\n") == 1
    assert "    %time opt(grads)" in converted


def test_await_needs_no_function() -> None:
    cell = f"data = await load()\nasync with a() as b:\n    pass\n{SGD}"
    assert cells_after("import torch", cell)[1] == cell.replace(SGD, PADDLE_SGD)


# -- what cannot be read ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "place"),
    [
        ("%pwd\n!ls \\\n x\ndef f(:\n    pass", "4:7"),
        ("print 'optim'", "1:1"),
        ("x = 'optim\x00'", "1:1"),
        ("  opt.zero_grad()", "1:3"),
        ("optim = " + "(" * 300 + ")" * 300, ""),
        ("optim = " + "-" * 100_000 + "1", "1:1"),
    ],
)
def test_a_cell_that_is_no_python_does_not_cost_the_others(cell: str, place: str) -> None:
    assert cells_after("import torch", cell, SGD) == ["import paddle", cell, PADDLE_SGD]
    (found,) = said("import torch", cell, SGD)
    assert found.startswith(f"2:{place}" if place.startswith("4") else "2:")
    assert found.endswith(":OC901")


def test_in_a_folder_only_a_broken_cell_that_may_concern_us_is_spoken_of() -> None:
    skim = Options(annotate=False)
    (found,) = said("import torch", SGD, "def f(:", "def g(optim:", options=skim)
    assert (found[:4], found[-6:]) == ("4:1:", ":OC901")
    assert said("import torch", "def f(:", options=skim) == []
    assert [found[-5:] for found in said("x", "def f(:")] == ["OC901"]


def test_names_of_a_broken_cell_are_still_used() -> None:
    imports = "import torch\nfrom torch.optim import SGD"
    after = cells_after(imports, "opt = SGD(p, 0.1)", "def f(:\n    SGD(p)")
    assert after[0].splitlines()[-1] == "from torch.optim import SGD"


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", (1, 1), "`{` is expected"),
        ('[{"cells": []}]', (1, 1), "`{` is expected"),
        ('{"optim": 1}', (1, 1), "which format"),
        ('{"nbformat": 4}', (1, 1), "no list of cells"),
        ('{"nbformat": 3, "worksheets": [{"cells": []}]}', (1, 1), "format 3"),
        ('{"cells": [],\n "nbformat": 5}', (1, 1), "format 5"),
        ('{"cells": [\n  {"source": 3}]}', (2, 14), "neither a string nor"),
        ('{"cells": [{"source": ["a", null]}]}', (1, 29), "source of cell 1"),
        ('{"cells": [3]}', (1, 12), "`{` is expected"),
        ('{"cells": {}}', (1, 11), "`[` is expected"),
        ('{"cells": [],}', (1, 14), '`"` is expected'),
        ('{"cells": []\n "nbformat": 4}', (2, 2), "`}` is expected"),
        ('{"cells": [{"source": "a\n"}]}', (1, 25), "Invalid control character"),
        ('{"cells": [], "nbformat": 4} x', (1, 30), "Extra data"),
        ('{"cells": [], "metadata": tru', (1, 27), "Expecting value"),
        ('{"metadata": ' + "[" * 200_000 + "}", (1, 14), "too deeply"),
    ],
)
def test_what_is_no_notebook_is_left_with_one_diagnostic(
    text: str, position: tuple[int, int], reason: str
) -> None:
    conversion = run(text)
    (found,) = conversion.diagnostics
    assert (conversion.source, conversion.failed) == (text.encode(), True)
    assert (found.code, found.start.line, found.start.column, found.start.cell) == ("OC907", *position, None)
    assert reason in found.message.en


def test_bytes_that_are_no_text_are_left() -> None:
    source = as_jupyter(notebook("import torch.optim")).encode() + b"\xff"
    conversion = run(source)
    assert conversion.source == source
    assert [found.code for found in conversion.diagnostics] == ["OC902"]


@pytest.mark.parametrize(
    "metadata",
    [
        {"language_info": {"name": "julia"}},
        {"language_info": {}, "kernelspec": {"language": "R"}},
        {"language_info": {"name": "python"}, "kernelspec": {"language": "sage"}},
    ],
)
def test_notebooks_of_other_languages_are_left(metadata: dict[str, Any]) -> None:
    source = as_jupyter(notebook("import torch.optim", "x <- 3", **metadata))
    assert run(source) == Conversion(source.encode())


@pytest.mark.parametrize(
    "metadata", [{"language_info": {}}, {"kernelspec": {"language": "Python3"}}, {"x": 1e400}]
)
def test_a_notebook_that_says_nothing_else_is_python(metadata: dict[str, Any]) -> None:
    assert run(as_jupyter(notebook("import torch", SGD, **metadata))).source.count(b"paddle") == 2


def test_a_cell_of_another_language_is_left() -> None:
    shell = {
        "cell_type": "code",
        "metadata": {"vscode": {"languageId": "shellscript"}},
        "source": ["a | (optim"],
    }
    assert said("import torch", shell, SGD) == []


def test_numbers_and_keys_of_any_size_are_passed_over() -> None:
    source = as_jupyter(notebook("import torch", SGD, size=0)).replace('"size": 0', f'"size": {"9" * 5000}')
    assert b"9" * 5000 in run(source).source
    twice = as_jupyter(notebook("import torch", SGD)).replace(
        '"outputs"', '"source": ["import optim"], "outputs"'
    )
    assert run(twice).source.decode() == twice.replace("import torch", "import paddle").replace(
        SGD, PADDLE_SGD
    )


def test_a_large_notebook_takes_no_long_time() -> None:
    cells = ["\n".join([f"!echo {n}", f"x{n} = %pwd", f"%timeit f(x{n})"] * 5) for n in range(400)]
    document = notebook("import torch", *cells, SGD)
    document["cells"][0]["outputs"] = [{"data": {"image/png": "A" * 5_000_000}}]
    assert b"paddle.optimizer" in run(as_jupyter(document)).source


def test_a_notebook_that_mentions_nothing_of_ours_is_not_read(tables: Tables) -> None:
    for source in (b'{"cells": [', b'{"cells": [{"source": "optimizer"'):
        assert convert_content("a.ipynb", source, tables, Options()).failed == (b"optim" in source)
    only_prose = as_jupyter(notebook({"cell_type": "markdown", "source": "torch.optim"}, "x = 1"))
    assert convert_content("a.ipynb", only_prose.encode(), tables, Options()) == Conversion(
        only_prose.encode()
    )


def test_a_word_behind_an_escape_is_seen(tables: Tables) -> None:
    document = notebook("import torch")
    document["cells"][0]["source"] = f"import torch\nnet.zero_grad()\n{SGD}"
    assert b"paddle" in convert_content("a.ipynb", as_jupyter(document).encode(), tables, Options()).source


# -- never a damaged notebook ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("damage", "cell"),
    [
        (lambda text: text.replace(':1"\n', ':7"\n'), SGD),
        (lambda text: f"x\n{text}", SGD),
        (lambda text: f"{text}x\n", SGD),
        (lambda text: text.replace("optconv_cell_1()", "1"), f"%pwd\n{SGD}"),
        (
            lambda text: text.replace("optconv_cell_1()", "optconv_cell_1() + optconv_cell_1()"),
            f"%pwd\n{SGD}",
        ),
        (lambda text: text.replace("optconv_cell_1()", "x\noptconv_cell_1()"), f"%%time\n{SGD}"),
        (lambda text: text.replace("optconv_cell_1()", "x\noptconv_cell_1()"), "%%bash\nls"),
        (lambda text: text.replace("import", "optconv_cell_9; import"), SGD),
    ],
)
def test_what_cannot_be_told_apart_is_left(
    damage: Callable[[str], str], cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = Edits.apply
    monkeypatch.setattr(Edits, "apply", lambda edits, text: damage(apply(edits, text)))
    monkeypatch.setattr(plan_file, "_check_syntax", lambda _: None)
    source = as_jupyter(notebook("import torch", cell, SGD))
    conversion = run(source)
    assert (conversion.source, conversion.failed) == (source.encode(), True)
    assert [found.code for found in conversion.diagnostics] == ["OC905"]


def test_words_of_the_notebook_are_not_taken() -> None:
    cells = ("import torch", "optconv_cell = 1\n%pwd", SGD, "optconv_cell2_1 = '\"optconv_cell:1\"'")
    assert cells_after(*cells) == ["import paddle", cells[1], PADDLE_SGD, cells[3]]
    hidden = as_jupyter(notebook("!ls", "optconv_cell2 = 1")).replace("optconv_cell2", "optconv\\u005fcell")
    joined = JoinedCells(scan(hidden).cells)
    assert joined.source.text.startswith('"optconv_cell2:0"\noptconv_cell2_1()\n"optconv_cell2:1"\n')


LINES = st.sampled_from(
    [
        SGD,
        STEP,
        "opt.zero_grad()",
        "opt.step()",
        "%matplotlib inline",
        "!ls 'x",
        "# é 优 <",
        "x = f('\\t\"')",
        "",
        "for x in y:\n    opt.zero_grad()\n    %cd ..",
        "import torch.optim",
        "print(opt?)",
        "y = %pwd",
        "\x0c",
    ]
)


@settings(max_examples=60)
@given(
    st.lists(st.lists(LINES, max_size=4), max_size=5),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(sorted(DUMPS)),
    st.sampled_from(["paddle", "mindspore"]),
)
def test_whatever_the_cells_are_the_rest_stays(
    lines: list[list[str]], newline: str, dump: str, to: str
) -> None:
    cells = ["\n".join(cell).replace("\n", newline) for cell in lines]
    before = DUMPS[dump](notebook("import torch", *cells, kernelspec={"name": "torch.optim"}))
    conversion = run(before, to, Options(skim=False))
    after = conversion.source.decode()
    assert not conversion.failed
    check_that_the_rest_is_the_same(before.removeprefix("\ufeff"), after.removeprefix("\ufeff"))
    assert run(conversion.source, to, Options(skim=False)).source == conversion.source
    for cell, converted in zip(
        cells, list((cells_of("a.ipynb", conversion.source) or {}).values())[1:], strict=True
    ):
        magics = [line.strip() for line in cell.splitlines() if line.strip()[:1] in ("%", "!")]
        assert [line.strip() for line in converted.splitlines() if line.strip()[:1] in ("%", "!")] == magics
