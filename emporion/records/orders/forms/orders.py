"""The form of an order: its head, its lines, and whose sale it is. It works without scripts: rows are added by a
button that shows the same form with more of them."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.forms import BaseFormSet, formset_factory
from django.http import QueryDict
from django.utils.translation import gettext as now_said
from django.utils.translation import gettext_lazy as _

from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.search import matching
from emporion.kernel.ui.choosing import RecordField
from emporion.kernel.ui.editing import RecordForm
from emporion.kernel.ui.forms import DayInput, PageForm
from emporion.records.catalog.models import PriceList, Product
from emporion.records.catalog.queries import PriceBook
from emporion.records.customers.forms.owning import choice_of
from emporion.records.customers.models import Customer
from emporion.records.customers.queries import visible_customers
from emporion.records.orders.models import Contract, Order, OrderCredit, OrderLine
from emporion.records.orders.queries import visible_contracts
from emporion.records.orders.rules.amounts import document_total
from emporion.records.orders.rules.documents import CreditEntry, LineEntry
from emporion.records.pipeline.models import Deal
from emporion.records.pipeline.queries import visible_deals
from emporion.records.team.models import Member
from emporion.records.team.queries import visible_members

HUNDRED = Decimal(100)
MOST_LINES = 150  # of an order on a page: five fields each, and a browser may send a thousand fields
MOST_SELLERS = 50
CREDITS = {"direct": _("share of the sale"), "overlay": _("beside it")}
Addresses = Mapping[str, str]  # where fields find what may be meant: customer, product


class OrderForm(RecordForm):
    """The head of an order."""

    code = forms.CharField(
        label=_("Number"), max_length=100, required=False, help_text=_("Left empty, one is made.")
    )
    customer = RecordField(label=_("Customer"), found=matching)
    placed_on = forms.DateField(label=_("Day"), widget=DayInput)
    currency = forms.RegexField(
        "^[A-Z]{3}$",
        label=_("Currency"),
        error_messages={"invalid": _("Three capital letters, such as EUR.")},
    )
    rate = forms.DecimalField(
        label=_("Rate"),
        min_value=Decimal("0.000000001"),
        max_digits=18,
        decimal_places=9,
        help_text=_("What one unit of this currency is in the base currency."),
    )
    total = forms.DecimalField(
        label=_("Total of the document"),
        max_digits=18,
        decimal_places=4,
        required=False,
        help_text=_(
            "Left empty, it is the sum of the lines; with a discount on the whole, write what it comes to."
        ),
    )
    deal = RecordField(label=_("Deal"), required=False, found=matching)
    contract = RecordField(label=_("Contract"), required=False)
    channel = forms.CharField(label=_("Channel"), max_length=40, required=False)
    source = forms.CharField(label=_("Source"), max_length=100, required=False)

    def __init__(
        self, *args: Any, viewer: Viewer, addresses: Addresses, order: Order | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._may_be(
            "customer", Customer, visible_customers(viewer), None if order is None else order.customer_id
        )
        self._may_be("deal", Deal, visible_deals(viewer), None if order is None else order.deal_id)
        self._may_be(
            "contract", Contract, visible_contracts(viewer), None if order is None else order.contract_id
        )
        contract: Any = self.fields["contract"]
        contract.found = lambda records, text: records.filter(code__icontains=text)
        customer: Any = self.fields["customer"]
        customer.widget.options_address = addresses["customer"]
        if order is not None:
            del self.fields["code"]

    def _may_be(self, name: str, model: Any, visible: QuerySet[Any], stored: int | None) -> None:
        """What the viewer may open; what the order names already may stay though it is out of their sight."""
        field: Any = self.fields[name]
        field.records = (
            visible if stored is None else model.objects.filter(Q(pk__in=visible.values("pk")) | Q(pk=stored))
        )

    @property
    def head(self) -> dict[str, Any]:
        """The head as an entry takes it."""
        names = ("placed_on", "currency", "rate", "total", "channel", "source")
        references = {
            f"{name}_id": (found := self.cleaned_data[name]) and found.pk
            for name in ("customer", "deal", "contract")
        }
        return {**{name: self.cleaned_data[name] for name in names}, **references}


class LineForm(PageForm):
    """A line. Without a price it sells for what the price list says on that day."""

    number = forms.IntegerField(widget=forms.HiddenInput, required=False)
    product = RecordField(label=_("Product"), found=matching, required=False)
    quantity = forms.DecimalField(
        label=_("Quantity"), min_value=Decimal("0.000001"), max_digits=18, decimal_places=6
    )
    unit_price = forms.DecimalField(label=_("Price"), max_digits=18, decimal_places=9, required=False)
    discount = forms.DecimalField(
        label=_("Discount, %"),
        min_value=Decimal(0),
        max_value=HUNDRED,
        max_digits=10,
        decimal_places=7,
        required=False,
    )

    def __init__(self, *args: Any, options_address: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product: Any = self.fields["product"]
        product.records = Product.objects.filter(removed_at=None)
        product.widget.options_address = options_address

    def clean(self) -> dict[str, Any]:
        """Refuses a new line without a product; one that came so from a file may stay so."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        nothing_said = "product" in cleaned and cleaned["product"] is None
        if nothing_said and self.initial.get("product") is None and not self.initial.get("number"):
            self.add_error("product", _("Say which product."))
        return cleaned

    @property
    def product_id(self) -> int | None:
        """Which product; none for a line that came without one."""
        product: Product | None = self.cleaned_data["product"]
        return None if product is None else product.pk

    @property
    def share(self) -> Decimal:
        """The discount as a fraction."""
        return (self.cleaned_data.get("discount") or Decimal(0)) / HUNDRED


class CreditForm(PageForm):
    """Whose sale it is, or a part of it."""

    weight = forms.IntegerField(label=_("Parts"), min_value=1, initial=1)
    credit = forms.ChoiceField(label=_("How it counts"), choices=list(CREDITS.items()))

    def __init__(self, *args: Any, members: forms.Field | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if members is not None:
            self.fields["member"] = _copy_of(members)
        self.order_fields(["member", "weight", "credit"])
        self.dress()

    def has_changed(self) -> bool:
        """A row in which nobody is named says nothing; one that names somebody does, chosen or proposed."""
        return bool(self.data.get(self.add_prefix("member")))


def _copy_of(field: forms.Field) -> forms.Field:
    from copy import deepcopy

    return deepcopy(field)


def refuse_too_many(lines: int, sellers: int) -> None:
    """Refuses more lines or sellers than a page can hold: a longer order comes by an import."""
    if lines > MOST_LINES or sellers > MOST_SELLERS:
        raise Refusal(
            "too_many_lines",
            f"a page holds at most {MOST_LINES} lines and {MOST_SELLERS} sellers of an order; "
            "import a longer one, or divide it",
        )


def line_forms(
    posted: QueryDict | None, *, options_address: str, stored: Sequence[OrderLine] = (), extra: int = 3
) -> Any:
    """The rows of an order's lines."""
    factory = formset_factory(
        LineForm, extra=extra, can_delete=True, max_num=MOST_LINES, absolute_max=MOST_LINES
    )
    initial = [
        {
            "number": line.number,
            "product": line.product,
            "quantity": line.quantity.normalize(),
            "unit_price": line.unit_price.normalize(),
            "discount": (line.discount * HUNDRED).normalize() if line.discount else None,
        }
        for line in stored
    ]
    return factory(
        posted, initial=_plainly(initial), prefix="lines", form_kwargs={"options_address": options_address}
    )


def _plainly(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Numbers without an exponent: 1E+1 is nothing to read."""
    return [
        {name: f"{value:f}" if isinstance(value, Decimal) else value for name, value in row.items()}
        for row in rows
    ]


def credit_forms(
    posted: QueryDict | None, *, viewer: Viewer, stored: Sequence[OrderCredit] | None, extra: int = 1
) -> Any:
    """The rows of whose sale it is; for a new order, the viewer's own. What is stored may stay."""
    members = visible_members(viewer)
    kept = [one.member_id for one in stored or ()]
    choosable = Member.objects.filter(Q(pk__in=members.values("pk")) | Q(pk__in=kept)).order_by(
        "name", "code"
    )
    field = choice_of(choosable, label=_("Whose sale"), required=True)
    initial: list[dict[str, Any]] = [
        {"member": one.member_id, "weight": one.weight, "credit": one.credit} for one in stored or ()
    ]
    if stored is None and viewer.member_id is not None:
        initial = [{"member": viewer.member_id, "weight": 1, "credit": "direct"}]
    factory = formset_factory(
        CreditForm, extra=extra, can_delete=True, max_num=MOST_SELLERS, absolute_max=MOST_SELLERS
    )
    return factory(posted, initial=initial, prefix="credits", form_kwargs={"members": field})


def kept_rows(rows: BaseFormSet[Any]) -> list[Any]:
    """The rows that say something and are not to be taken out."""
    gone = rows.deleted_forms
    return [one for one in rows.forms if one not in gone and one.cleaned_data]


def line_entries(
    rows: BaseFormSet[Any], *, day: date, currency: str, stored: Mapping[int, OrderLine]
) -> list[LineEntry] | None:
    """The lines as an order takes them; None, with the reason at its field, where a price is not known. A line that
    was not changed keeps the amount and the cost it was entered with. Up to two queries."""
    kept = kept_rows(rows)
    unpriced = [one for one in kept if one.cleaned_data["unit_price"] is None]
    prices = _list_prices([pk for one in unpriced if (pk := one.product_id)], day, currency)
    for one in unpriced:
        if prices.get(one.product_id or 0) is None:
            one.add_error("unit_price", now_said("No list has a price for it on that day; write one."))
            return None
    taken, entries = {number for one in kept if (number := one.cleaned_data["number"])}, []
    free = iter(number for number in range(1, 10_000) if number not in taken)
    for one in kept:
        values = one.cleaned_data
        listed = prices.get(one.product_id or 0)
        price = listed if values["unit_price"] is None and listed is not None else values["unit_price"]
        number = values["number"] or next(free)
        entries.append(_entry(one, number, price, stored.get(number)))
    return entries


def _entry(row: LineForm, number: int, price: Decimal, stored: OrderLine | None) -> LineEntry:
    quantity = row.cleaned_data["quantity"]
    said: Any = {
        "product_id": row.product_id,
        "quantity": quantity,
        "unit_price": price,
        "discount": row.share,
    }
    if stored is None or stored.product_id != row.product_id:
        return LineEntry(number, **said)
    same = (stored.quantity, stored.unit_price, stored.discount) == (quantity, price, row.share)
    with localcontext(prec=60):
        cost = stored.cost / stored.quantity
    return LineEntry(
        number, **said, amount=stored.exact_amount if same else None, unit_cost=cost, code=stored.code
    )


def _list_prices(ids: Sequence[int], day: date, currency: str) -> dict[int, Decimal | None]:
    price_list = PriceList.objects.filter(currency=currency).order_by("code").first() if ids else None
    if price_list is None:
        return {}
    book = PriceBook.load(price_list.pk, ids)
    return {pk: book.price(pk, day) for pk in ids}


def credit_entries(rows: BaseFormSet[Any]) -> list[CreditEntry]:
    """Whose sale it is, as an order takes it."""
    said = [one.cleaned_data for one in kept_rows(rows)]
    return [CreditEntry(one["member"].pk, one["weight"], one["credit"]) for one in said]


def order_values(order: Order, lines: Sequence[OrderLine]) -> dict[str, Any]:
    """What the head of an order shows, as it is now; its total only where it is not the sum of the lines."""
    names = ("customer", "placed_on", "currency", "deal", "contract", "channel", "source", "version")
    summed = document_total([line.exact_amount for line in lines])
    total = None if summed == order.total else f"{order.total:f}"
    return {
        **{name: getattr(order, name) for name in names},
        "rate": f"{order.rate.normalize():f}",
        "total": total,
    }
