"""Draws programs with hypothesis: from the signatures of the catalogue and the table of legal values.

Hypothesis always begins with the simplest draw, zeros; so a zero means the simplest program here, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from optconv.parity.random_calls.legal_values import (
    ONE_GROUP,
    ONE_OF,
    Values,
    values_of,
)
from optconv.parity.random_calls.program import READS, WRITES, Argument, Construction, Program

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from optconv.mappings import Tables
    from optconv.mappings.schema import SourceApi

    Draw = Callable[[st.SearchStrategy[object]], object]

_SCHEDULERS_OF_SCHEDULERS = frozenset({"SequentialLR", "ChainedScheduler"})
_OF_THE_WHOLE = frozenset(
    {"foreach", "fused", "capturable", "differentiable"}
)  # nobody gives a group its own
_PLAIN = "torch.optim.SGD"
_LEAST = 2.0**-126  # the smallest number of float32 with all its digits


def concrete_apis(tables: Tables) -> tuple[SourceApi, ...]:
    """Return the optimizers and schedulers that a program can build: all but the base classes."""
    apis = tables.source_apis.values()
    return tuple(api for api in apis if api.kind in ("optimizer", "scheduler") and api.base is not None)


@st.composite
def programs(draw: st.DrawFn, tables: Tables, api: SourceApi) -> Program:
    """Draw a program about one class."""
    if api.kind == "optimizer":
        optimizer = draw(_constructions(tables, api))
        names = _drawn_names(draw, tables) if draw(st.integers(0, 3)) == 3 else []
    else:
        optimizer = draw(_optimizers(tables))
        names = [api.name, *(_drawn_names(draw, tables) if draw(st.integers(0, 7)) == 7 else [])]
    schedulers = tuple(draw(_constructions(tables, tables.source_apis[name])) for name in names)
    grouped = optimizer.short_name not in ONE_GROUP and draw(st.booleans())
    return Program(
        optimizer,
        draw(_groups(tables.source_apis[optimizer.api])) if grouped else (),
        schedulers,
        neighbours=not draw(st.booleans()),
        write=draw(st.sampled_from(WRITES)) if not schedulers and draw(st.integers(0, 3)) == 3 else "",
        read=draw(st.sampled_from(READS[: 3 if schedulers else 2])) if draw(st.booleans()) else "",
        set_to_none=draw(st.sampled_from(["", "", "", "set_to_none=True", "set_to_none=False"])),
    )


def _drawn_names(draw: st.DrawFn, tables: Tables) -> list[str]:
    schedulers = [api.name for api in concrete_apis(tables) if api.kind == "scheduler"]
    return draw(
        st.lists(st.sampled_from(schedulers), min_size=1, max_size=2 if draw(st.integers(0, 5)) == 5 else 1)
    )


@st.composite
def _optimizers(draw: st.DrawFn, tables: Tables) -> Construction:
    """Draw an optimizer for a scheduler: mostly plain SGD, whose movement shows the rate."""
    if draw(st.integers(0, 2)) < 2:
        rate = draw(st.sampled_from(["0.1", "1", "0.02"]))
        return Construction(_PLAIN, (Argument("lr", rate, required=True),))
    optimizers = [api for api in concrete_apis(tables) if api.kind == "optimizer"]
    return draw(_constructions(tables, draw(st.sampled_from(optimizers))))


@st.composite
def _constructions(draw: st.DrawFn, tables: Tables, api: SourceApi, nested: bool = False) -> Construction:
    """Draw a call: the first few arguments by position, any of the others by keyword."""
    first, *parameters = api.signatures[0].signature.parameters
    takes_first = first.name in ("params", "optimizer")
    if not takes_first:
        parameters.insert(0, first)
    required = _required(draw, api)
    chosen = [p for p in parameters if values_of(api.short_name, p.name) or p.name == "schedulers"]
    places = [p.name for p in chosen if not p.keyword_only]
    positional = places[: draw(st.integers(0, min(3, len(places))))] if draw(st.booleans()) else []
    share = draw(st.integers(0, 2))
    arguments: list[Argument] = []
    children = draw(_nested_schedulers(tables)) if "schedulers" in api.signatures[0].signature.names else []
    for parameter in chosen:
        must = parameter.default is None or parameter.name in required
        by_position = parameter.name in positional
        if not must and not by_position and draw(st.integers(0, 3)) <= 2 - share:
            continue
        if parameter.name == "schedulers":
            text = f"[{', '.join(children)}]"
        elif parameter.name == "milestones" and children:  # one less than schedulers, in order
            text = str(sorted(draw(st.integers(1, 12)) for _ in children[1:]))
        else:
            text = draw(_texts(values_of(api.short_name, parameter.name)))
        plain = "lambda" in text or "torch." in text or text == "optimizer"
        readable = nested or plain or draw(st.integers(0, 7)) < 7
        arguments.append(Argument(parameter.name, text, not by_position, must, readable))
    return Construction(api.name, tuple(arguments), takes_first)


def _required(draw: st.DrawFn, api: SourceApi) -> Sequence[str]:
    alternatives = ONE_OF.get(api.short_name)
    return draw(st.sampled_from(alternatives)) if alternatives else ()


@st.composite
def _nested_schedulers(draw: st.DrawFn, tables: Tables) -> list[str]:
    """Draw schedulers for SequentialLR and ChainedScheduler to take."""
    apis = [
        api
        for api in concrete_apis(tables)
        if api.kind == "scheduler"
        and api.short_name not in _SCHEDULERS_OF_SCHEDULERS
        and api.short_name not in ("ReduceLROnPlateau", "OneCycleLR", "CyclicLR", "SWALR")
    ]
    chosen = draw(st.lists(st.sampled_from(apis), min_size=1, max_size=3))
    return [draw(_constructions(tables, api, nested=True)).text("optimizer") for api in chosen]


@st.composite
def _groups(draw: st.DrawFn, api: SourceApi) -> tuple[tuple[Argument, ...], ...]:
    """Draw two or three groups with options of their own."""
    names = api.signatures[0].signature.names
    options = [name for name in names[1:] if values_of(api.short_name, name) and name not in _OF_THE_WHOLE]
    options += [name for name in ("lr", "weight_decay", "betas") if name in options] * 2  # what people write
    groups = []
    for _ in range(draw(st.integers(2, 3))):
        chosen = draw(st.lists(st.sampled_from(options), max_size=3, unique=True))
        groups.append(tuple(Argument(n, draw(_texts(values_of(api.short_name, n)))) for n in chosen))
    return tuple(groups)


@st.composite
def _texts(draw: st.DrawFn, values: Values | None) -> str:
    """Draw one of the texts, or (one time in four) a number between the bounds."""
    assert values is not None
    if values.between is not None and draw(st.integers(0, 3)) == 3:
        low, high = values.between
        number = draw(st.floats(low, high))
        # The targets keep hyper-parameters as float32, which has no such number: it is 0 there.
        return repr(float(f"{number if abs(number) > _LEAST else 0.0:.3g}"))
    return draw(st.sampled_from(values.texts))
