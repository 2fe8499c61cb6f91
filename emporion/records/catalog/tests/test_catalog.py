"""Products: costs and prices over time, newness, complements, files (SALE-1)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction

from emporion.kernel.access.viewer import SYSTEM, Permission, Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.importable import importables
from emporion.kernel.ledger import registry
from emporion.kernel.ledger.fact import Fact
from emporion.kernel.ledger.models import LedgerFact
from emporion.kernel.ledger.posting import post_many, standing
from emporion.kernel.ledger.registry import FactSource, register_source
from emporion.kernel.ledger.vocabulary import Trait
from emporion.kernel.preferences.actions import set_preference
from emporion.records.catalog import reposting
from emporion.records.catalog.actions import (
    change_category,
    change_product,
    create_category,
    create_price_list,
    create_product,
    set_complement,
    set_cost,
    set_price,
)
from emporion.records.catalog.models import Product, ProductCost
from emporion.records.catalog.queries import CostBook, PriceBook, complements_of, cost_history, new_products
from emporion.records.catalog.reposting import register_product_repost, repost_products
from emporion.records.catalog.rules import is_new
from emporion.records.team.tests.people import AT, carried

JAN, FEB, MAR = (date(2024, month, 1) for month in (1, 2, 3))


def product(code: str) -> Product:
    return create_product(code=code, by=SYSTEM, at=AT)


@pytest.mark.spec("SALE-1")
@pytest.mark.parametrize(
    ("day", "new"),
    [(date(2023, 12, 31), False), (JAN, True), (date(2024, 2, 29), True), (MAR, False)],
)
def test_new_from_the_launch_up_to_but_not_including_its_end(day: date, new: bool) -> None:
    assert is_new(JAN, MAR, day) is new
    assert not is_new(None, MAR, day)
    assert not is_new(JAN, None, day)


@pytest.mark.django_db
@pytest.mark.spec("SALE-1")
@pytest.mark.both_databases
def test_a_cost_holds_from_its_day_until_the_next_to_the_last_place() -> None:
    bike = product("bike")
    set_cost(product_id=bike.pk, starts_on=JAN, cost=Decimal("413.146300001"), by=SYSTEM, at=AT)
    set_cost(product_id=bike.pk, starts_on=FEB, cost=Decimal(0), by=SYSTEM, at=AT)
    set_cost(product_id=bike.pk, starts_on=MAR, cost=None, by=SYSTEM, at=AT)
    book = CostBook.load([bike.pk])
    days = (date(2023, 12, 31), JAN, date(2024, 1, 31), FEB, MAR)
    exact = Decimal("413.146300001")
    # A cost of nothing and no known cost are different.
    assert [book.cost(bike.pk, day) for day in days] == [None, exact, exact, Decimal(0), None]


@pytest.mark.django_db
@pytest.mark.spec("SALE-1")
def test_each_list_has_its_own_prices() -> None:
    bike = product("bike")
    retail = create_price_list(code="retail", currency="EUR", by=SYSTEM, at=AT)
    dealer = create_price_list(code="dealer", currency="USD", by=SYSTEM, at=AT)
    set_price(price_list_id=retail.pk, product_id=bike.pk, starts_on=JAN, price=Decimal(10), by=SYSTEM, at=AT)
    assert PriceBook.load(retail.pk).price(bike.pk, FEB) == 10
    assert PriceBook.load(dealer.pk).price(bike.pk, FEB) is None


@pytest.mark.django_db
@pytest.mark.spec("SALE-1")
def test_costs_are_shown_to_those_who_may_see_them() -> None:
    bike = product("bike")
    set_cost(product_id=bike.pk, starts_on=JAN, cost=Decimal(1), by=SYSTEM, at=AT)
    assert cost_history(SYSTEM, bike.pk) == [(JAN, Decimal(1))]
    with pytest.raises(Refusal, match="see_cost"):
        cost_history(Viewer("rep", Scope.OWN), bike.pk)
    with pytest.raises(Refusal, match="at least 0"):
        set_cost(product_id=bike.pk, starts_on=JAN, cost=Decimal(-1), by=SYSTEM, at=AT)
    with pytest.raises(Refusal, match="may not change"):
        create_product(code="x", by=Viewer("rep", Scope.OWN, permissions=frozenset(Permission)), at=AT)


@pytest.mark.django_db
@pytest.mark.spec("SALE-1")
def test_own_and_partners_complements_of_what_is_still_sold() -> None:
    bike, lock, tour, old = product("bike"), product("lock"), product("tour"), product("old")
    change_product(product_id=old.pk, changes={"is_active": False}, by=SYSTEM, at=AT)
    for other, kind in ((lock, "cross"), (tour, "partner"), (old, "up")):
        set_complement(product_id=bike.pk, complement_id=other.pk, kind=kind, by=SYSTEM, at=AT)
    assert complements_of(bike.pk) == {"cross": [lock], "partner": [tour]}
    with pytest.raises(Refusal):
        set_complement(product_id=bike.pk, complement_id=bike.pk, kind="cross", by=SYSTEM, at=AT)


@pytest.mark.django_db
@pytest.mark.spec("SALE-1")
def test_a_category_cannot_come_to_lie_inside_itself() -> None:
    outer = create_category(code="outer", by=SYSTEM, at=AT)
    inner = create_category(code="inner", parent_id=outer.pk, by=SYSTEM, at=AT)
    with pytest.raises(Refusal, match="inside itself"):
        change_category(category_id=outer.pk, changes={"parent_id": inner.pk}, by=SYSTEM, at=AT)


@pytest.mark.django_db
@pytest.mark.spec("SALE-1")
def test_a_changed_launch_posts_the_product_s_sales_anew_and_a_changed_name_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def facts_for(ids: Sequence[int]) -> dict[int, list[Fact]]:
        new = bike in new_products(FEB)
        return {one: [Fact("order.placed", FEB, traits=Trait.NEW_PRODUCT if new else 0)] for one in ids}

    def traits_standing() -> list[int]:
        return [fact.traits for _, fact in standing("order", [1])[1]]

    bike = product("bike")
    monkeypatch.setattr(registry, "_sources", {})
    monkeypatch.setattr(reposting, "_finders", {})
    register_source(FactSource("order", lambda: [1], facts_for, lambda ids: {one: str(one) for one in ids}))
    register_product_repost("order", lambda ids: [1] if bike.pk in ids else [])
    with transaction.atomic():
        post_many("order", facts_for([1]), at=AT)

    change_product(product_id=bike.pk, changes={"name": "Bike"}, by=SYSTEM, at=AT)
    assert LedgerFact.objects.count() == 1
    change_product(product_id=bike.pk, changes={"launched_on": JAN, "new_until": MAR}, by=SYSTEM, at=AT)
    assert traits_standing() == [Trait.NEW_PRODUCT]
    assert repost_products([bike.pk], at=AT) == {"order": 0}


@pytest.mark.django_db
@pytest.mark.spec("SALE-1", "SYS-1")
def test_files_of_the_catalogue() -> None:
    known = importables()
    set_preference(name="new_product_days", value=60, by=SYSTEM, at=AT)
    carried(known["categories"], {"code": "road", "parent": "bikes"}, {"code": "bikes", "parent": None})
    row = {"code": "P1", "launched_on": JAN, "new_until": None, "is_active": True}
    assert [one.fate for one in carried(known["products"], row)] == ["created"]
    assert [one.fate for one in carried(known["products"], row)] == ["unchanged"]
    bike = Product.objects.get()
    assert bike.new_until == MAR

    [fate] = carried(known["products"], {**row, "new_until": FEB})
    assert (fate.fate, (fate.previous or {})["new_until"]) == ("changed", MAR)
    [fate] = carried(known["products"], {**row, "new_until": date(2023, 1, 1)})
    assert (fate.fate, fate.column) == ("rejected", "new_until")

    cost = {"product": bike.pk, "starts_on": JAN, "cost": Decimal("1.5")}
    negative = {"product": bike.pk, "starts_on": FEB, "cost": Decimal(-1)}
    assert [one.fate for one in carried(known["product_costs"], cost, negative)] == ["created", "rejected"]
    assert ProductCost.objects.get().cost == Decimal("1.5")
    itself = {"product": bike.pk, "complement": bike.pk, "kind": "cross"}
    assert [one.fate for one in carried(known["complements"], itself)] == ["rejected"]
    carried(known["price_lists"], {"code": "retail", "currency": "EUR"})
    lists = known["price_lists"].references
    assert lists is not None
    price = {"price_list": lists()["retail"], "product": bike.pk, "starts_on": JAN, "price": Decimal("9.99")}
    assert [one.fate for one in carried(known["product_prices"], price, price)] == ["created", "rejected"]
