"""A department small enough to know by heart: two teams, and for each kind of record one of one's own, one of a
colleague in the same team, and a foreign one.

Hana leads team A: Own (the rep, the assistant and the service person of the tests are each in turn "own") and Mate.
Fay is in team B. Zoe manages zone Z1, where the records of Own and Mate lie; those of Fay lie in Z2.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps
from django.test import Client

from emporion.doors.importing.actions import run_import
from emporion.kernel.access.actions import create_user, install_standard_roles
from emporion.kernel.access.models import User
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.clock import now
from emporion.kernel.ledger.epoch import begin_epoch
from emporion.records.team.actions import change_member
from emporion.records.team.models import Member

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ROLES = ("rep", "assistant", "service", "zone_manager", "head", "director", "auditor")
WHOSE = ("own", "mate", "fay")  # of the viewer's own, of their team, foreign
# Who in the department each role is.
PEOPLE = {"rep": "own", "assistant": "own", "service": "own", "zone_manager": "zoe", "head": "hana"}
_START = "2026-01-01"
Rows = list[Sequence[object]]


def _files() -> Mapping[str, Rows]:
    return _people() | _what_happened()


def _people() -> dict[str, Rows]:
    names = {"hana": "Хана", "zoe": "Зоя", "own": "Олег", "mate": "Мила", "fay": "Фая"}
    return {
        "teams": [["code", "name"], ["A", "Команда А"], ["B", "Команда Б"]],
        "territories": [["code", "name", "manager"], ["Z1", "Север", "zoe"], ["Z2", "Юг", "fay"]],
        "members": [["code", "name"], *([code, name] for code, name in names.items())],
        "places": [
            ["member", "starts_on", "team", "role", "manager", "territory"],
            ["hana", _START, "A", "head", "", ""],
            ["zoe", _START, "B", "head", "", "Z1"],
            ["own", _START, "A", "closer", "hana", ""],
            ["mate", _START, "A", "closer", "hana", ""],
            ["fay", _START, "B", "closer", "zoe", "Z2"],
        ],
        "products": [["code", "name"], ["P1", "Товар"]],
        "product_costs": [["product", "starts_on", "cost"], ["P1", _START, "7.31"]],
    }


def _what_happened() -> dict[str, Rows]:
    """One of each kind for each of the three."""
    files: dict[str, Rows] = {
        "customers": [["code", "name", "in_base_from", "owner", "territory", "phone", "email"]],
        "contacts": [["code", "customer", "given_name"]],
        "deals": [["code", "name", "customer", "owner", "opened_on", "value"]],
        "contracts": [["code", "customer", "member", "signed_on", "amount"]],
        "orders": [["code", "customer", "seller", "placed_on", "territory"]],
        "order_lines": [["order", "code", "product", "quantity", "unit_price"]],
        "payments": [["code", "customer", "order", "received_on", "amount"]],
        "activities": [["code", "kind", "day", "customer", "member"]],
        "tasks": [["code", "title", "opened_on", "due_on", "customer", "member"]],
    }
    for n, who in enumerate(WHOSE, start=1):
        c, zone = f"c-{who}", "Z2" if who == "fay" else "Z1"
        reached = (f"+30 210 555 000{n}", f"{who}@secret.example")
        files["customers"].append([c, f"Клиент {n}", _START, who, zone, *reached])
        files["contacts"].append([f"k-{who}", c, f"Контакт {n}"])
        files["deals"].append([f"d-{who}", f"Сделка {n}", c, who, "2026-02-01", 1000 * n])
        files["contracts"].append([f"t-{who}", c, who, "2026-02-05", 500 * n])
        files["orders"].append([f"o-{who}", c, who, "2026-02-10", zone])
        files["order_lines"].append([f"o-{who}", "1", "P1", n, "7331.00"])
        files["payments"].append([f"p-{who}", c, f"o-{who}", "2026-02-20", "10.00"])
        files["activities"].append([f"a-{who}", "call", "2026-02-11", c, who])
        files["tasks"].append([f"s-{who}", f"Задача {n}", "2026-02-11", "2026-02-12", c, who])
    return files


# By kind of record: its model, and the code of the one that belongs to somebody.
KINDS: dict[str, tuple[str, str]] = {
    "customer": ("customers.Customer", "c-"),
    "contact": ("customers.Contact", "k-"),
    "deal": ("pipeline.Deal", "d-"),
    "contract": ("orders.Contract", "t-"),
    "order": ("orders.Order", "o-"),
    "payment": ("orders.Payment", "p-"),
    "activity": ("activities.Activity", "a-"),
    "task": ("activities.Task", "s-"),
    "member": ("team.Member", ""),
}
# What several share: the team and the zone of each.
SHARED = {
    "team": ("team.Team", {"own": "A", "mate": "A", "fay": "B"}),
    "territory": ("team.Territory", {"own": "Z1", "mate": "Z1", "fay": "Z2"}),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """The department, and the ids of its records."""

    ids: Mapping[tuple[str, str], int]

    def pk(self, kind: str, whose: str) -> int:
        """The id of that record."""
        return self.ids[kind, whose]


def build(folder: Path) -> Scene:
    """Writes the files, imports them, and makes the users."""
    for name, rows in _files().items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    install_standard_roles()
    begin_epoch(base_currency="EUR")
    outcome = run_import("generic", folder, by=SYSTEM, at=now())
    assert outcome.rejected == 0, outcome.first_rejects
    for role in ROLES:
        create_user(name=role, role=role, by=SYSTEM, at=now())
    ids = {(kind, whose): _pk(kind, whose) for kind in (*KINDS, *SHARED) for whose in WHOSE}
    return Scene(ids)


def _pk(kind: str, whose: str) -> int:
    if kind in SHARED:
        name, codes = SHARED[kind]
        code = codes[whose]
    else:
        name, start = KINDS[kind]
        code = f"{start}{whose}"
    found: int = apps.get_model(name).objects.get(code=code).pk
    return found


def signed_in(role: str) -> Client:
    """Somebody of that role, joined to who they are in the department: three roles take turns as the same person."""
    user = User.objects.get(username=role)
    Member.objects.filter(user__isnull=False).update(user=None)
    code = PEOPLE.get(role)
    if code:
        member = Member.objects.get(code=code)
        change_member(member_id=member.pk, changes={"user_id": user.pk}, by=SYSTEM, at=now())
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client
