"""A made-up base of a million customers and a million deals, with the people of `firm`: everything follows from the
number of a record, so that the same size is the same base on every machine and both databases."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection, models, transaction
from django.db.models import NOT_PROVIDED

from benchmarks import firm
from emporion.kernel.access.actions import install_standard_roles
from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.batches import batched
from emporion.kernel.bulk import insert_models
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.records.activities.models import Task
from emporion.records.customers.models import Contact, Customer, CustomerOwner, CustomerZone
from emporion.records.orders.models import Order, OrderCredit
from emporion.records.pipeline.models import Deal, DealCredit, DealStage, DealValue, Pipeline, Stage
from emporion.records.team.models import Member, Team

FIRST = date(2025, 1, 1)
_AT_ONCE = 20_000
# Who looks: one with 200 customers, one with 25 people, one with a thousand, a zone of 20,000, and who sees all.
LOOKING = {
    "rep": (77, "rep"),
    "head": (51, "head"),
    "division": (200, "head"),
    "zone": (78, "zone_manager"),
    "director": (1, "director"),
}
_FORMS = ("ООО", "АО", "ЗАО", "ΑΕ", "ΟΕ", "Ltd", "Inc")
_PARTS = (
    *("ро", "ма", "ста", "лин", "кор", "бар", "тон", "дел", "ган", "мир"),
    *("αλ", "φα", "βη", "τα", "γα", "δελ", "ομε", "κορ", "νικ", "παπ"),
    *("al", "fa", "nor", "win", "tex", "lum", "ber", "for", "mar", "ket"),
)
_TOWNS = ("Омск", "Орёл", "Тверь", "Αθήνα", "Πάτρα", "Lund", "Graz")


def build(size: int) -> None:
    """Records of that size, in an empty installation."""
    begin_epoch(base_currency="EUR")
    firm.people()
    _accounts()
    _stages()
    for model, attributes, row in _TABLES:
        _fill(model, attributes, row, size)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _fill(
    model: type[models.Model], attributes: Sequence[str], row: Callable[[int], Sequence[object]], size: int
) -> None:
    others = {
        column.attname: column.get_default()
        for column in model._meta.concrete_fields
        if column.attname not in {"id", *attributes} and column.db_default is NOT_PROVIDED
    }
    constant = tuple(others.values())
    for numbers in batched(range(1, size + 1), _AT_ONCE):
        with transaction.atomic():
            insert_models(model, (*attributes, *others), ((*row(n), *constant) for n in numbers))


def _accounts() -> None:
    install_standard_roles()
    Team.objects.filter(id__gt=1, id__lte=41).update(parent_id=1)
    for name, (member_id, role) in LOOKING.items():
        user = User.objects.create(username=name, access_role=AccessRole.objects.get(code=role))
        Member.objects.filter(id=member_id).update(user=user)


def _stages() -> None:
    pipeline = Pipeline.objects.create(code="new")
    outcomes = ("open", "open", "waiting", "open", "won", "lost")
    Stage.objects.bulk_create(
        [
            Stage(code=f"S{n}", name=f"Stage {n}", pipeline=pipeline, position=n, outcome=outcome)
            for n, outcome in enumerate(outcomes, start=1)
        ]
    )


def _word(n: int, parts: int) -> str:
    script = n % 3 * 10
    return "".join(_PARTS[script + n // 10**place % 10] for place in range(parts)).capitalize()


def _name(n: int) -> str:
    mixed = n * 2_654_435_761 % 2**32
    return f"{_FORMS[mixed % 7]} {_word(mixed // 7, 3)} {_word(mixed // 5 + 1, 2)} {n % 977}"


def _customer(n: int) -> Sequence[object]:
    phone = f"+7 495 {n // 10_000 % 1000:03d}-{n // 100 % 100:02d}-{n % 100:02d}"
    return (
        n,
        f"K-{n}",
        _name(n),
        "company",
        f"info@k{n}.example",
        phone,
        _TOWNS[n % 7],
        f"S{n % 5}",
        FIRST,
        None,
    )


def _member_of(n: int) -> int:
    return (n - 1) % firm.MEMBERS + 1


def _day(n: int) -> date:
    # Mixed, so that the days of the records of one person or zone are no few.
    return FIRST + timedelta(days=n * 2_654_435_761 % 2**32 // 7 % 700)


def _deal(n: int) -> Sequence[object]:
    stage = n % 6 + 1
    opened = _day(n)
    closed = opened + timedelta(days=30) if stage > 4 else None
    return (
        *(n, f"D-{n}", f"{_word(n, 3)} {n % 89}", n, 1, stage, opened),
        *(opened + timedelta(days=45), closed, _member_of(n) % firm.ZONES + 1, "EUR"),
    )


def _task(n: int) -> Sequence[object]:
    day = _day(n)
    done = day + timedelta(days=9) if n % 5 else None
    return (n, f"T-{n}", f"Call {_word(n, 2)}", n, n, _member_of(n), day, day + timedelta(days=7), done, True)


_TABLES: tuple[tuple[type[models.Model], tuple[str, ...], Callable[[int], Sequence[object]]], ...] = (
    (
        Customer,
        ("id", "code", "name", "kind", "email", "phone", "city", "segment", "in_base_from", "touched_at"),
        _customer,
    ),
    (
        CustomerOwner,
        ("customer_id", "starts_on", "member_id"),
        lambda n: (n, FIRST, _member_of(n)),
    ),
    (
        CustomerZone,
        ("customer_id", "starts_on", "territory_id"),
        lambda n: (n, FIRST, _member_of(n) % firm.ZONES + 1),
    ),
    (
        Deal,
        (
            *("id", "code", "name", "customer_id", "pipeline_id", "stage_id", "opened_on", "expected_on"),
            *("closed_on", "territory_id", "currency"),
        ),
        _deal,
    ),
    (DealCredit, ("deal_id", "member_id"), lambda n: (n, _member_of(n))),
    (DealValue, ("deal_id", "starts_on", "value"), lambda n: (n, _day(n), Decimal(n % 90_000))),
    (DealStage, ("deal_id", "stage_id", "entered_on"), lambda n: (n, n % 6 + 1, _day(n))),
    (
        Task,
        (
            *("id", "code", "title", "customer_id", "deal_id", "member_id", "opened_on", "due_on", "done_on"),
            "is_next_step",
        ),
        _task,
    ),
    (
        Order,
        ("id", "code", "customer_id", "territory_id", "placed_on", "currency", "total"),
        lambda n: (n, f"SO-{n}", n, _member_of(n) % firm.ZONES + 1, _day(n), "EUR", Decimal(n % 9_000)),
    ),
    (OrderCredit, ("order_id", "member_id"), lambda n: (n, _member_of(n))),
    (
        Contact,
        ("id", "code", "customer_id", "given_name", "family_name", "email"),
        lambda n: (n, f"C-{n}", n, _word(n, 2), _word(n * 7, 3), f"c{n}@k{n}.example"),
    ),
)
