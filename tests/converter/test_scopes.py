"""Scopes against Python's own symbol tables, on generated programs; and the indexes that the tree keeps."""

from __future__ import annotations

import ast
import symtable
import warnings

import pytest
from hypothesis import assume, given

from optconv.converter.scopes import Scope, ScopeTree

from .generated_programs import programs

_SHARED = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)


def _parsed(text: str) -> ScopeTree:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(text, "generated", "exec", dont_inherit=True)
        except SyntaxError:
            assume(False)
    return ScopeTree(ast.parse(text))


@given(programs())
def test_every_node_has_its_parent(text: str) -> None:
    scopes = _parsed(text)
    expected = {
        child: node
        for node in ast.walk(scopes.tree)
        for child in ast.iter_child_nodes(node)
        if not isinstance(child, _SHARED)
    }
    assert scopes.parents == expected


@given(programs())
def test_names_attributes_calls_and_strings_are_all_collected(text: str) -> None:
    scopes = _parsed(text)
    nodes = list(ast.walk(scopes.tree))
    assert set(scopes.names) == {n for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    assert set(scopes.attributes) == {n for n in nodes if isinstance(n, ast.Attribute)}
    assert set(scopes.calls) == {n for n in nodes if isinstance(n, ast.Call)}
    assert set(scopes.strings) == {
        n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }


@given(programs())
def test_the_scope_of_a_name_is_the_same_however_it_is_asked_for(text: str) -> None:
    """The index notes it for names; for other nodes it is found by going up. The two must agree."""
    scopes = _parsed(text)
    noted = {
        name: scopes.enclosing_scope(name) for name in ast.walk(scopes.tree) if isinstance(name, ast.Name)
    }
    scopes._scope_at.clear()
    assert {name: scopes.enclosing_scope(name) for name in noted} == noted


@given(programs())
def test_names_belong_to_the_scopes_that_python_says(text: str) -> None:
    scopes = _parsed(text)
    tables = _tables(text)
    for name in ast.walk(scopes.tree):
        if isinstance(name, ast.Name):
            scope = scopes.enclosing_scope(name)
            if not _has_tables(scope, tables):
                continue
            assert scopes.lookup(name.id, name) is _owner(name.id, scope, tables, scopes), (
                text,
                name.id,
                name.lineno,
            )


def _owner(
    name: str, scope: Scope, tables: dict[tuple[str, int], symtable.SymbolTable], scopes: ScopeTree
) -> Scope | None:
    """Return the scope that binds ``name`` as it is used in ``scope``, by Python's symbol tables."""
    symbol = tables[_key(scope)].lookup(name)
    if scope is scopes.module or symbol.is_global():
        return scopes.module if name in scopes.module.bindings else None
    if symbol.is_local():
        return scope
    around = scope.parent
    while around is not None:
        table = tables[_key(around)]
        if (
            not isinstance(around.node, ast.ClassDef)
            and name in table.get_identifiers()
            and table.lookup(name).is_local()
        ):
            return around
        around = around.parent
    return None


def _has_tables(scope: Scope | None, tables: dict[tuple[str, int], symtable.SymbolTable]) -> bool:
    """Since Python 3.12 a comprehension has no symbol table of its own, so nothing can be asked there."""
    while scope is not None:
        if _key(scope) not in tables:
            return False
        scope = scope.parent
    return True


_KINDS = {
    ast.Lambda: "lambda",
    ast.ListComp: "listcomp",
    ast.SetComp: "setcomp",
    ast.DictComp: "dictcomp",
    ast.GeneratorExp: "genexpr",
}


def _key(scope: Scope) -> tuple[str, int]:
    node = scope.node
    if isinstance(node, ast.Module):
        return "top", 0
    name = getattr(node, "name", None) or _KINDS[type(node)]
    return name, node.lineno


def _tables(text: str) -> dict[tuple[str, int], symtable.SymbolTable]:
    found: dict[tuple[str, int], symtable.SymbolTable] = {}
    stack = [symtable.symtable(text, "generated", "exec")]
    while stack:
        table = stack.pop()
        found[table.get_name(), table.get_lineno()] = table
        stack.extend(table.get_children())
    return found


@given(programs())
def test_a_binding_that_reaches_a_use_is_one_of_the_name(text: str) -> None:
    scopes = _parsed(text)
    for name in scopes.names:
        owner = scopes.lookup(name.id, name)
        bound = owner.bindings[name.id] if owner else []  # none for a name that is only declared global
        reached = scopes.reaching(name.id, name)
        assert bool(reached) == bool(bound)
        if owner is not None and not isinstance(owner.node, ast.ClassDef):  # a class body looks outside, too
            assert set(reached) <= set(owner.bindings[name.id])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("x = 1\nx = 2\nuse(x)\n", [2], id="the last of two assignments"),
        pytest.param("x = 1\nif c:\n    x = 2\nuse(x)\n", [1, 3], id="an assignment and one in a branch"),
        pytest.param("x = 1\nif c:\n    x = 2\n    use(x)\n", [3], id="the one in the same branch"),
        pytest.param("if c:\n    x = 1\nelse:\n    x = 2\nuse(x)\n", [2, 4], id="one of two branches"),
        pytest.param("x = 1\nfor i in y:\n    use(x)\n    x = 2\n", [1, 4], id="in a loop, also the one behind the use"),
        pytest.param("x = 1\nfor i in y:\n    x = 2\n    use(x)\n    x = 3\n", [3], id="in a loop, not the one behind the use when it is assigned anew before"),
        pytest.param("for i in y:\n    for x in z:\n        use(x)\n    x = 3\n", [2], id="in a loop in a loop, its variable"),
        pytest.param("for i in y:\n    if c:\n        x = 2\n    use(x)\n    x = 3\n", [3, 5], id="in a loop, the one behind the use when it may not be assigned before"),
        pytest.param("x = 1\nfor i in y:\n    while c:\n        use(x)\n        x = 3\n", [1, 5], id="in an inner loop, what stood before both, and the one behind"),
        pytest.param("x = 1\nx = f(use(x))\n", [1], id="not the one that the use is part of"),
        pytest.param("x = 1\nx += use(x)\n", [1], id="not the augmented one that the use is part of"),
        pytest.param("x = 1\nuse(x)\nx = 2\n", [1], id="not one behind the use"),
        pytest.param("use(x)\nx = 2\n", [2], id="one behind the use if there is no other"),
        pytest.param("def f(x):\n    use(x)\n", [1], id="a parameter"),
        pytest.param("def f(x):\n    x = 1\n    use(x)\n", [2], id="not a parameter that is assigned again"),
        pytest.param("def f(x):\n    if c:\n        x = 1\n    use(x)\n", [1, 3], id="a parameter that is assigned in a branch"),
        pytest.param("x = 1\ndef f():\n    use(x)\nx = 2\n", [1, 4], id="from an inner function, all of them"),
        pytest.param("x = 1\ntry:\n    x = 2\nexcept E:\n    use(x)\n", [1, 3], id="in a handler, what stood before try and in it"),
        pytest.param("x = 1\ntry:\n    x = 2\nfinally:\n    use(x)\n", [1, 3], id="in finally, what stood before try and in it"),
        pytest.param("x = 1\nwith c:\n    x = 2\nuse(x)\n", [1, 3], id="behind with, also what stood before it"),
        pytest.param("x = 1\nfor x in y:\n    use(x)\n", [2], id="in the body of a loop, its variable"),
        pytest.param("x = 1\nfor x in y: pass\nuse(x)\n", [1, 2], id="behind a loop, its variable or what stood before"),
        pytest.param("x = 1\nfor x in use(x): pass\n", [1], id="in the iterable of a loop, not its variable"),
        pytest.param("x = 1\nwith use(x) as x: pass\n", [1], id="in what with enters, not its variable"),
        pytest.param("x = 1\nwith c as x:\n    use(x)\n", [2], id="in the body of with, its variable"),
        pytest.param("x = 1\nfor i in y:\n    for x in use(x): pass\n", [1, 3], id="in the iterable of an inner loop, also its variable of the round before"),
        pytest.param("x = 1\nwhile c:\n    x = 2\nelse:\n    use(x)\n", [1, 3], id="behind else of a loop, both"),
        pytest.param("x = 1\nc and (x := 2)\nuse(x)\n", [1, 2], id="a walrus that may be skipped, and what stood before"),
        pytest.param("x = 1\n(x := 2) and use(x)\n", [2], id="a walrus that comes first"),
        pytest.param("x = 1\nif (x := 2):\n    use(x)\n", [2], id="a walrus in the condition of an if"),
        pytest.param("x = 1\ntry: pass\nexcept E as x: pass\nuse(x)\n", [1], id="not the name of an exception behind its handler"),
        pytest.param("x = 1\ntry: pass\nexcept E as x:\n    use(x)\n", [3], id="the name of an exception in its handler"),
        pytest.param("x = 1\nmatch y:\n    case [x]: pass\nuse(x)\n", [1, 3], id="a captured name and what stood before"),
        pytest.param("x = 1\nmatch y:\n    case [x]:\n        use(x)\n", [3], id="a captured name in its case"),
    ],
)  # fmt: skip
def test_bindings_that_can_be_in_effect(text: str, expected: list[int]) -> None:
    scopes = ScopeTree(ast.parse(text))
    use = next(
        call.args[0] for call in scopes.calls if isinstance(call.func, ast.Name) and call.func.id == "use"
    )
    reached = scopes.reaching("x", use)
    assert [getattr(binding.node, "lineno", None) for binding in reached] == expected


def test_the_module_is_the_scope_of_a_node_from_elsewhere() -> None:
    scopes = ScopeTree(ast.parse("x\n"))
    assert scopes.enclosing_scope(ast.parse("y")) is scopes.module
    assert scopes.enclosing_scope(ast.Name("z", ast.Load())) is scopes.module


def test_thousands_of_nested_nodes_need_no_deep_stack() -> None:
    chain: ast.expr = ast.Name("x", ast.Load())
    for _ in range(20_000):
        chain = ast.UnaryOp(ast.Not(), chain)
    scopes = ScopeTree(ast.Module([ast.Expr(chain)], []))
    assert len(scopes.parents) == 20_002
