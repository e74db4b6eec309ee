"""What a catalogue can say of a curve, what is said of a broken one, and what rates come of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from optconv.mappings import TableError, load_labelled, table_labels
from optconv.mappings.bounded_evaluation import UNBOUND
from optconv.mappings.curves import CombinedCurve, Curve, CurveEntry
from optconv.mappings.expressions import UNKNOWN
from optconv.mappings.rates import bind_curve, curve_work, in_product, in_sequence, rates_of, sample
from optconv.mappings.signatures import Signature, parse_signature
from optconv.mappings.yaml_reader import parse_yaml

from .conftest import without_path

SIGNATURE = parse_signature("(optimizer, length, low=0.0, last_epoch=-1)")
PATH = Path("catalogue.yaml")


def loaded(text: str, signature: Signature = SIGNATURE) -> Curve | CombinedCurve:
    located = parse_yaml(f"curve:\n{text}", PATH).required("curve")
    return CurveEntry(located, frozenset(signature.names)).curve


def curve(text: str) -> Curve:
    found = loaded(text)
    assert isinstance(found, Curve)
    return found


def rates(text: str, steps: int = 5, base_lr: float = 1.0, **arguments: Any) -> tuple[float, ...] | None:
    return rates_of(curve(text), SIGNATURE, arguments, base_lr, steps)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("  span: length\n", "1: curve: the key 'rate' is missing", id="no rate"),
        pytest.param("  rate: speed\n", "2: curve.rate: speed: not a parameter here; expected base_lr, epoch, last_epoch, length, low, optimizer", id="a name that nobody has"),
        pytest.param("  rate: base_lr\n  span: epoch\n", "3: curve.span: epoch: not a parameter here; expected base_lr, last_epoch, length, low, optimizer", id="an epoch in what has none"),
        pytest.param("  where: {a: b, b: low}\n  rate: a\n", "2: curve.where.a: b: not a parameter here; expected base_lr, epoch, last_epoch, length, low, optimizer", id="a part over a later one"),
        pytest.param("  rate: base_lr +\n", "2: curve.rate: 'base_lr +' is not a Python expression", id="no expression"),
        pytest.param("  rate: base_lr\n  until: length\n", "3: curve.until: unknown key 'until'; expected one of chained, last, rate, sequence, span, when, where", id="an unknown key"),
        pytest.param("  rate: base_lr\n  chained: adds\n", "3: curve.chained: adds: not a parameter here; expected base_lr, epoch, last_epoch, length, low, optimizer, previous", id="an unknown way to act together"),
        pytest.param("  by: sum\n  schedulers: length\n", "2: curve.by: expected one of sequence, product", id="an unknown way to combine"),
        pytest.param("  by: product\n", "1: curve: the key 'schedulers' is missing", id="of nothing"),
        pytest.param("  by: product\n  schedulers: parts\n", "3: curve.schedulers: expected one of last_epoch, length, low, optimizer", id="of an unknown parameter"),
    ],
)  # fmt: skip
def test_a_broken_curve(text: str, expected: str) -> None:
    with pytest.raises(TableError) as caught:
        loaded(text)
    assert without_path(caught.value, PATH) == expected


def test_every_curve_of_the_catalogues_can_be_read() -> None:
    for label in table_labels():
        tables = load_labelled(label)
        for api in tables.source_apis.values():
            assert api.curve is None or api.kind == "scheduler"
        for target in tables.target_apis.values():
            assert target.curve is None or isinstance(target.curve, Curve)


def test_an_api_without_a_curve_has_none() -> None:
    tables = load_labelled("paddle")
    assert tables.source_apis["torch.optim.SGD"].curve is None
    assert tables.target_apis["paddle.optimizer.SGD"].curve is None


def test_a_rate_is_over_parameters_defaults_and_parts() -> None:
    text = "  where:\n    share: min(1, epoch / length)\n    whole: low + share\n  rate: base_lr * whole\n"
    assert rates(text, length=2, base_lr=2.0) == (0.0, 1.0, 2.0, 2.0, 2.0, 2.0)
    assert rates(text, length=2, low=0.5) == (0.5, 1.0, 1.5, 1.5, 1.5, 1.5)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({}, id="a parameter without a value"),
        pytest.param({"length": UNKNOWN}, id="a value that is not known"),
        pytest.param({"length": 3, "last_epoch": 4}, id="a condition that does not hold"),
        pytest.param({"length": 3, "last_epoch": UNKNOWN}, id="a condition that is not known"),
        pytest.param({"length": 0}, id="an error in the first epoch"),
        pytest.param({"length": "a"}, id="a value of another type"),
    ],
)
def test_no_rates(arguments: dict[str, Any]) -> None:
    assert rates("  when: last_epoch == -1\n  rate: base_lr / length\n", **arguments) is None


@pytest.mark.parametrize(
    ("rate", "expected"),
    [
        pytest.param("base_lr / (3 - epoch)", 3, id="an error later on"),
        pytest.param("base_lr * epoch * 1e308", 2, id="a rate that is not finite"),
        pytest.param("base_lr if epoch != 4 else None", 4, id="a rate that is no number"),
    ],
)
def test_a_curve_ends_where_there_is_no_rate(rate: str, expected: int) -> None:
    found = rates(f"  rate: {rate}\n", length=1)
    assert found is not None
    assert len(found) == expected


def test_a_curve_ends_where_the_class_raises_an_error() -> None:
    found = rates("  rate: base_lr\n  last: length\n", length=3)
    assert found == (1.0, 1.0, 1.0, 1.0)


def test_what_would_take_too_long_has_no_rates() -> None:
    assert rates("  rate: base_lr * sum(1 for i in range(10 ** 9))\n", length=1) is None
    deep = "+".join(["1"] * 700)  # more operators than the stack is deep
    assert rates(f"  rate: base_lr * ({deep})\n", length=1) is None


@pytest.mark.parametrize(
    ("span", "length", "expected"),
    [
        ("length * 2", 7, 14),
        ("length * 2", UNKNOWN, 100),
        ("length / 0", 7, 100),
        ("length", -5, 100),
        ("10 ** 12", 7, 10**7),
    ],
)
def test_how_many_steps_show_a_schedule(span: str, length: Any, expected: int) -> None:
    bound = bind_curve(
        curve(f"  rate: base_lr\n  span: {span}\n"), SIGNATURE, {"length": length}, 1.0, curve_work()
    )
    assert bound is not None
    assert bound.span == expected


STEADY = "  rate: base_lr\n"
HALVING = '  rate: base_lr * 0.5 ** epoch\n  span: "8"\n  sequence: "True"\n  chained: multiplies\n'
FIRST_ONLY = "  rate: base_lr * 0.5 ** epoch\n  sequence: first\n"
FALLING = '  rate: max(0, 1 - epoch / 2)\n  chained: multiplies\n  span: "4"\n'
RISING = "  rate: base_lr\n  chained: previous + 1\n"
SETTING = "  rate: base_lr * epoch\n  chained: sets\n"


def parts(*texts: str) -> list[Any]:
    return [bind_curve(curve(text), SIGNATURE, {"length": 1}, 1.0, curve_work()) for text in texts]


def test_parts_of_a_sequence_begin_at_their_milestones() -> None:
    whole = in_sequence(parts(HALVING, HALVING, HALVING), [2, 3])
    assert whole is not None
    assert sample(whole, range(5)) == (1.0, 0.5, 1.0, 1.0, 0.5)
    assert whole.span == 3 + 8
    alone = in_sequence(parts(FIRST_ONLY), [])
    assert alone is not None
    assert sample(alone, range(3)) == (1.0, 0.5, 0.25)


@pytest.mark.parametrize("texts", [(HALVING, STEADY), (STEADY, HALVING), (HALVING, FIRST_ONLY)])
def test_a_sequence_with_a_part_that_does_not_begin_anew(texts: tuple[str, ...]) -> None:
    assert in_sequence(parts(*texts), [2]) is None


def test_parts_that_act_together() -> None:
    product = in_product(parts(HALVING, FALLING), 1.0)
    assert product is not None
    assert sample(product, range(4)) == (1.0, 0.25, 0.0, 0.0)
    assert product.span == 8
    # What was 0 is not multiplied up again; what is set forgets what was before it.
    in_turn = in_product(parts(RISING, FALLING), 1.0)
    assert in_turn is not None
    assert sample(in_turn, range(5)) == (1.0, 1.0, 0.0, 1.0, 2.0)
    setting = in_product(parts(SETTING, HALVING), 1.0)
    assert setting is not None
    assert sample(setting, range(4)) == (0.0, 0.5, 1.0, 1.5)
    assert sample(setting, [20_000]) is None  # each rate is made of the one before


def test_parts_of_which_it_is_not_known_what_they_do_together() -> None:
    assert in_product(parts(HALVING, STEADY), 1.0) is None
    assert in_product(parts(HALVING), 0.0) is None


def test_a_parameter_hides_what_tables_call_by_the_same_name() -> None:
    signature = parse_signature("(optimizer, base_lr)")
    found = loaded("  rate: base_lr\n", signature)
    assert isinstance(found, Curve)
    assert rates_of(found, signature, {"base_lr": 0.25}, 1.0, 1) == (0.25, 0.25)
    assert rates_of(found, signature, {}, 1.0, 1) is None


def test_a_value_may_be_a_function() -> None:
    assert rates("  rate: low(epoch) + base_lr\n", length=1, low=lambda epoch: 2.0 * epoch) == (
        1,
        3,
        5,
        7,
        9,
        11,
    )
    assert UNBOUND is not UNKNOWN
