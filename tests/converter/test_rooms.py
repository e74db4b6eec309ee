"""The walls between the rooms: who imports whom, what a conversion loads, and that no API name is in Python."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import optconv
from optconv.mappings import Tables

ROOT = Path(optconv.__file__).parent
ROOMS = ["mappings", "converter", "parity", "cli"]  # each may import those before it
FRAMEWORKS = ("torch", "paddle", "mindspore")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def _room(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def _imports(path: Path) -> set[str]:
    """Return the dotted names of all modules that a file imports, wherever the import stands."""
    imported: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= 1, f"{path}: a relative import out of its folder"
            prefix = ".".join(("optconv", *path.relative_to(ROOT).parts[:-1])) if node.level else ""
            imported.add(".".join(filter(None, [prefix, node.module])))
    return imported


def _outside(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in _imports(path)} - sys.stdlib_module_names - {"optconv"}


def _id(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=_id)
def test_imports_between_the_rooms_point_one_way(path: Path) -> None:
    allowed = ROOMS[: ROOMS.index(_room(path)) + 1]
    rooms = {name.split(".")[1] for name in _imports(path) if name.startswith("optconv.")}
    assert rooms <= set(allowed)


@pytest.mark.parametrize("path", [path for path in MODULES if _room(path) == "mappings"], ids=_id)
def test_the_mappings_import_only_yaml_from_outside(path: Path) -> None:
    assert _outside(path) <= {"yaml"}


@pytest.mark.parametrize("path", [path for path in MODULES if _room(path) == "converter"], ids=_id)
def test_the_converter_imports_only_libcst_from_outside_and_yaml_for_configurations(path: Path) -> None:
    assert _outside(path) <= ({"yaml"} if path.name.startswith("yaml_") else {"libcst"})


def _is_worker(path: Path) -> bool:
    return "worker" in path.relative_to(ROOT).parts


@pytest.mark.parametrize("path", [path for path in MODULES if not _is_worker(path)], ids=_id)
def test_no_framework_is_imported_outside_the_workers(path: Path) -> None:
    assert not _outside(path) & set(FRAMEWORKS)


def test_libcst_is_imported_by_no_module_when_it_is_loaded() -> None:
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        at_load: list[ast.stmt] = [
            node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))
        ]
        assert "libcst" not in ast.dump(ast.Module(at_load, [])), path


def _loaded(program: str) -> set[str]:
    """Return the top modules that are loaded behind ``program`` in a fresh interpreter."""
    shown = f"{program}\nimport sys\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


_CONVERT = """
from optconv.converter import Options, convert_source
from optconv.mappings import load_tables
conversion = convert_source({source!r}, load_tables("paddle"), Options(skim=False))
assert {changed} == (conversion.source != {source!r}), conversion
"""


@pytest.mark.parametrize(
    "program",
    [
        pytest.param("import optconv.cli.main", id="loading the command line"),
        pytest.param("import optconv.parity.run", id="loading the parity room"),
        pytest.param(_CONVERT.format(source=b"x = 1\n", changed=False), id="a file without optimizers"),
        pytest.param(_CONVERT.format(source=b"import torch\nx = torch.ones(2)\n", changed=False), id="a file with the framework and without optimizers"),
        pytest.param(_CONVERT.format(source=b"import torch\no = torch.optim.Adafactor(p)\n", changed=True), id="a file where everything is declined"),
    ],
)  # fmt: skip
def test_neither_libcst_nor_a_framework_is_loaded_by(program: str) -> None:
    assert not _loaded(program) & {"libcst", *FRAMEWORKS}


def test_a_conversion_loads_libcst_and_no_framework() -> None:
    program = _CONVERT.format(source=b"import torch\no = torch.optim.SGD(p, lr=0.1)\n", changed=True)
    loaded = _loaded(program)
    assert "libcst" in loaded
    assert not loaded & set(FRAMEWORKS)


# Not meant as names of an API: "optimizer" is a kind, "step" one of the methods that anything may have, "eval" a
# mode of Python's own parser, and a case that becomes an expression calls nothing.
_RESERVED = {"optimizer", "step", "eval", ""}
_SPELLED = re.compile(rf"\b({'|'.join(FRAMEWORKS)})\b")


def _api_names(tables: Tables) -> set[str]:
    """Return the last parts of all names of both frameworks, and the names of all methods."""
    apis = tables.source_apis.values()
    members = {member for api in apis for member in api.members}
    targets = {case.to.rpartition(".")[2] for row in tables.rows() for case in row.cases}
    targets |= {
        case.to.rpartition(".")[2] for row in tables.rows() for m in row.members.values() for case in m.cases
    }
    return ({api.short_name for api in apis} | members | targets) - _RESERVED


@pytest.mark.parametrize("path", [path for path in MODULES if _room(path) == "converter"], ids=_id)
def test_no_name_of_a_framework_or_of_its_api_stands_in_the_converter(path: Path, tables: Tables) -> None:
    """Docstrings and comments may name examples; the strings of the code may not."""
    strings = _strings(ast.parse(path.read_text(encoding="utf-8")))
    assert not {text for text in strings if _SPELLED.search(text)}
    assert not strings & _api_names(tables)


def _strings(tree: ast.Module) -> set[str]:
    """Return the strings of the code, and the names of what it imports and reads; docstrings are left out."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings
    }


@pytest.mark.parametrize("path", [path for path in MODULES if _room(path) == "converter"], ids=_id)
def test_no_identifier_of_the_converter_is_named_after_a_framework(path: Path) -> None:
    identifiers = {
        text
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for field in ("id", "attr", "arg", "name")
        if isinstance(text := getattr(node, field, None), str)
    }
    assert not {text for text in identifiers if any(name in text.lower() for name in FRAMEWORKS)}
