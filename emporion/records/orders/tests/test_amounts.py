"""The arithmetic of orders, by tables a seller could check by hand."""

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emporion.kernel.errors import Refusal
from emporion.records.orders.rules.amounts import (
    document_total,
    line_exact_amount,
    lines_in_base,
    next_part,
    returned_part,
    spread_total,
)

exact = st.decimals(min_value=0, max_value=10**7, places=6)


@pytest.mark.spec("SALE-1")
@pytest.mark.parametrize(
    ("quantity", "price", "discount", "amount"),
    [
        ("3", "10", "0", "30"),
        ("12", "14", "0.15", "142.8"),
        ("1", "0.333333333", "0", "0.333333333"),
        ("7", "1.10", "1", "0"),
    ],
)
def test_a_line_is_quantity_times_price_less_discount(
    quantity: str, price: str, discount: str, amount: str
) -> None:
    assert line_exact_amount(D(quantity), D(price), D(discount)) == D(amount)


@pytest.mark.spec("SALE-1")
@pytest.mark.parametrize(
    ("lines", "total", "parts"),
    [
        (["1.00005", "1.00005"], "2.0001", ["1.0001", "1.0000"]),
        (["0.00004", "0.00004", "0.00004"], "0.0001", ["0.0001", "0", "0"]),
        (["5", "-2.00005"], "3.0000", ["5", "-2.0000"]),
        (["60", "40"], "90", ["54", "36"]),
        (["0", "0"], "0", ["0", "0"]),
    ],
    ids=[
        "half a unit each",
        "three thirds of a unit",
        "a negative line",
        "a discount on the document",
        "nothing",
    ],
)
def test_lines_sum_to_their_document(lines: list[str], total: str, parts: list[str]) -> None:
    # Trap: rounding every line on its own gives 2.0002 for the first table row, not the document's 2.0001.
    assert spread_total(D(total), [D(line) for line in lines]) == [D(part) for part in parts]


@pytest.mark.spec("SALE-1")
def test_a_total_that_nothing_can_be_spread_by_is_refused() -> None:
    with pytest.raises(Refusal, match="give no shares"):
        spread_total(D(5), [D(0), D(0)])


@pytest.mark.spec("SALE-1")
@given(st.lists(exact, min_size=1, max_size=12))
def test_a_rounded_document_moves_no_line_by_a_whole_unit(lines: list[D]) -> None:
    total = document_total(lines)
    parts = spread_total(total, lines)
    assert sum(parts) == total
    assert all(abs(part - line) < D("0.0001") for part, line in zip(parts, lines, strict=True))


@pytest.mark.spec("SALE-1")
@given(st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=8), st.decimals("0.01", 100, places=6))
def test_converted_lines_sum_to_the_converted_total(lines: list[D], rate: D) -> None:
    total = sum(lines, D(0))
    converted = lines_in_base(total, rate, lines)
    assert abs(sum(converted) - total * rate) <= D("0.00005")


@pytest.mark.spec("SALE-1")
@given(
    st.lists(st.integers(1, 10**9), min_size=1, max_size=6),
    st.lists(st.integers(1, 10**8), min_size=1, max_size=6),
)
def test_many_small_payments_end_where_one_large_payment_does(lines: list[int], payments: list[int]) -> None:
    already = [0] * len(lines)
    paid = 0
    for payment in payments:
        paid += payment
        parts = next_part(paid, already, lines)
        assert sum(parts) == payment
        already = [before + part for before, part in zip(already, parts, strict=True)]
    assert already == next_part(paid, [0] * len(lines), lines)


@pytest.mark.spec("SALE-1")
@given(st.decimals(0, 10**6, places=4), st.integers(1, 9))
def test_returning_all_in_pieces_gives_back_exactly_the_line(amount: D, pieces: int) -> None:
    given_back = [returned_part(amount, D(pieces), D(done), D(1)) for done in range(pieces)]
    assert sum(given_back) == amount


@pytest.mark.spec("SALE-1", "PAY-5")
def test_more_than_was_sold_cannot_come_back() -> None:
    with pytest.raises(Refusal, match="of a line of 3"):
        returned_part(D(30), D(3), D(2), D(2))
