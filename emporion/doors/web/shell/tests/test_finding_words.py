"""Finding records by words, on both databases alike."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.search import matching
from emporion.kernel.search.folding import MOST_WORDS, folded, telephone_of, words_of
from emporion.kernel.search.registry import searched_models
from emporion.records.catalog.models import Product
from emporion.records.customers.actions.customers import change_customer, create_customer
from emporion.records.customers.models import Contact, Customer
from emporion.records.orders.models import Order
from emporion.records.pipeline.models import Deal, Pipeline

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def made(code: str, name: str, **fields: str) -> Customer:
    """A customer of that name."""
    return create_customer(code=code, name=name, by=SYSTEM, at=AT, **fields)  # type: ignore[arg-type]


def found(text: str) -> set[str]:
    """The codes of the customers that a text finds."""
    return set(matching(Customer.objects.all(), text).values_list("code", flat=True))


@pytest.fixture
def _base() -> None:
    made("K-1", "ООО «Ромашка Плюс»", city="Орёл", phone="+7 (495) 123-45-67", email="info@romashka.example")
    made("K-2", "Άλφα Κατασκευές Αθηναϊκός Οίκος", city="Αθήνα", tax_id="EL 094-014-201")
    made("K-3", "Škoda Élan ŁÓDŹ", email="Jan.Novak@alfa-beta.example", phone="88005553535")


@pytest.mark.usefixtures("_base")
@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ромаш", {"K-1"}),
        ("РОМАШКА плюс", {"K-1"}),
        ("плюс ромашка", {"K-1"}),
        ("ромашка минус", set()),
        ("омашка", set()),
        ("орел", {"K-1"}),
        ("ОРЁЛ", {"K-1"}),
        ("495 123", {"K-1"}),
        ("4951234567", {"K-1"}),
        ("8 (495) 123-45-67", {"K-1"}),
        ("+74951234567", {"K-1"}),
        ("123-45-67", {"K-1"}),
        ("1234567", {"K-1"}),
        ("8-800-555-35-35", {"K-3"}),
        ("info@romashka.example", {"K-1"}),
        ("INFO@romashka", {"K-1"}),
        ("jan.novak@alfa-beta.ex", {"K-3"}),
        ("novak@alfa", set()),
        ("@alfa-beta", {"K-3"}),
        ("@", set()),
        ("αλφα", {"K-2"}),
        ("ΆΛΦΑ", {"K-2"}),
        ("ΑΛΦΑ ΚΑΤΑΣΚΕΥΕΣ", {"K-2"}),
        ("αθηναικος", {"K-2"}),
        ("ΟΙΚΟΣ", {"K-2"}),
        ("094014201", set()),
        ("094-014-201", {"K-2"}),
        ("skoda", {"K-3"}),
        ("ŠKODA elan", {"K-3"}),
        ("novak alfa", {"K-3"}),
        ("k-2", {"K-2"}),
        ("K", {"K-1", "K-2", "K-3"}),
        ("  ", {"K-1", "K-2", "K-3"}),
        ("!!!", set()),
        ("'\"*:&|()", set()),
    ],
)
def test_a_customer_is_found_however_it_is_written(text: str, codes: set[str]) -> None:
    """Trap: a database whose own locale knows English letters only."""
    assert found(text) == codes


@pytest.mark.parametrize(
    "text", ["\0", "a\0b", "и" * 5_000, "x " * 500, "²³ ½", "ⅷ", "\ud7ff", "日本", "🙂", "%_", "a' OR 1=1 --"]
)
def test_anything_may_be_asked(text: str) -> None:
    assert found(text) == set()


def test_what_is_changed_or_gone_is_found_as_it_is_now() -> None:
    """Trap: the old words find it still."""
    customer = made("K-9", "Вектор")
    change_customer(customer_id=customer.pk, name="Сектор", by=SYSTEM, at=AT)
    assert (found("вектор"), found("сектор")) == (set(), {"K-9"})
    Customer.objects.filter(pk=customer.pk).delete()
    assert found("сектор") == set()


@pytest.mark.usefixtures("_base")
def test_a_record_is_found_by_its_customer_and_by_its_code() -> None:
    customer = Customer.objects.get(code="K-1")
    pipeline = Pipeline.objects.create(code="p")
    Deal.objects.create(
        code="D-1", name="Станки", customer=customer, pipeline=pipeline, opened_on=date(2026, 1, 1)
    )
    Order.objects.create(code="SO-77", customer=customer, placed_on=date(2026, 1, 1), total=1, currency="EUR")
    Contact.objects.create(code="C-1", customer=customer, given_name="Анна")
    for model, asked in (
        (Deal, ("станк", "ромашка", "d-1")),
        (Order, ("ромашка", "SO-7", "so-77")),
        (Contact, ("анна", "ромашка")),
    ):
        for text in asked:
            assert matching(model._default_manager.all(), text).count() == 1, (model, text)
        assert not matching(model._default_manager.all(), "другое").exists()


def test_the_words_of_a_question_are_few_and_short() -> None:
    assert words_of("Αθηναϊκός ёлка, Łódź İst") == ["αθηναικοσ", "елка", "łodz", "ist"]
    assert len(words_of("a " * 100)) == MOST_WORDS
    assert folded("ΣΟΦΟΣ") == folded("σοφός")
    assert [telephone_of(text) for text in ("+7 (495) 123-45-67", "12-34-56", "K-123456", "12345")] == [
        "4951234567",
        "123456",
        "",
        "",
    ]


def test_every_index_is_kept_by_the_database() -> None:
    """Trap: SQLite drops a table's triggers when a later migration makes the table anew."""
    tables = {model._meta.db_table for model, searched in searched_models().items() if searched.texts}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            kept = {name for (name,) in cursor.fetchall()}
            expected = {
                f"{table}_search_{what}" for table in tables for what in ("inserted", "updated", "deleted")
            }
        else:
            cursor.execute("SELECT indexname FROM pg_indexes")
            kept, expected = {name for (name,) in cursor.fetchall()}, {f"{table}_search" for table in tables}
    assert expected <= kept


def test_a_question_uses_the_index() -> None:
    """Trap: on PostgreSQL an expression that differs by one letter from the index reads the whole table."""
    for model, searched in searched_models().items():
        if not searched.texts:
            continue
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL enable_indexscan = off")
        plan = matching(model._default_manager.all(), "zeta").explain()
        assert f"{model._meta.db_table}_search" in plan or "VIRTUAL TABLE INDEX" in plan


def test_a_product_is_found() -> None:
    Product.objects.create(code="P-1", name="Σωλήνας χάλυβα")
    assert matching(Product.objects.all(), "σωληνας χαλ").exists()
