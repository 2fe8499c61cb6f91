"""Pages with a million customers and a million deals, in a process of its own: `python -m benchmarks.pages SIZE FACTS`
prints its findings as JSON.

EMPORION_HOME is an empty folder, or one that an earlier run has filled: making the base takes minutes, and once is
enough. With DATABASE_URL the base is in PostgreSQL.
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.finding import Finding, median, milliseconds, percentile_95
from emporion.doors.terminal.readiness import ensure_ready

if TYPE_CHECKING:
    from django.test import Client

TIMES = 9
BUDGET, MOST_QUERIES = 150, 12
MADE = "base-is-made"
# What is asked: the address by name, what is in it, and by whom (benchmarks.base.LOOKING).
_LISTS = ("customers:list", "pipeline:list", "activities:tasks", "orders:list")
_TEXTS = ("роркор", "корно 12", "k-5123", "info@k77777", "4951234567", "lumfa")


def main(size: int, facts: int) -> None:
    """Makes the base where there is none, asks for every page, and prints what was found."""
    made = Path(os.environ["EMPORION_HOME"]) / MADE
    if made.exists():
        _upgrade()
    ensure_ready()
    findings = []
    if not made.exists():
        findings.append(
            Finding(
                f"{size:,} customers and deals made", milliseconds(lambda: _make(size, facts)) / 1000, "s"
            )
        )
        made.touch()
    sys.stdout.write(json.dumps([one.as_json() for one in [*findings, *pages(size)]]) + "\n")


def _upgrade() -> None:
    """Brings the tables of a base that older code has made up to date, without a backup: it is made up."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def _make(size: int, facts: int) -> None:
    from benchmarks import base, firm

    base.build(size)
    firm.write_facts(facts)


def pages(size: int) -> Iterator[Finding]:
    """The time of each page for each of those who look."""
    from benchmarks.base import LOOKING
    from emporion.records.customers.reach import learn_weights

    learn_weights()  # as a server does when it starts
    for who, (member_id, _) in LOOKING.items():
        client = _signed_in(who)
        for what, addresses in _addresses(member_id).items():
            yield _asked(client, f"{size:,}: {what}, {who}", addresses)


def _signed_in(who: str) -> "Client":
    from django.test import Client

    from emporion.kernel.access.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(
        User.objects.get(username=who), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


def _addresses(member_id: int) -> dict[str, list[str]]:
    """By what is asked, addresses of which each is asked in turn."""
    from django.urls import reverse

    own = [member_id + 5_000 * place for place in range(4)]
    asked = {name: [reverse(name)] for name in _LISTS}
    asked |= {
        f"{name}, sorted otherwise": [f"{reverse(name)}?sort={column}"]
        for name, column in (("customers:list", "-name"), ("orders:list", "placed"))
    }
    asked |= {
        f"{name}, a text": [f"{reverse(name)}?q={text}" for text in _TEXTS]
        for name in ("customers:list", "pipeline:list", "orders:list")
    }
    asked["find anything"] = [f"{reverse('shell:search')}?q={text}" for text in _TEXTS]
    asked["customer card"] = [reverse("cards:customer", kwargs={"pk": one}) for one in own]
    asked["deal card"] = [reverse("cards:deal", kwargs={"pk": one}) for one in own]
    asked["board"] = [reverse("pipeline:board")]
    asked["department"] = [reverse("panels:department")]
    return asked


def _asked(client: "Client", what: str, addresses: list[str]) -> Finding:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        status = client.get(addresses[0]).status_code
    count = len(queries)  # now: the next request empties the log
    if status != 200:
        return Finding(what, 0, "ms", note=f"answered {status}")
    for address in addresses:
        client.get(address)
    before = time.process_time()
    times = [
        milliseconds(lambda address=address: client.get(address))  # type: ignore[misc]
        for _ in range(max(TIMES // len(addresses), 3))
        for address in addresses
    ]
    # Beside other work on the machine this says more than the clock on the wall.
    busy = (time.process_time() - before) * 1000 / len(times)
    note = f"median {median(times):.0f} ms, {busy:.0f} ms of a processor, {count} queries"
    if count > MOST_QUERIES:
        note += f": more than {MOST_QUERIES}"
    return Finding(what, percentile_95(times), "ms", BUDGET, note=note)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "emporion.settings")
    main(int(sys.argv[1]), int(sys.argv[2]))
