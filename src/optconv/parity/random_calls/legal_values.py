"""What PyTorch takes for an argument, by the name of the parameter.

Values are Python source text. What has another meaning in one class is found under ``Class.parameter``. A
parameter that is not in here is never given; a test says which of the catalogue's are missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Values:
    """Some texts, boundaries among them, and perhaps any number between two."""

    texts: tuple[str, ...]
    between: tuple[float, float] | None = None


def _any(*texts: str, between: tuple[float, float] | None = None) -> Values:
    return Values(texts, between)


_FLAG = _any("True", "False")
_RARE_FLAG = _any("False", "False", "False", "True")
_RARER_FLAG = _any(*["False"] * 9, "True")  # torch itself refuses it most of the time

LEGAL_VALUES: Mapping[str, Values] = {
    "lr": _any("0.1", "0.01", "1", "1e-3", "0.5", between=(1e-3, 0.5)),
    "LBFGS.lr": _any("1", "1.0", "0.5", "0.1"),
    "momentum": _any("0", "0.0", "0.9", "0.5", "0.9", between=(0.0, 0.95)),
    "dampening": _any("0", "0", "0.0", "0.5", "1", between=(0.0, 1.0)),
    "weight_decay": _any("0", "0.0", "0.01", "1e-4", "0.1", "1", between=(0.0, 0.3)),
    "nesterov": _RARE_FLAG,
    "maximize": _RARE_FLAG,
    "foreach": _any("None", "False", "False", "True"),
    "fused": _any("None", "False", "False", "True"),
    "capturable": _RARER_FLAG,
    "differentiable": _RARER_FLAG,
    "betas": _any(
        "(0.9, 0.999)", "(0.5, 0.9)", "(0.0, 0.9)", "(0.9, 0.0)", "(0.0, 0.0)", "[0.8, 0.99]", "(0.95, 0.5)"
    ),
    # With beta2=0 and eps=0 the update is the sign of the gradient, and noise where that is a rounding of 0.
    "Adamax.betas": _any("(0.9, 0.999)", "(0.5, 0.9)", "(0.0, 0.99)", "(0.8, 0.5)"),
    "eps": _any("1e-8", "1e-3", "1", "1e-15", "0", "1.0", between=(1e-9, 1e-2)),
    "Adafactor.eps": _any("(None, 1e-3)", "(1e-30, 1e-3)", "(1e-8, 0.1)"),
    "ReduceLROnPlateau.eps": _any("1e-8", "0", "1e-3", "0.05"),
    "amsgrad": _FLAG,
    "decoupled_weight_decay": _FLAG,
    "rho": _any("0.9", "0.5", "0", "1", between=(0.0, 1.0)),
    "lr_decay": _any("0", "0.0", "0.1", "1", between=(0.0, 0.5)),
    "initial_accumulator_value": _any("0", "0.1", "1", between=(0.0, 2.0)),
    "alpha": _any("0.99", "0.9", "0.5", "0", between=(0.1, 0.99)),
    "centered": _FLAG,
    "momentum_decay": _any("4e-3", "0", "0.1", between=(0.0, 0.1)),
    "etas": _any("(0.5, 1.2)", "(0.25, 1.5)", "(0.5, 2)", "(0.9, 1.01)"),
    "step_sizes": _any("(1e-6, 50)", "(1e-3, 0.1)", "(0, 1)", "(1e-5, 50)"),
    "lambd": _any("1e-4", "0", "0.1", between=(0.0, 0.3)),
    "t0": _any("1e6", "0", "3", "5.0"),
    "max_iter": _any("20", "1", "5"),
    "max_eval": _any("None", "25", "3"),
    "tolerance_grad": _any("1e-7", "1e-3", "0"),
    "tolerance_change": _any("1e-9", "1e-4", "0"),
    "history_size": _any("100", "2", "1"),
    "line_search_fn": _any("None", "'strong_wolfe'"),
    "beta2_decay": _any("-0.8", "-0.5"),
    "d": _any("1.0", "1.5", "2"),
    "ns_coefficients": _any("(3.4445, -4.775, 2.0315)", "(2, -1.5, 0.5)"),
    "ns_steps": _any("5", "2", "1"),
    "adjust_lr_fn": _any("None", "'original'", "'match_rms_adamw'"),
    "last_epoch": _any("-1"),
    "optimizer": _any("optimizer"),
    "step_size": _any("7", "1", "3", "100"),
    "gamma": _any("0.1", "0.5", "1", "1.0", "1.5", "2", "0.99", between=(0.05, 1.2)),
    "CyclicLR.gamma": _any("1.0", "0.9", "1", between=(0.8, 1.0)),
    "milestones": _any(
        "[3, 7]", "[7, 3]", "[3, 3, 9]", "[]", "(2, 5)", "[0]", "[1, 2, 30]", "range(2, 12, 4)"
    ),
    "T_max": _any("5", "1", "9", "40", "2"),
    "eta_min": _any("0", "0.0", "0.001", "0.05", "1e-5"),
    "T_0": _any("3", "1", "5", "40"),
    "T_mult": _any("1", "2", "3"),
    "base_lr": _any("0.01", "0.1", "1e-4", "[0.01]"),
    "max_lr": _any("0.5", "0.1", "1", "0.02", "[0.3]"),
    "step_size_up": _any("4", "1", "2000", "7"),
    "step_size_down": _any("None", "3", "1", "9"),
    "mode": _any("'min'", "'max'"),
    "CyclicLR.mode": _any("'triangular'", "'triangular2'", "'exp_range'"),
    "scale_fn": _any("None", "None", "lambda x: 0.5 ** x", "lambda x: 1 / (1 + x)"),
    "scale_mode": _any("'cycle'", "'iterations'"),
    "cycle_momentum": _any("False", "False", "True"),
    "base_momentum": _any("0.8", "0.5"),
    "max_momentum": _any("0.9", "0.95"),
    "total_steps": _any("30", "50", "27"),
    "epochs": _any("5", "3"),
    "steps_per_epoch": _any("10", "13"),
    "pct_start": _any("0.3", "0.5", "0.1", "0.25", "0.45"),
    "anneal_strategy": _any("'cos'", "'linear'"),
    "div_factor": _any("25.0", "10", "1", "2.5"),
    "final_div_factor": _any("1e4", "100", "1", "2.5"),
    "three_phase": _RARE_FLAG,
    "factor": _any("0.1", "0.5", "1.0", "0.0", "1 / 3", between=(0.05, 1.0)),
    "ReduceLROnPlateau.factor": _any("0.1", "0.5", "0.9", "0.0"),
    "total_iters": _any("5", "1", "10", "0", "40"),
    "start_factor": _any("1.0 / 3", "0.1", "1.0", "1", "0.001"),
    "end_factor": _any("1.0", "0.1", "0", "0.5", "1"),
    "power": _any("1.0", "0.9", "2", "0", "0.5", "1"),
    "patience": _any("10", "0", "1", "3"),
    "threshold": _any("1e-4", "0.05", "0"),
    "threshold_mode": _any("'rel'", "'abs'"),
    "cooldown": _any("0", "0", "2"),
    "min_lr": _any("0", "0.001", "0.05", "[0.01]"),
    "swa_lr": _any("0.05", "0.5", "[0.02]", "1e-3"),
    "anneal_epochs": _any("10", "1", "5", "0"),
    "lr_lambda": _any(
        "lambda epoch: 0.9 ** epoch",
        "lambda epoch: 1 / (epoch + 1)",
        "[lambda epoch: 0.95 ** epoch]",
        "decay",
    ),
    "MultiplicativeLR.lr_lambda": _any("lambda epoch: 0.9", "lambda epoch: 1 - 0.02 * epoch", "decay"),
}

# Which parameters are given together although each has a default: one of these sets is.
ONE_OF: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "OneCycleLR": (
        ("total_steps", "cycle_momentum"),
        ("epochs", "steps_per_epoch", "cycle_momentum"),
        ("total_steps",),
    ),
    "CyclicLR": (("cycle_momentum",), ("cycle_momentum", "step_size_up"), ()),
}

# Optimizers that do not take any number of tensors of any shape.
PARAMETERS: Mapping[str, str] = {"Muon": "[params[2]]"}
ONE_GROUP = frozenset({"LBFGS", "Muon"})
CLOSURE = frozenset({"LBFGS"})


def values_of(short_name: str, parameter: str) -> Values | None:
    """Return what ``parameter`` of the class can be; None when this table does not know it."""
    return LEGAL_VALUES.get(f"{short_name}.{parameter}", LEGAL_VALUES.get(parameter))
