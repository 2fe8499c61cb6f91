"""On a Russian or Greek page stands no English word and no name of the code, but what the records themselves hold.

The records of the scene are named in Cyrillic, so that a Latin word on a page is ours. Trap: a text put together
before it was translated, a choice shown by its value, an error of the framework.
"""

import re

import pytest
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from emporion.kernel.access.models import User
from emporion.records.pipeline.models import Stage
from tests.pages.addresses import Address, addresses
from tests.pages.scene import BACKEND, Scene
from tests.pages.table import rule_of
from tests.translations.reading import suspicious, texts_of

pytestmark = pytest.mark.spec("SYS-7")
# Codes of the scene's records, addresses of its people, the chain of the audit log, a key in brackets by its button.
CONTENT = re.compile(
    r"\S+@secret\.example|\b[a-z]-(?:own|mate|fay)\b|\b(?:own|mate|fay|hana|zoe)\b|\b[ABZPT]\d?\b|\b[0-9a-f]{8,}\b|\([a-z]\)"
)
PUBLIC = ("/account/login/", "/account/password/forgotten/", "/account/inactive/")
# What nobody can enter; a form of several rows needs to be told how many there are.
MISTAKEN = {"name": "", "code": "own", "amount": "много", "day": "вчера", "lines-0-quantity": "много"} | {
    f"{rows}-{count}_FORMS": "1" if count == "TOTAL" else "0"
    for rows in ("lines", "credits")
    for count in ("TOTAL", "INITIAL")
}
EMPTY = "/no/such/page/"


def reading(language: str) -> Client:
    """The director, reading in that language. What an import names by itself is renamed as a record may be."""
    for stage in Stage.objects.all():
        Stage.objects.filter(pk=stage.pk).update(name=f"Этап {stage.pk}")
    user = User.objects.get(username="director")
    user.username, user.first_name, user.last_name, user.language = "дина", "Дина", "Директорова", language
    user.save()
    for other in User.objects.exclude(pk=user.pk):
        User.objects.filter(pk=other.pk).update(username=f"человек-{other.pk}")
    client = Client(headers={"accept-language": language})
    client.force_login(user, backend=BACKEND)
    return client


def paths_of(scene: Scene, address: Address) -> list[str]:
    """The address, on a record of the scene where it is about one."""
    rule = rule_of(address.name)
    if rule is not None and rule.posts:
        return []
    if rule is not None and rule.record:
        return [address.path(pk=scene.pk(rule.record, "own"))]
    if "name" in address.parameters:
        return [address.path(name=name) for name in ("revenue", "stage_conversion", "meetings_plan")]
    return [address.path()]


@pytest.mark.parametrize("language", ["ru", "el"])
def test_a_page_speaks_one_language(scene: Scene, language: str) -> None:
    client = reading(language)
    paths = sorted({path for address in addresses() for path in paths_of(scene, address)})
    stranger = Client(headers={"accept-language": language})
    wrong: dict[str, str] = {}
    for visitor, path in [
        *((client, path) for path in [*paths, EMPTY]),
        *((stranger, path) for path in PUBLIC),
    ]:
        wrong |= {said: path for said in strange(visitor.get(path), language) if said not in wrong}
    assert sorted(f"{path}: {said}" for said, path in wrong.items()) == []


@pytest.mark.parametrize("language", ["ru", "el"])
def test_what_a_form_misses_is_said_in_the_language(scene: Scene, language: str) -> None:
    """Trap: the errors of the framework's fields, and those an action gives back as a refusal."""
    client = reading(language)
    paths = [one.path() for one in addresses() if one.route.endswith("new/") and not one.parameters]
    assert len(paths) > 5
    wrong: dict[str, str] = {}
    for path in paths:
        answer = client.post(path, MISTAKEN)
        assert answer.status_code == 200, path
        wrong |= dict.fromkeys(strange(answer, language), path)
    assert wrong == {}


def strange(answer: HttpResponseBase, language: str) -> list[str]:
    """What is not in the language on a page; nothing for a file, or where it leads elsewhere."""
    if isinstance(answer, HttpResponse) and answer.headers.get("Content-Type", "").startswith("text/html"):
        return suspicious(answer.content.decode(), language, CONTENT)
    return []


def test_a_leftover_would_be_seen() -> None:
    page = """<html lang="ru"><title>Сделки · Emporion</title><button lang="en">English</button>
    <p title="Open the deal">Клиент 1 c-own</p><p>order.placed</p><p>active_base</p><code>emporion upgrade</code>
    <script>var a = "text"</script><input type="submit" value="Go"><td translate="no">Acme</td><p>в Excel</p>"""
    assert texts_of(page, "ru")[0] == "Сделки · Emporion"
    assert suspicious(page, "ru", CONTENT) == [
        "Go in 'Go'",
        "Open, the, deal in 'Open the deal'",
        "active_base in 'active_base'",
        "order.placed in 'order.placed'",
    ]
