"""Projects whose files import each other without end, or are not what their names say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from optconv.cli.main import main

TRAIN = "from pkg.a import build\nimport torch\no = build(m)\no.zero_grad()\np = torch.optim.SGD(m.parameters(), lr=0.1)\n"
BUILD = "import torch\ndef build(m):\n    return torch.optim.SGD(m.parameters(), lr=0.1)\n"
_CHAIN = 120


def _chain(statement: str) -> dict[str, str]:
    files = {f"pkg/m{i}.py": statement.format(i + 1) for i in range(_CHAIN)}
    return {**files, f"pkg/m{_CHAIN}.py": BUILD, "pkg/a.py": statement.format(0)}


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(
            {"pkg/a.py": "from pkg.b import build\n", "pkg/b.py": "from pkg.a import build\n"},
            id="two files that import one name from each other",
        ),
        pytest.param({"pkg/a.py": "from pkg.a import build\n"}, id="a file that imports from itself"),
        pytest.param(
            {"pkg/a.py": "from . import *\n", "pkg/__init__.py": "from .a import *\nfrom . import *\n"},
            id="star imports in a circle",
        ),
        pytest.param(
            {"pkg/a.py": "from .b import *\n", "pkg/b.py": "from .a import *\nfrom torch.optim import *\n"},
            id="star imports of a library in a circle",
        ),
        pytest.param(_chain("from pkg.m{0} import build\n"), id="a hundred levels of imports"),
        pytest.param(_chain("from pkg.m{0} import *\n"), id="a hundred levels of star imports"),
        pytest.param(
            {"pkg/a.py": BUILD, "pkg.py": "build = 1\n", "train.py/x.py": "", "torch.py": "optim = 1\n"},
            id="files and folders with one name",
        ),
        pytest.param(
            {
                "pkg/a.py": BUILD + "#" * 2_000_000,
                "pkg/__init__.py": "from pkg.a import (\n" + "  # build\n" * 50_000,
            },
            id="an import that is never closed",
        ),
        pytest.param(
            {
                "pkg/a.py": "class A(B):\n    pass\n" + BUILD,
                "pkg/b.py": "from pkg.a import A\nclass B(A):\n    pass\n",
            },
            id="classes that inherit from each other",
        ),
        pytest.param(
            {
                "pkg/a.py": "from pkg.b import g\ndef build(m):\n    return g(m)\n",
                "pkg/b.py": "from pkg.a import build\ndef g(m):\n    return build(m)\n",
            },
            id="functions that return each other",
        ),
        pytest.param({"pkg/a.py": "\x00", "pkg/b.py": "(" * 100_000}, id="files that cannot be parsed"),
    ],
)
def test_a_hostile_project_is_converted_all_the_same(files: Mapping[str, str], tmp_path: Path) -> None:
    for name, text in {"start.py": TRAIN, **files}.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "project" / "loop").symlink_to(tmp_path / "project", target_is_directory=True)
    (tmp_path / "project" / "self.py").symlink_to(tmp_path / "project" / "self.py")
    result = CliRunner().invoke(main, ["convert", str(tmp_path / "project"), "--to", "paddle", "--check"])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "OC905" not in result.output
    assert "Traceback" not in result.output
    assert "1 would be converted" in result.output or "2 would be converted" in result.output


def test_a_file_beyond_the_limits_costs_itself_one_message_and_no_other_file(tmp_path: Path) -> None:
    deep = f"import torch\n\no = torch.optim.SGD(p, lr={'+'.join(['x'] * 900)})\n"
    (tmp_path / "deep.py").write_text(deep, encoding="utf-8")
    long = f"o = torch.optim.SGD(p)\ns = torch.optim.lr_scheduler.MultiStepLR(o, [3, 0x{'f' * 5_000}])\n"
    (tmp_path / "number.py").write_text(f"import torch\n{long}", encoding="utf-8")
    (tmp_path / "plain.py").write_text("import torch\no = torch.optim.SGD(p, lr=0.1)\n")
    result = CliRunner().invoke(main, ["convert", str(tmp_path), "--to", "paddle"])
    assert result.exit_code == 2
    told = [line for line in result.output.splitlines() if "OC9" in line]
    assert len(told) == 2
    assert "deep.py:3:" in told[0]
    assert "number.py:3:" in told[1]
    assert all("OC901" in line for line in told)
    assert (
        tmp_path / "plain.py"
    ).read_text() == "import paddle\no = paddle.optimizer.SGD(parameters=p, learning_rate=0.1)\n"
