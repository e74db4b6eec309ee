"""Whether the learning rate of an optimizer changes later on, as far as a file shows."""

from __future__ import annotations

import pytest

from .helpers import said

# With a momentum, what becomes of RMSprop hangs on it; eps=0 leaves nothing else to be said.
BUILT = "import torch\no = torch.optim.RMSprop(m.parameters(), lr=0.1, eps=0, momentum=0.9)\n"
STEP_LR = "torch.optim.lr_scheduler.StepLR"
CHANGES, UNKNOWN = ["2:OC201"], ["2:OC202"]
STAYS: list[str] = []


def of_the_optimizer(text: str) -> list[str]:
    """Return what is said of the construction in the second line."""
    return [line for line in said(text) if line.startswith("2:")]


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(f"s = {STEP_LR}(o, 3)", id="a scheduler"),
        pytest.param(f"s = {STEP_LR}(step_size=3, optimizer=o)", id="a scheduler, by keyword"),
        pytest.param(f"def f():\n    return {STEP_LR}(o, 3)", id="a scheduler in a function"),
        pytest.param(f"def f(x):\n    return {STEP_LR}(x, 3)\nf(o)", id="a scheduler in a function that is called"),
        pytest.param("for g in o.param_groups:\n    g['lr'] = 0.01", id="a write in a loop"),
        pytest.param("o.param_groups[0]['lr'] *= 0.5", id="a write"),
        pytest.param(f"p = o\ns = {STEP_LR}(p, 3)", id="a scheduler for another name of it"),
    ],
)  # fmt: skip
def test_a_change_is_seen(use: str) -> None:
    assert of_the_optimizer(f"{BUILT}{use}\n") == CHANGES


@pytest.mark.parametrize(
    "use",
    [
        pytest.param("x = 1", id="no use at all"),
        pytest.param("o.zero_grad()\no.step()", id="steps"),
        pytest.param("def f():\n    o.step()", id="a step in a function"),
        pytest.param("print(o.param_groups[0]['lr'])", id="the rate is read"),
        pytest.param("torch.save(o.state_dict(), f)", id="its state is saved"),
        pytest.param("del o", id="it is deleted"),
        pytest.param("print(o)", id="it is printed"),
        pytest.param("assert isinstance(o, Optimizer)", id="its class is asked for"),
    ],
)
def test_uses_that_leave_the_rate_alone(use: str) -> None:
    assert of_the_optimizer(f"{BUILT}{use}\n") == STAYS


@pytest.mark.parametrize(
    "use",
    [
        pytest.param("train(m, o)", id="it is passed on"),
        pytest.param("p = o", id="it gets another name"),
        pytest.param("everything = [o]", id="it is put into a list"),
        pytest.param("groups = o.param_groups", id="its groups get a name"),
        pytest.param("o.param_groups.sort()", id="its groups are used as a list"),
        pytest.param("o.something_else()", id="a member that no optimizer has"),
    ],
)
def test_what_cannot_be_followed_is_not_known(use: str) -> None:
    assert of_the_optimizer(f"{BUILT}{use}\n") == UNKNOWN


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        pytest.param("torch.optim.RMSprop(p(), eps=0, momentum=0.9)", STAYS, id="it is thrown away"),
        pytest.param("a.o = torch.optim.RMSprop(m.parameters(), eps=0, momentum=0.9)", UNKNOWN, id="an attribute"),
        pytest.param("a = o = torch.optim.RMSprop(m.parameters(), eps=0, momentum=0.9)", UNKNOWN, id="two names"),
        pytest.param("train(torch.optim.RMSprop(m.parameters(), eps=0, momentum=0.9))", UNKNOWN, id="an argument"),
    ],
)  # fmt: skip
def test_where_the_optimizer_goes(statement: str, codes: list[str]) -> None:
    found = of_the_optimizer(f"import torch\n{statement}\n")
    assert [line for line in found if not line.endswith("OC203")] == codes


def test_a_rate_that_nobody_asks_about_is_not_looked_for() -> None:
    assert said("import torch\no = torch.optim.SGD(m.parameters(), lr=0.1)\ntrain(o)\n") == []
