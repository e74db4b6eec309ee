"""Our name resolution against libcst's QualifiedNameProvider, an oracle that knows Python's scopes.

Where the two agree, a source is listed without verdicts. Where we mean to differ, it is listed with the
verdicts that may occur (one of them must), and with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

import pytest

from .libcst_oracle import Verdict, compare

SAME, UNCERTAIN, FEWER = Verdict.SAME, Verdict.UNCERTAIN, Verdict.FEWER
FOLLOWED, STAR, NOT_HERE, MISSED = Verdict.FOLLOWED, Verdict.STAR, Verdict.NOT_HERE, Verdict.MISSED


@dataclass(frozen=True)
class Source:
    """A source, and in which ways (and why) we may say something else than the provider about it."""

    sentence: str
    text: str
    differs: frozenset[Verdict] = frozenset()
    reason: str = ""


def same(sentence: str, text: str) -> Source:
    return Source(sentence, dedent(text).lstrip("\n"))


def differs(sentence: str, text: str, reason: str, *verdicts: Verdict) -> Source:
    return Source(sentence, dedent(text).lstrip("\n"), frozenset(verdicts), reason)


_FLOW = "we ask which assignment is in effect at the use; the provider joins all of a scope"
_BRANCH = "either may be in effect, so the use is reported as uncertain"
_VALUE = "we follow what a name was assigned; to the provider it is a local name"
_NO_PATTERNS = "the provider does not know that a pattern binds names"
_NO_DEL = "the provider does not know that del takes a name away"

IMPORTS = [
    same("the top module is imported", "import torch\ntorch.optim.SGD(p)\n"),
    same("the top module under another name", "import torch as th\nth.optim.SGD(p)\n"),
    same("a submodule is imported by its dotted name", "import torch.optim\ntorch.optim.SGD(p)\n"),
    same("a submodule under another name", "import torch.optim as optim\noptim.SGD(p)\n"),
    same(
        "a deeper submodule is imported",
        "import torch.optim.lr_scheduler\ntorch.optim.lr_scheduler.StepLR(o, 1)\n",
    ),
    same(
        "a deeper submodule under another name", "import torch.optim.lr_scheduler as lrs\nlrs.StepLR(o, 1)\n"
    ),
    same(
        "the top module reached through an import of another submodule",
        "import torch.nn\ntorch.optim.SGD(p)\n",
    ),
    same(
        "several submodules of one package",
        "import torch, torch.nn, torch.optim\ntorch.optim.SGD(p)\ntorch.nn.Linear\n",
    ),
    same("several names in one import", "import os, torch as t, sys\nt.optim.SGD(p)\nos.path\n"),
    same("a module is imported from its package", "from torch import optim\noptim.SGD(p)\n"),
    same(
        "a module from its package under another name",
        "from torch import optim as O, nn\nO.SGD(p)\nnn.Linear\n",
    ),
    same("a class is imported", "from torch.optim import SGD\nSGD(p)\n"),
    same("a class under another name", "from torch.optim import SGD as Descent\nDescent(p)\n"),
    same("a class from the module that defines it", "from torch.optim.adam import Adam\nAdam(p)\n"),
    same("a class through the module that defines it", "import torch\ntorch.optim.adam.Adam(p)\n"),
    same(
        "several classes in parentheses",
        "from torch.optim import (\n    SGD,  # one\n    Adam as A,\n)\nSGD(p)\nA(p)\n",
    ),
    same(
        "a submodule is imported from a submodule",
        "from torch.optim import lr_scheduler\nlr_scheduler.StepLR(o, 1)\n",
    ),
    same(
        "two names for one thing",
        "import torch\nimport torch.optim as optim\nfrom torch import optim as o2\noptim.SGD\no2.SGD\ntorch.optim\n",
    ),
    same("an import on one line with its use", "import torch.optim as optim; optim.SGD(p)\n"),
    same("an import split by a backslash", "from torch \\\n    import optim\noptim.SGD(p)\n"),
    same("parentheses around the module", "import torch\n(torch.optim).SGD(p)\n(torch\n .optim\n .SGD)(p)\n"),
    same("non-ASCII text before the use", "import torch\nx = 'é日本', torch.optim.SGD(p)\n"),
    same("a relative import is none of ours", "from . import torch\ntorch.optim.SGD(p)\n"),
    same(
        "a package whose name only begins the same",
        "import torchvision\nimport torch_optimizer as optim\noptim.SGD(p)\n",
    ),
    same("a module called optim of another package", "from jax import optim\noptim.SGD(p)\n"),
    same("a name that nothing binds", "optim.SGD(p)\n"),
    same(
        "a future import and a docstring come first",
        '"""Doc."""\nfrom __future__ import annotations\nimport torch\ntorch.optim.SGD\n',
    ),
    differs(
        "a star import", "from torch.optim import *\nSGD(p)\n", "the provider does not look into stars", STAR
    ),
    differs(
        "a star import that brings a submodule",
        "from torch.optim import *\nlr_scheduler.StepLR(o, 1)\n",
        "the provider does not look into stars",
        STAR,
    ),
    same(
        "a star import does not bring what it does not export", "from torch.optim import *\nGradScaler(p)\n"
    ),
    same("a star import does not replace a builtin", "from torch.optim import *\nlen(p)\n"),
    same("a star import of another package", "from mylib import *\nSGD(p)\n"),
    differs(
        "a star import behind another meaning of the name",
        "from mylib import SGD\nfrom torch.optim import *\nSGD(p)\n",
        "the star replaces the name at run time; we may be unsure, but must not be blind",
        STAR,
        UNCERTAIN,
        FOLLOWED,
    ),
    same(
        "a star import before another meaning of the name",
        "from torch.optim import *\nfrom mylib import SGD\nSGD(p)\n",
    ),
]

PLACES = [
    same(
        "an import inside a function", "def f():\n    import torch.optim as optim\n    return optim.SGD(p)\n"
    ),
    same(
        "an import inside a function is not seen outside",
        "def f():\n    from torch import optim\noptim.SGD(p)\n",
    ),
    same(
        "an import inside a function is seen by a function in it",
        "def f():\n    from torch import optim\n    def g():\n        return optim.SGD(p)\n",
    ),
    same(
        "an import inside a function and another outside",
        "from torch import optim\ndef f():\n    from jax import optim\n    return optim.SGD(p)\noptim.SGD(p)\n",
    ),
    same(
        "a use in a function before the import",
        "def f():\n    return optim.SGD(p)\nfrom torch import optim\n",
    ),
    same(
        "an import in a class body is not seen by its methods",
        "class A:\n    from torch import optim\n    x = optim.SGD\n    def f(self):\n        return optim.SGD(p)\n",
    ),
    same(
        "an import in a class body and another outside",
        "from torch import optim\nclass A:\n    from jax import optim\n    x = optim.SGD\n    def f(self):\n        return optim.SGD(p)\n",
    ),
    same(
        "a class attribute does not hide a name from methods",
        "from torch import optim\nclass A:\n    optim = 1\n    def f(self):\n        return optim.SGD(p)\n",
    ),
    same(
        "a method called like the module does not hide it from methods",
        "from torch import optim\nclass A:\n    def optim(self):\n        return optim.SGD(p)\n",
    ),
    same(
        "a class in a function",
        "def f():\n    from torch import optim\n    class A:\n        x = optim.SGD\n        def g(self):\n            return optim.Adam\n",
    ),
    same(
        "base classes and class keywords are evaluated outside",
        "import torch\nclass torch_(torch.optim.Optimizer, metaclass=torch.Meta):\n    torch = 1\n",
    ),
    same(
        "decorators are evaluated outside",
        "import torch\n@torch.no_grad()\ndef f(torch):\n    torch.optim\n@torch.jit.script\nclass A:\n    torch = 1\n",
    ),
    same(
        "default arguments are evaluated outside",
        "from torch import optim\ndef f(optim=optim.SGD, *, o=optim.Adam):\n    return optim.Adam\n",
    ),
    same(
        "annotations are evaluated outside",
        "from torch import optim\ndef f(optim: optim.Optimizer, *a: optim.SGD) -> optim.Adam:\n    return optim.RMSprop\n",
    ),
    same(
        "a class that takes the name of its base",
        "from torch.optim import SGD\nclass SGD(SGD): ...\n",
    ),
    same(
        "a class in a function that takes the name of its base",
        "def f():\n    from torch.optim import SGD\n    class SGD(SGD): ...\n",
    ),
    same(
        "default arguments of a lambda are evaluated outside",
        "from torch import optim\nf = lambda optim=optim.SGD: optim.Adam\n",
    ),
    same("a lambda sees the names around it", "from torch import optim\nf = lambda p: optim.SGD(p)\n"),
    same(
        "nested functions and lambdas",
        "import torch\ndef f():\n    def g():\n        return lambda: (lambda torch: torch.optim, torch.optim.SGD)\n    return g, torch.optim\n",
    ),
    same(
        "an async function with its loops",
        "from torch import optim\nasync def f():\n    async for x in optim.SGD:\n        await optim.Adam\n    async with optim.SGD as y:\n        pass\n",
    ),
    same("a use inside an f-string", "from torch import optim\nx = f'{optim.SGD}'\n"),
    same(
        "an annotated assignment",
        "from torch import optim\nx: optim.SGD = optim.Adam(p)\ny: optim.Optimizer\n",
    ),
    same(
        "a subscript, a slice and a starred argument",
        "from torch import optim\nx[optim.SGD:optim.Adam] = f(*optim.a, **optim.b)\n",
    ),
]

SHADOWS = [
    same("a parameter", "from torch import optim\ndef f(optim):\n    return optim.SGD(p)\n"),
    same("a keyword-only parameter", "from torch import optim\ndef f(*, optim):\n    return optim.SGD(p)\n"),
    same(
        "a positional-only parameter", "from torch import optim\ndef f(optim, /):\n    return optim.SGD(p)\n"
    ),
    same(
        "star parameters",
        "from torch import optim\nimport torch\ndef f(*optim, **torch):\n    return optim.SGD, torch.optim\n",
    ),
    same(
        "a parameter hides it from a function inside, too",
        "from torch import optim\ndef f(optim):\n    def g():\n        return optim.SGD(p)\n",
    ),
    same("a parameter of a lambda", "from torch import optim\nf = lambda optim: optim.SGD(p)\n"),
    same(
        "a local variable", "from torch import optim\ndef f():\n    optim = make()\n    return optim.SGD(p)\n"
    ),
    differs(
        "a local variable that is assigned behind the use",
        "from torch import optim\ndef f():\n    optim.SGD(p)\n    optim = make()\n",
        "the provider falls back to the module for the bare name",
        MISSED,
    ),
    same(
        "a local variable of an annotation without a value",
        "from torch import optim\ndef f():\n    optim: int\n    return optim.SGD(p)\n",
    ),
    same(
        "a local function",
        "from torch import optim\ndef f():\n    def optim(): ...\n    return optim.SGD(p)\n",
    ),
    same(
        "a local class", "from torch import optim\ndef f():\n    class optim: ...\n    return optim.SGD(p)\n"
    ),
    same(
        "the variable of a comprehension", "from torch import optim\n[optim.SGD for optim in x]\noptim.SGD\n"
    ),
    same("the variable of a set comprehension", "from torch import optim\n{optim.SGD for optim in x}\n"),
    same(
        "the variable of a dict comprehension",
        "from torch import optim\n{optim.a: optim.SGD for optim in x}\n",
    ),
    same("the variable of a generator", "from torch import optim\nlist(optim.SGD for optim in x)\n"),
    same(
        "the first iterable of a comprehension is evaluated outside",
        "from torch import optim\n[optim.SGD for optim in optim.classes]\n",
    ),
    same(
        "a later iterable of a comprehension is evaluated inside",
        "from torch import optim\n[y for optim in x for y in optim.classes if optim.SGD]\n",
    ),
    same(
        "a comprehension in a class does not see the class",
        "from torch import optim\nclass A:\n    optim = 1\n    x = [optim.SGD for i in range(3)]\n",
    ),
    same(
        "a comprehension in a comprehension",
        "from torch import optim\n[[optim.SGD for y in optim.b] for optim in optim.a]\n",
    ),
    same(
        "the target of a for loop in a function",
        "from torch import optim\ndef f():\n    for optim in x:\n        optim.SGD(p)\n",
    ),
    same(
        "the target of with in a function",
        "from torch import optim\ndef f():\n    with x as optim:\n        optim.SGD(p)\n",
    ),
    same(
        "a tuple of targets of with",
        "from torch import optim\ndef f():\n    with x as (optim, y):\n        optim.SGD(p)\n",
    ),
    same(
        "the name of an exception in a function",
        "from torch import optim\ndef f():\n    try: ...\n    except E as optim:\n        optim.SGD(p)\n",
    ),
    same(
        "a walrus in a function",
        "from torch import optim\ndef f():\n    if (optim := g()):\n        optim.SGD(p)\n",
    ),
    same(
        "unpacking in a function",
        "from torch import optim\ndef f():\n    a, (optim, *b) = g()\n    return optim.SGD(p)\n",
    ),
    same(
        "a starred target in a function",
        "from torch import optim\ndef f():\n    a, *optim = g()\n    return optim.SGD(p)\n",
    ),
    same(
        "an augmented assignment in a function",
        "from torch import optim\ndef f():\n    optim += 1\n    return optim.SGD(p)\n",
    ),
    differs(
        "del in a function makes the name local",
        "from torch import optim\ndef f():\n    del optim\n    return optim.SGD(p)\n",
        _NO_DEL,
        MISSED,
    ),
    differs(
        "a capture pattern in a function",
        "from torch import optim\ndef f(x):\n    match x:\n        case optim:\n            optim.SGD(p)\n",
        _NO_PATTERNS,
        MISSED,
    ),
    differs(
        "a star pattern in a function",
        "from torch import optim\ndef f(x):\n    match x:\n        case [1, *optim]:\n            optim.SGD(p)\n",
        _NO_PATTERNS,
        MISSED,
    ),
    differs(
        "the rest of a mapping pattern in a function",
        "from torch import optim\ndef f(x):\n    match x:\n        case {'k': 1, **optim}:\n            optim.SGD(p)\n",
        _NO_PATTERNS,
        MISSED,
    ),
    differs(
        "an as pattern in a function",
        "from torch import optim\ndef f(x):\n    match x:\n        case [1] as optim:\n            optim.SGD(p)\n",
        _NO_PATTERNS,
        MISSED,
    ),
    same(
        "a value pattern and a class pattern only read",
        "from torch import optim\nmatch x:\n    case optim.SGD: ...\n    case optim.Adam(lr=1): ...\n",
    ),
    same("an attribute of another object", "import torch\nx.torch.optim.SGD\nself.optim = torch.optim.SGD\n"),
    same("a keyword of the same name", "from torch import optim\nf(optim=optim.SGD)\n"),
    same(
        "an assignment to an attribute binds no name",
        "import torch\ntorch.optim.SGD = patched\ntorch.optim.SGD(p)\n",
    ),
    same(
        "an assignment to an item binds no name",
        "from torch import optim\noptim.table['a'] = 1\noptim.SGD(p)\n",
    ),
]

DECLARED = [
    same(
        "a global statement with an import",
        "def f():\n    global optim\n    from torch import optim\ndef g():\n    return optim.SGD(p)\n",
    ),
    differs(
        "a global statement with an assignment",
        "from torch import optim\ndef f():\n    global optim\n    optim = fake()\ndef g():\n    return optim.SGD(p)\n",
        "the function may have run before",
        UNCERTAIN,
    ),
    same(
        "a global statement reaches past an enclosing function",
        "from torch import optim\ndef f(optim):\n    def g():\n        global optim\n        return optim.SGD(p)\n",
    ),
    same(
        "a nonlocal statement with an import",
        "def f():\n    from torch import optim\n    def g():\n        nonlocal optim\n        return optim.SGD(p)\n",
    ),
    differs(
        "a nonlocal statement with an assignment",
        "def f():\n    from torch import optim\n    def g():\n        nonlocal optim\n        optim = fake()\n    g()\n    return optim.SGD(p)\n",
        "the inner function may have run before; the provider does not move the binding outwards",
        UNCERTAIN,
    ),
    differs(
        "a name that is deleted",
        "from torch import optim\ndel optim\noptim.SGD(p)\n",
        _NO_DEL,
        MISSED,
    ),
    differs(
        "a name that is deleted and imported again",
        "from torch import optim\ndel optim\nfrom torch import optim\noptim.SGD(p)\n",
        "the provider sees only the imports",
        SAME,
    ),
]

FLOW = [
    differs("conditional imports of two packages", "if x:\n    from torch import optim\nelse:\n    from jax import optim\noptim.SGD(p)\n", _BRANCH, UNCERTAIN, FEWER),
    differs(
        "an import that may fail, with a substitute",
        "try:\n    from torch.optim import AdamW\nexcept ImportError:\n    from transformers import AdamW\nAdamW(p)\n",
        _BRANCH,
        FEWER,
        UNCERTAIN,
    ),
    same("conditional imports of two paths of one package", "try:\n    from torch.optim.lr_scheduler import LRScheduler\nexcept ImportError:\n    from torch.optim.lr_scheduler import _LRScheduler as LRScheduler\nLRScheduler\n"),
    differs("an import that may fail, with None instead", "try:\n    from torch import optim\nexcept ImportError:\n    optim = None\noptim.SGD(p)\n", _BRANCH, UNCERTAIN),
    differs("a substitute that was there before", "optim = None\nif x:\n    from torch import optim\noptim.SGD(p)\n", _BRANCH, UNCERTAIN),
    differs("an import that may have been replaced", "from torch import optim\nif x:\n    optim = fake()\noptim.SGD(p)\n", _BRANCH, UNCERTAIN),
    differs("a name rebound to an instance", "from torch import optim\noptim = optim.Adam(p)\noptim.step()\n", _FLOW, NOT_HERE, FEWER),
    differs("a name rebound to an instance in a loop", "from torch import optim\nfor i in x:\n    optim.SGD(p)\n    optim = optim.Adam(p)\n", _BRANCH, UNCERTAIN),
    differs("a name rebound to an instance in a while loop", "from torch import optim\nwhile optim.ok:\n    optim = optim.Adam(p)\n", _BRANCH, UNCERTAIN),
    differs("a name bound before its import", "optim = 1\nfrom torch import optim\noptim.SGD(p)\n", _FLOW, FEWER),
    differs("a name used before it is rebound", "from torch import optim\noptim.SGD(p)\noptim = 1\n", _FLOW, FEWER),
    differs("a name rebound at module level and used in a function", "from torch import optim\ndef f():\n    return optim.SGD(p)\noptim = fake()\n", _BRANCH, UNCERTAIN),
    differs("a second import under the same name", "from jax import optim\nfrom torch import optim\noptim.SGD(p)\n", _FLOW, FEWER),
    differs("a second import that replaces ours", "from torch import optim\nfrom jax import optim\noptim.SGD(p)\n", _FLOW, NOT_HERE),
    differs("an assigned module", "import torch\noptim = torch.optim\noptim.SGD(p)\n", _VALUE, FOLLOWED),
    differs("an assigned class", "from torch import optim\nOpt = optim.SGD\nOpt(p)\n", _VALUE, FOLLOWED),
    differs("an assignment that gives the name its own module", "import torch\ntorch.optim = torch.optim\noptim = torch.optim\noptim = optim\noptim.SGD\n", _VALUE, FOLLOWED),
    differs("one of two assigned classes", "from torch import optim\nif x:\n    Opt = optim.SGD\nelse:\n    Opt = optim.Adam\nOpt(p)\n", _VALUE, FOLLOWED),
    differs("a walrus that gives a module a name", "import torch\nif (optim := torch.optim):\n    optim.SGD(p)\n", _VALUE, FOLLOWED),
    differs("a walrus in a comprehension binds around it", "import torch\n[optim := torch.optim for i in x]\noptim.SGD(p)\n", _VALUE, FOLLOWED),
    differs("the name of an exception is gone behind its handler", "from torch import optim\ntry: ...\nexcept E as optim: ...\noptim.SGD(p)\n", "the handler leaves the import or nothing", FEWER, UNCERTAIN),
    differs("a capture pattern that may not match", "from torch import optim\nmatch x:\n    case [optim, 1]: ...\noptim.SGD(p)\n", _BRANCH, UNCERTAIN),
    differs("a mapping pattern that may not match", "from torch import optim\nmatch x:\n    case {'k': 1, **optim}: ...\noptim.SGD(p)\n", _BRANCH, UNCERTAIN),
    differs("a loop that may not run", "from torch import optim\nfor optim in x: ...\noptim.SGD(p)\n", _BRANCH, UNCERTAIN),
    differs("the iterable of a loop is evaluated before its target", "from torch import optim\nfor optim in [optim.SGD(p), optim.Adam(p)]: ...\n", _FLOW, FEWER),
    differs("what with enters is evaluated before its target", "from torch import optim\nwith optim.ctx() as optim: ...\n", _FLOW, FEWER),
    differs("a function that takes the name of what decorates it", "from torch import optim\n@optim.SGD\ndef optim(): ...\n", _FLOW, FEWER),
    differs("a function that takes the name of its default and annotations", "from torch import optim\ndef optim(x: optim.SGD = optim.Adam) -> optim.SGD: ...\n", _FLOW, FEWER),
    differs("a class that takes the name of the module of its base", "from torch import optim\nclass optim(optim.SGD, metaclass=optim.Meta): ...\n", _FLOW, FEWER),
    differs("a walrus that takes the name of the module of its value", "from torch import optim\nif optim := optim.ok: ...\n", _FLOW, FEWER),
    differs("an exception that takes the name of the module of its class", "from torch import optim\ntry: ...\nexcept optim.Error as optim: ...\n", _FLOW, FEWER),
    differs("a walrus that may not be evaluated", "from torch import optim\nflag and (optim := fake())\noptim.SGD(p)\n", _BRANCH, UNCERTAIN),
    differs("a walrus in a branch of a conditional expression", "from torch import optim\ny = (optim := fake()) if x else 0\noptim.SGD(p)\n", _BRANCH, UNCERTAIN),
    differs("a walrus in a comprehension that may be empty", "from torch import optim\n[optim := y for y in x]\noptim.SGD(p)\n", _BRANCH, UNCERTAIN),
    differs("a walrus in a lambda binds in the lambda", "from torch import optim\nf = lambda: (optim := fake())\noptim.SGD(p)\n", "the same; the provider may join", SAME, UNCERTAIN, FEWER),
    differs("an import in the body of try is used behind it", "optim = None\ntry:\n    from torch import optim\nfinally:\n    optim.SGD(p)\n", _BRANCH, UNCERTAIN),
    differs("an import in with is used behind it", "optim = None\nwith x:\n    from torch import optim\noptim.SGD(p)\n", "the block may have been left early", UNCERTAIN, FEWER),
    differs("a chain of two names defined by each other in a loop", "from torch import optim\na = optim\nwhile x:\n    b = a\n    a = b\n    b.SGD(p)\na.SGD(p)\n", _VALUE, FOLLOWED),
]  # fmt: skip

ALL = [*IMPORTS, *PLACES, *SHADOWS, *DECLARED, *FLOW]


@pytest.mark.parametrize("source", [pytest.param(source, id=source.sentence) for source in ALL])
def test_names_mean_what_the_provider_says(source: Source) -> None:
    compared = compare(source.text)
    wrong = [str(c) for c in compared if c.verdict is not SAME and c.verdict not in source.differs]
    assert not wrong, "\n".join([source.text, source.reason, *wrong])
    if source.differs:
        assert source.differs & {c.verdict for c in compared}, f"no longer a difference: {source.reason}"


def test_every_sentence_is_used_once() -> None:
    sentences = [source.sentence for source in ALL]
    assert len(sentences) == len(set(sentences))


def test_every_difference_has_a_reason() -> None:
    assert all(source.reason for source in ALL if source.differs)
