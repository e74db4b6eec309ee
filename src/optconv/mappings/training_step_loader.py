"""Loads the part of a row that says how a training step is written where gradients come from a function."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

from optconv.mappings.rule_loader import read_text
from optconv.mappings.schema import ScaledStep, TrainingStep
from optconv.mappings.yaml_reader import Located

ROLES = ("gradients", "clears", "updates", "limits", "scales", "unscales", "updates_scaled", "adjusts")
"""What a member does in a training step: computes gradients, clears them, updates parameters with them,
limits them, scales a loss, takes the scale out of gradients, updates unless one is infinite, adjusts the
scale."""

_TEMPLATES: Mapping[str, frozenset[str]] = {
    "gradients": frozenset({"forward", "weights"}),
    "gradients_and_results": frozenset({"forward", "weights"}),
    "weights": frozenset({"optimizer"}),
    "all_weights": frozenset({"weights", "more"}),
    "update": frozenset({"optimizer", "gradients"}),
    "sum": frozenset({"total", "gradients"}),
    "first": frozenset({"gradients", "weights"}),
    "rest": frozenset({"gradients", "weights"}),
    "constant": frozenset({"value"}),
}
_SCALED: Mapping[str, frozenset[str]] = {
    "unscale": frozenset({"scaler", "gradients"}),
    "finite": frozenset({"gradients"}),
    "adjust": frozenset({"scaler", "finite"}),
}
_NAMES = frozenset({"pass", "function", "gradients", "total"})


def load_training_step(located: Located) -> TrainingStep:
    """Load ``training_step``: templates of Python text with the names of what is put in between braces."""
    located.mapping(allowed=frozenset({*_TEMPLATES, "names", "shape", "needs", "absent"}))
    templates = {key: read_template(located.required(key), fields) for key, fields in _TEMPLATES.items()}
    names = located.required("names")
    names.mapping(allowed=_NAMES)
    return TrainingStep(
        **templates,
        names={key: names.required(key).text() for key in sorted(_NAMES)},
        shape=read_text(located.required("shape")),
        needs=read_text(located.required("needs")),
        absent=read_text(located.required("absent")),
    )


def load_scaled_step(located: Located) -> ScaledStep:
    """Load ``scaled_step``: how a training step with a scaled loss is written."""
    located.mapping(allowed=frozenset(_SCALED))
    templates = {key: read_template(located.required(key), fields) for key, fields in _SCALED.items()}
    return ScaledStep(**templates)


def read_template(located: Located, fields: frozenset[str]) -> str:
    """Return a text that holds just these fields, each at least once."""
    text = located.text()
    try:
        found = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise located.error(f"not a template: {error}") from error
    if found != fields:
        raise located.error(f"expected the fields {', '.join(sorted(fields))} in braces")
    return text
