"""Programs that bind and read a handful of names in every way Python has, for tests of scopes."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

_NAMES = st.sampled_from("abcd")
_DEEPEST = 3


@dataclass(frozen=True)
class _Where:
    """How deep a statement stands, and whether directly in a function."""

    depth: int
    in_function: bool


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Return the text of a module; every scope of it begins on a line of its own."""
    return "\n".join(_block(draw, 0, in_function=False)) + "\n"


def _block(draw: st.DrawFn, depth: int, *, in_function: bool) -> list[str]:
    lines: list[str] = []
    if in_function and draw(st.integers(0, 4)) == 0:
        lines.append(f"{draw(st.sampled_from(['global', 'nonlocal']))} {draw(_NAMES)}")
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(_SIMPLE if depth >= _DEEPEST else (*_SIMPLE, *_COMPOUND)))
        lines += kind(draw, _Where(depth, in_function))
    return lines


def _inner(draw: st.DrawFn, depth: int, *, in_function: bool) -> list[str]:
    return [f"    {line}" for line in _block(draw, depth + 1, in_function=in_function)]


def _expression(draw: st.DrawFn, depth: int, *, walrus: bool = True) -> str:
    kinds = ["name", "attribute", "call", "sum"]
    if depth < _DEEPEST:
        kinds += ["lambda", "list", "set", "dict", "generator", *(["walrus"] if walrus else [])]
    name = draw(_NAMES)
    match draw(st.sampled_from(kinds)):
        case "attribute":
            return f"{name}.x"
        case "call":
            return f"{name}({draw(_NAMES)}, k={draw(_NAMES)})"
        case "sum":
            return f"({name} + {_expression(draw, depth + 1, walrus=walrus)})"
        case "walrus":
            return f"({name} := {_expression(draw, depth + 1)})"
        case "lambda":
            default = _expression(draw, depth + 1, walrus=walrus)
            return f"(\nlambda {name}={default}, *{name}_: {_expression(draw, depth + 1)})"
        case "list":
            return f"[\n{_comprehension(draw, depth)}]"
        case "set":
            return f"{{\n{_comprehension(draw, depth)}}}"
        case "dict":
            return f"{{\n{draw(_NAMES)}: {_comprehension(draw, depth)}}}"
        case "generator":
            return f"(\n{_comprehension(draw, depth)})"
    return name


def _comprehension(draw: st.DrawFn, depth: int) -> str:
    loops = [
        f"for {draw(_NAMES)} in {_expression(draw, depth + 1, walrus=False)}"
        for _ in range(draw(st.integers(1, 2)))
    ]
    condition = f" if {draw(_NAMES)}" if draw(st.booleans()) else ""
    return f"{_expression(draw, depth + 1)} {' '.join(loops)}{condition}"


def _assign(draw: st.DrawFn, where: _Where) -> list[str]:
    target = draw(st.sampled_from(["{}", "{}, ({}, *{})", "{}.x", "{}[0]", "{} = {}"]))
    names = [draw(_NAMES) for _ in range(3)]
    return [f"{target.format(*names)} = {_expression(draw, where.depth)}"]


def _augmented(draw: st.DrawFn, where: _Where) -> list[str]:
    return [f"{draw(_NAMES)} += {_expression(draw, where.depth)}"]


def _import(draw: st.DrawFn, _where: _Where) -> list[str]:
    form = draw(
        st.sampled_from(
            ["import {}", "import {}.x", "import x as {}", "from x import {}", "from . import y as {}"]
        )
    )
    return [form.format(draw(_NAMES))]


def _delete(draw: st.DrawFn, _where: _Where) -> list[str]:
    return [f"del {draw(_NAMES)}"]


def _statement(draw: st.DrawFn, where: _Where) -> list[str]:
    return [_expression(draw, where.depth)]


def _function(draw: st.DrawFn, where: _Where) -> list[str]:
    decorator = [f"@({_expression(draw, where.depth + 1)})"] if draw(st.booleans()) else []
    names = draw(st.permutations("abcd"))
    parameters = draw(st.sampled_from(["", "{0}", "{0}, /, {1}", "*{0}, {1}, **{2}", "{0}, *, {1}={3}"]))
    header = f"{draw(st.sampled_from(['def', 'async def']))} {draw(_NAMES)}({parameters.format(*names)}):"
    return [*decorator, header, *_inner(draw, where.depth, in_function=True)]


def _class(draw: st.DrawFn, where: _Where) -> list[str]:
    bases = draw(st.sampled_from(["", "({})", "(k={})"])).format(draw(_NAMES))
    return [f"class {draw(_NAMES)}{bases}:", *_inner(draw, where.depth, in_function=False)]


def _loop(draw: st.DrawFn, where: _Where) -> list[str]:
    header = draw(st.sampled_from(["for {} in {}:", "while {} + {}:", "with {} as {}:", "if {} and {}:"]))
    body = _inner(draw, where.depth, in_function=where.in_function)
    return [header.format(draw(_NAMES), draw(_NAMES)), *_hoisted(body)]


def _try(draw: st.DrawFn, where: _Where) -> list[str]:
    parts = [_hoisted(_inner(draw, where.depth, in_function=where.in_function)) for _ in range(2)]
    return ["try:", *parts[0], f"except {draw(_NAMES)} as {draw(_NAMES)}:", *parts[1]]


def _match(draw: st.DrawFn, where: _Where) -> list[str]:
    pattern = draw(st.sampled_from(["[{0}, *{1}]", "{{'k': 1, **{0}}}", "x.y() as {0}", "z(w={0})"]))
    names = draw(st.permutations("abcd"))
    body = [f"    {line}" for line in _hoisted(_inner(draw, where.depth, in_function=where.in_function))]
    return [f"match {draw(_NAMES)}:", f"    case {pattern.format(*names)}:", *body]


def _hoisted(body: list[str]) -> list[str]:
    """Take declarations out of a block that is no function's: they would come behind a use."""
    kept = [line for line in body if not line.strip().startswith(("global", "nonlocal"))]
    return kept or ["    pass"]


_SIMPLE = (_assign, _augmented, _import, _delete, _statement)
_COMPOUND = (_function, _class, _loop, _try, _match)
