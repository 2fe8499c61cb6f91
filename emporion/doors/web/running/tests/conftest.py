"""People who open the pages, and files they bring."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tasks_db.models import DBTaskResult

from emporion.kernel.access.actions import create_user, install_standard_roles
from emporion.kernel.access.viewer import SYSTEM
from emporion.kernel.clock import now
from emporion.kernel.ledger.epoch import begin_epoch

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
SignIn = Callable[[str], Client]


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """Signs in somebody of that role."""
    install_standard_roles()
    begin_epoch(base_currency="EUR")

    def signed_in(role: str) -> Client:
        user = create_user(name=f"{role}-1", role=role, by=SYSTEM, at=now())
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    return signed_in


@pytest.fixture
def uploads(tmp_path: Path, settings: LazySettings) -> Path:
    """The folder for what people bring, beside a store of facts of its own."""
    settings.MEDIA_ROOT, settings.FACTS_FOLDER = tmp_path, tmp_path / "facts"
    return tmp_path


def work() -> None:
    """Does what waits for a worker, in this process: a worker of its own has no part in the test's database."""
    for waiting in DBTaskResult.objects.filter(status="READY"):
        waiting.task.call(*waiting.args_kwargs["args"], **waiting.args_kwargs["kwargs"])
        DBTaskResult.objects.filter(pk=waiting.pk).update(status="SUCCESSFUL", finished_at=now())


def table(name: str, *lines: str) -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, "\n".join(lines).encode(), content_type="text/csv")
