"""Expressions that are hard to evaluate, to write or to move, and scripts with them as hyper-parameters."""

from __future__ import annotations

from hypothesis import strategies as st

HEADER = "import torch\nfrom torch import optim\nfrom torch.optim.lr_scheduler import *\n"
OPTIMIZER = "o = optim.SGD(m.parameters(), lr=0.1)\n"

# Nothing of this may be run, and nothing of it may take long or much memory: it is only read.
ATOMS = [
    *("10 ** 10 ** 10", "((10 ** 60) ** 60) ** 60", "2 ** -1", "0 ** -1", "(-8) ** (1 / 3)", "1 << 10 ** 10"),
    *("'x' * 10 ** 9", "b'x' * 10 ** 9", "[0] * 10 ** 9", "(0,) * 10 ** 9", "[[[1]]] * 3", "[1] * -1"),
    *("f'{1:1000000000}'", "f'{1:{10 ** 9}}'", "'%1000000000d' % 1", "'{:1000000000}'.format(1)"),
    *("range(10 ** 20)", "list(range(10 ** 10))", "sum(range(10 ** 10))", "len(range(10 ** 20))", "max([])"),
    *("1e400", "-1e400", "1e-400", "float('inf')", "float('nan')", "1e300 * 1e300", "int(1e308)", "-0.0"),
    *("1 / 0", "1 % 0", "1 // 0.0", "round(1e308, -400)", "5 % 1e-320", "1j", "2 ** 64", "9" * 400),
    *("0x" + "f" * 5000, "0b" + "1" * 20000, "-0x" + "1" * 4000, "1_000", "0o7", "1.", "True", "None", "..."),
    *(
        "(yield)",
        "(yield from a)",
        "(x := 1)",
        "await x",
        "lambda: 1",
        "lambda *a, **k: a",
        "*a",
        "[*a]",
        "{**a}",
    ),
    *("{}", "{1}", "{1: 2}", "()", "[]", "(1,)", "''", "'é'", "'\\ud800'", "'''\n'''", "'a' 'b'", "'\\x0c'"),
    *(
        "x[1:2]",
        "x[..., 1]",
        "x.y.z",
        "x()()",
        "1 .real",
        "not 1",
        "~1",
        "1 if 1 else 2",
        "1 < 2 < 3",
        "'a' < 1",
    ),
    *("x is not None", "[1] < [2]", "(1 < 2) < 3", "[e for e in x]", "(e for e in x)", "{e: e for e in x}"),
    *("__import__('os').abort()", "exec('1')", "open('/dev/null', 'w')", "(lambda: 1 / 0)()", "eval('1')"),
    *("e", "o", "m", "a", "0", "1", "0.5", "3", "[1, 2]", "(0.9, 0.999)", "0.1  # c\n", "(\n1)"),
]

_TEMPLATES = [
    "{0} + {1}",
    "({0}) * ({1})",
    "{0} if {1} else {2}",
    "[{0}, {1}]",
    "({0}, {1})",
    "f({0}, k={1})",
]
_TEMPLATES += [
    "lambda e: {0}",
    "lambda e, k={0}: e ** ({1})",
    "({0}) ** ({1})",
    "-({0})",
    "not ({0})",
    "({0})[{1}]",
]
_TEMPLATES += [
    "{0} or {1}",
    "[{0} for e in {1}]",
    "({0}).a",
    "max({0}, {1})",
    "int({0})",
    "len({0})",
    "({0}) % ({1})",
]

_OPTIMIZERS = [
    "SGD",
    "Adam",
    "AdamW",
    "Adamax",
    "RMSprop",
    "Adagrad",
    "Adadelta",
    "NAdam",
    "RAdam",
    "Rprop",
    "ASGD",
]
_OPTIMIZERS += ["LBFGS", "SparseAdam", "Adafactor", "Muon"]
_KEYWORDS = [
    "lr",
    "momentum",
    "dampening",
    "weight_decay",
    "nesterov",
    "betas",
    "eps",
    "alpha",
    "centered",
    "etas",
]
_KEYWORDS += [
    "lambd",
    "t0",
    "amsgrad",
    "maximize",
    "foreach",
    "fused",
    "rho",
    "lr_decay",
    "step_sizes",
    "max_iter",
]
_SCHEDULERS = {
    "StepLR": ["step_size", "gamma", "last_epoch"],
    "MultiStepLR": ["milestones", "gamma"],
    "LambdaLR": ["lr_lambda"],
    "MultiplicativeLR": ["lr_lambda"],
    "CosineAnnealingLR": ["T_max", "eta_min"],
    "CosineAnnealingWarmRestarts": ["T_0", "T_mult", "eta_min"],
    "OneCycleLR": [
        "max_lr",
        "total_steps",
        "epochs",
        "steps_per_epoch",
        "pct_start",
        "anneal_strategy",
        "three_phase",
    ],
    "CyclicLR": ["base_lr", "max_lr", "step_size_up", "step_size_down", "mode", "scale_fn", "cycle_momentum"],
    "PolynomialLR": ["total_iters", "power"],
    "LinearLR": ["start_factor", "end_factor", "total_iters"],
    "ConstantLR": ["factor", "total_iters"],
    "ExponentialLR": ["gamma"],
    "ReduceLROnPlateau": ["mode", "factor", "patience", "threshold", "cooldown", "min_lr"],
    "SequentialLR": ["schedulers", "milestones"],
    "ChainedScheduler": ["schedulers"],
}
_MEMBERS = [
    "o.zero_grad()",
    "o.step()",
    "o.step({0})",
    "s.step()",
    "s.step({0})",
    "o.param_groups[{0}]['lr'] = {1}",
]
_MEMBERS += [
    "for g in o.param_groups:\n    g['lr'] = {0}",
    "o.zero_grad(set_to_none={0})",
    "o.param_groups[0][{0}]",
]
_MEMBERS += [
    "o.add_param_group({{'params': {0}, 'lr': {1}}})",
    "x = s.get_last_lr()[{0}]",
    "o.load_state_dict({0})",
]
_MEMBERS += [
    "torch.save({0}, {1})",
    "torch.nn.utils.clip_grad_norm_({0}, {1})",
    "loss = m({0})\nloss.backward({1})",
]
_MEMBERS += [
    "for x in {0}:\n    o.zero_grad()\n    l = m(x, {1})\n    l.backward()\n    o.step()\n    s.step()"
]


@st.composite
def expressions(draw: st.DrawFn, depth: int = 2) -> str:
    """Return the text of an expression."""
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        return draw(st.sampled_from(ATOMS))
    template = draw(st.sampled_from(_TEMPLATES))
    return template.format(*(draw(expressions(depth - 1)) for _ in range(3)))


@st.composite
def hostile_scripts(draw: st.DrawFn) -> str:
    """Return a script whose optimizer, scheduler and members are given such expressions."""
    lines = [HEADER.rstrip()]
    groups = "[{{'params': {0}, 'lr': {1}}}, {{'params': {0}, {1}: 1}}]".format(
        *(draw(expressions(1)) for _ in "ab")
    )
    params = draw(st.sampled_from(["m.parameters()", "m.parameters()", groups, draw(expressions(1))]))
    given = [
        f"{name}={draw(expressions())}" for name in draw(st.lists(st.sampled_from(_KEYWORDS), max_size=3))
    ]
    name = draw(st.sampled_from(_OPTIMIZERS))
    lines.append(f"o = optim.{name}({', '.join([params, *given])})")
    scheduler = draw(st.sampled_from(sorted(_SCHEDULERS)))
    own = draw(st.lists(st.sampled_from(_SCHEDULERS[scheduler]), max_size=3, unique=True))
    given = [f"{name}={draw(expressions())}" for name in own]
    lines.append(f"s = {scheduler}({', '.join(['o', *given])})")
    members = draw(st.lists(st.sampled_from(_MEMBERS), max_size=3))
    lines += [member.format(*(draw(expressions(1)) for _ in "ab")) for member in members]
    if draw(st.booleans()):
        body = "\n".join(lines[1:]).replace("\n", "\n    ")
        lines = [lines[0], f"{draw(st.sampled_from(['async def', 'def']))} f(m, a, x):\n    {body}"]
    return "\n".join(lines) + "\n"
