"""The made-up company: the same for the same seed, made up in every word, and marked as what it is."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256

import pytest

from emporion.doors.demo.actions import make_demo
from emporion.doors.demo.models import DemoCompany, DemoUser
from emporion.doors.demo.queries import demo_company, demo_users
from emporion.doors.demo.rules.company import simulate
from emporion.doors.demo.rules.tables import COLUMNS, Cell
from emporion.doors.demo.rules.wanted import Wanted
from emporion.doors.demo.rules.words import LANGUAGES, words
from emporion.kernel.access.actions import create_user
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM, Scope, Viewer
from emporion.kernel.errors import Refusal
from emporion.records.customers.models import Customer
from emporion.records.team.models import Member, Place

AT = datetime(2026, 6, 16, 9, tzinfo=UTC)
LAST = date(2026, 6, 15)
SMALL = Decimal("0.01")
pytestmark = pytest.mark.spec("SEE-4")


def rows_of(wanted: Wanted) -> tuple[str, Counter[str]]:
    """A digest of all rows, and how many each table has."""
    digest, counts = sha256(), Counter[str]()

    def write(table: str, row: Sequence[Cell]) -> None:
        assert len(row) == len(COLUMNS[table]), table
        digest.update(repr((table, [*map(str, row)])).encode())
        counts[table] += 1

    simulate(wanted, "EUR", write, lambda _what, _done, _all: None)
    return digest.hexdigest(), counts


def wish(seed: int = 1, scale: Decimal = SMALL, language: str = "en") -> Wanted:
    return Wanted(seed, scale, 1, LAST, language, with_stories=True)


def test_the_same_wish_is_the_same_company() -> None:
    assert rows_of(wish()) == rows_of(wish())
    assert rows_of(wish())[0] != rows_of(wish(2))[0]


def test_a_larger_one_is_larger() -> None:
    small, large = rows_of(wish())[1], rows_of(wish(scale=Decimal("0.25")))[1]
    assert set(small) == set(COLUMNS) == set(large)
    assert large["customers"] == 1_000
    assert large["orders"] > 4 * small["orders"]


@pytest.mark.spec("SYS-7")
def test_the_three_languages_tell_the_same_story() -> None:
    """Trap: a list that is shorter in one language would draw another company there."""
    sizes = [
        {name: len(value) if isinstance(value, list) else 0 for name, value in words(language).items()}
        for language in LANGUAGES
    ]
    assert sizes[0] == sizes[1] == sizes[2]
    counts = [rows_of(wish(language=language))[1] for language in LANGUAGES]
    assert counts[0] == counts[1] == counts[2]


@pytest.mark.django_db
def test_a_real_installation_has_no_one_click_sign_in(empty: None) -> None:
    create_user(name="director", role="director", by=SYSTEM, at=AT)
    assert demo_company() is None
    assert demo_users() == []


@pytest.mark.django_db
def test_while_it_is_not_complete_nobody_signs_in(empty: None) -> None:
    user = create_user(name="director", role="director", by=SYSTEM, at=AT)
    DemoUser.objects.create(user=user, position=0)
    begun = DemoCompany.objects.create(
        seed=1, scale=SMALL, years=1, last_day=LAST, language="en", with_stories=True
    )
    assert demo_users() == []
    begun.made_at = AT
    begun.save()
    assert [one.username for one in demo_users()] == ["director"]


@pytest.mark.both_databases
def test_it_is_made_with_its_people(empty: None) -> None:
    outcome = make_demo(by=SYSTEM, at=AT, scale=SMALL, years=1, until=LAST, language="el")
    assert outcome is not None
    assert outcome.rejected == 0
    users = {one.username: one for one in demo_users()}
    assert {name: one.member_role for name, one in users.items()} == {
        "director": "director",
        "head": "head",
        "hunter": "hunter",
        "closer": "closer",
        "farmer": "farmer",
        "assistant": "assistant",
        "auditor": "auditor",
    }
    found = User.objects.get(username="farmer")
    assert (found.language, found.email, found.has_usable_password()) == (
        "el",
        "farmer@company-n.example",
        False,
    )
    assert found.get_full_name() == Member.objects.get(user=found).name == users["farmer"].full_name
    assert not Place.objects.filter(role="closer", capacity=None).exists()
    assert make_demo(by=SYSTEM, at=AT, scale=SMALL, years=1, language="el") is None
    with pytest.raises(Refusal) as refused:
        make_demo(by=SYSTEM, at=AT, scale=SMALL, years=1, language="ru")
    assert refused.value.name == "other_demo"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        ({"scale": Decimal(26)}, "bad_scale"),
        ({"scale": Decimal("0.0125")}, "bad_scale"),
        ({"until": date(5, 1, 1)}, "bad_last_day"),
        ({"years": 0}, "bad_years"),
        ({"language": "de"}, "bad_language"),
    ],
)
def test_what_cannot_be_is_refused(empty: None, asked: dict[str, object], refusal: str) -> None:
    with pytest.raises(Refusal) as refused:
        make_demo(by=SYSTEM, at=AT, **asked)  # type: ignore[arg-type]
    assert refused.value.name == refusal
    assert demo_company() is None


@pytest.mark.django_db
def test_records_of_real_people_refuse_it(empty: None) -> None:
    Customer.objects.create(code="K1", name="Real one")
    with pytest.raises(Refusal) as refused:
        make_demo(by=SYSTEM, at=AT, scale=SMALL)
    assert refused.value.name == "not_empty"


@pytest.mark.django_db
def test_only_who_administers_makes_it(empty: None) -> None:
    with pytest.raises(Refusal) as refused:
        make_demo(by=Viewer("anna", Scope.ALL), at=AT)
    assert refused.value.name == "not_permitted"
