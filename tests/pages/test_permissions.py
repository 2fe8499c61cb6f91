"""Every address by every role, on one's own, a colleague's and a foreign record: as the table says, and no more told.

Traps: the right to see in the list and not in the form; another answer for what exists and what does not; a permission
asked after the record was read.
"""

import re
from collections.abc import Iterator
from typing import cast

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from tests.pages.addresses import Address, addresses
from tests.pages.scene import ROLES, WHOSE, Scene, signed_in
from tests.pages.table import RULES, Reach, Rule, role_may, role_sees, rule_of

pytestmark = pytest.mark.spec("SYS-3", "TEAM-10")
NOBODY = 999_999_999  # the id of no record
REFUSED = {403, 404}


def test_every_address_has_its_rule() -> None:
    """Trap: a new page that nobody thought about."""
    assert [one.name for one in addresses() if rule_of(one.name) is None] == []


def test_no_rule_is_left_over() -> None:
    names = {one.name for one in addresses()}
    unused = [rule.names for rule in RULES if not any(re.fullmatch(rule.names, name) for name in names)]
    assert unused == []


@pytest.mark.django_db
def test_a_stranger_opens_nothing_but_what_is_public() -> None:
    client = Client()
    for address in addresses():
        rule = _rule(address)
        if rule.reach is Reach.PUBLIC:
            continue
        answer = _opened(client, address, rule, pk=1, name="revenue")
        assert answer.status_code == 302, address
        assert "/account/login/" in answer.headers["Location"], address


@pytest.mark.parametrize("role", ROLES)
def test_as_the_table_says(scene: Scene, role: str) -> None:
    client = signed_in(role)
    wrong = [
        f"{address.name} ({whose or 'no record'}): {status}, the table says {'open' if may else 'refused'}"
        for address in addresses()
        for whose, may, status in _tried(client, scene, role, address)
        if (status in REFUSED) is may
    ]
    assert wrong == []


@pytest.mark.parametrize("role", ["rep", "head", "zone_manager"])
def test_a_foreign_record_answers_as_a_missing_one(scene: Scene, role: str) -> None:
    """Trap: 403 for what exists, 404 for what does not."""
    client = signed_in(role)
    for address in addresses():
        rule = _rule(address)
        if not rule.record:
            continue
        pk = scene.pk(rule.record, "fay")
        foreign, missing = _opened(client, address, rule, pk=pk), _opened(client, address, rule, pk=NOBODY)
        assert foreign.status_code == missing.status_code, address.name
        assert _said(foreign, pk) == _said(missing, NOBODY), address.name


def _rule(address: Address) -> Rule:
    rule = rule_of(address.name)
    assert rule is not None, f"{address.name} stands in no rule of tests/pages/table.py"
    return rule


def _opened(client: Client, address: Address, rule: Rule, **values: object) -> HttpResponse:
    """What the address answers; what it did is taken back, the session too, so that the next finds all as it was."""
    path = address.path(**values)
    with transaction.atomic():
        answer = client.post(path) if rule.posts else client.get(path)
        transaction.set_rollback(True)
    return cast(HttpResponse, answer)


def _tried(client: Client, scene: Scene, role: str, address: Address) -> Iterator[tuple[str, bool, int]]:
    """Whose record, whether the table lets this role open it, and the status there was."""
    rule = _rule(address)
    for whose in WHOSE if rule.record else ("",):
        pk = scene.pk(rule.record, whose) if rule.record else 1
        status = _opened(client, address, rule, pk=pk, name="revenue").status_code
        may = role_may(role, rule) and (not rule.record or role_sees(role, rule.record, whose))
        yield whose, may, 200 if may and rule.empty and status == 404 else status


def _said(answer: HttpResponse, pk: int) -> str:
    """What the page says, without the id it was asked for."""
    main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(rf"\b{pk}\b", "#", main)
