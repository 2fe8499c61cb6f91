"""Models tried on their own past: origins, horizon, the error by hand, and who comes first."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.numbers.insight.backtesting import (
    CannotTell,
    Design,
    Fold,
    Prediction,
    Trial,
    design_of,
    mase_of,
    scale_of,
    tried,
)
from emporion.numbers.insight.own_models import by_run_rate, own_models, seasonal_naive
from emporion.numbers.insight.season import Series

D = Decimal
pytestmark = pytest.mark.spec("PLAN-7")


def series(*values: int, length: int = 12) -> Series:
    """A series of these."""
    return Series(tuple(D(value) for value in values), 0, length)


def trials(known: Series, models: dict[str, object], steps: int = 1) -> list[Trial]:
    """Every model on that series, rounded to cents."""
    return tried(
        known,
        models,  # type: ignore[arg-type]
        steps,
        design_of(len(known.values), known.length, steps),
        rounded=lambda value: round(value, 2),
        progress=lambda _done, _total: None,
    )


def test_the_error_by_hand() -> None:
    """Quarters 10, 20, 30, 40 and again 12, 24, 30, 40: the mean change from year to year is (2 + 4 + 0 + 0) ÷ 4 =
    1.5. A forecast of 11 and 22 for facts of 12 and 20 errs by 1 and 2, that is by (1 + 2) ÷ 2 ÷ 1.5 = 1."""
    known = series(10, 20, 30, 40, 12, 24, 30, 40, length=4)
    assert scale_of(known) == D("1.5")
    fold = Fold(8, scale_of(known), (D(12), D(20)), (D(11), D(22)))
    assert mase_of([fold]) == D(1)


def test_origins_lie_a_month_apart_and_know_only_what_was_before() -> None:
    """Trap: a model that sees what it is asked for is always right."""
    seen: list[tuple[int, Decimal]] = []

    def spy(known: Series, steps: int) -> Prediction:
        seen.append((len(known.values), known.values[-1]))
        return Prediction((D(0),) * steps, {})

    found = trials(series(*range(40)), {"spy": spy}, steps=3)
    assert design_of(40, 12, 3) == Design(folds=6, horizon=3, trained=32)
    assert seen == [*((many, D(many - 1)) for many in range(32, 38)), (40, D(39))]
    assert [fold.facts for fold in found[0].folds][-1] == (D(37), D(38), D(39))


def test_how_much_history_a_test_needs() -> None:
    assert design_of(32, 12, 6) == Design(3, 6, 24)
    assert design_of(29, 12, 6) == Design(3, 3, 24), "shorter ahead before with less known"
    assert design_of(20, 12, 6) == Design(6, 3, 12)
    assert design_of(16, 12, 6) is None


def test_the_best_comes_first_and_who_cannot_tell_last() -> None:
    def right(known: Series, steps: int) -> Prediction:
        return Prediction(tuple(D(10 + (len(known.values) + step) % 12) for step in range(steps)), {})

    def wrong(known: Series, steps: int) -> Prediction:
        return Prediction((known.values[-1] + 5,) * steps, {})

    def dumb(_known: Series, _steps: int) -> Prediction:
        raise CannotTell

    known = series(*(10 + at % 12 + (1 if at == 5 else 0) for at in range(40)))
    found = trials(known, {"dumb": dumb, "wrong": wrong, "right": right})
    assert [one.name for one in found] == ["right", "wrong", "dumb"]
    assert found[0].mase == 0
    assert (found[2].mase, found[2].prediction) == (None, None)


def test_a_model_that_fails_at_one_origin_is_not_compared() -> None:
    """Trap: a mean over the easy origins alone looks better than the others'."""

    def late(known: Series, steps: int) -> Prediction:
        if len(known.values) < 36:
            raise CannotTell
        return Prediction((D(1),) * steps, {})

    (found,) = trials(series(*range(40)), {"late": late})
    assert found.mase is None
    assert found.prediction is not None


def test_what_never_changes_has_no_scale() -> None:
    """Trap: dividing by no change at all."""
    found = trials(series(*[7] * 40), dict(own_models()))
    assert {one.mase for one in found} == {None}
    assert found[0].prediction is not None
    assert found[0].prediction.values == (D(7),)


def test_bands_lie_around_what_is_said_and_widen() -> None:
    known = series(*(100 + 10 * (at % 12) + at * at % 7 for at in range(48)))
    for predict in (by_run_rate(), seasonal_naive()):
        said = predict(known, 6)
        widths = [round(band.upper - band.lower, 9) for band in said.bands[80]]
        assert widths == sorted(widths)
        for value, near, far in zip(said.values, said.bands[80], said.bands[95], strict=True):
            assert far.lower <= near.lower <= value <= near.upper <= far.upper


def test_nothing_lies_below_nothing_where_nothing_ever_did() -> None:
    known = series(*((at * 37) % 11 for at in range(40)))
    assert min(band.lower for band in by_run_rate()(known, 6).bands[95]) == 0
    falling = series(*((at * 37) % 11 - 8 for at in range(40)))
    assert min(band.lower for band in seasonal_naive()(falling, 6).bands[95]) < 0, (
        "returns can outweigh sales"
    )


def test_a_lent_run_rate_stands_in_for_no_month_at_all() -> None:
    said = by_run_rate(rate=D(40))(Series(()), 2)
    assert said == Prediction((D(40), D(40)), {})
    with pytest.raises(CannotTell):
        by_run_rate()(Series(()), 2)


@given(st.integers(0, 200), st.integers(1, 24))
def test_all_origins_lie_inside_the_history(many: int, horizon: int) -> None:
    found = design_of(many, 12, horizon)
    if found is not None:
        assert found.folds >= 3
        assert found.trained >= 12
        assert found.trained + found.folds - 1 + found.horizon == many
