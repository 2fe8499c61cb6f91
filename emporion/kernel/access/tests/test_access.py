"""Who may sign in: users, roles, invitations, the first run."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from emporion.kernel.access.actions import (
    change_user,
    create_user,
    deactivate_user,
    end_sessions,
    install_standard_roles,
    reactivate_user,
    set_role,
)
from emporion.kernel.access.first_run import create_first_user, first_run_token, is_first_run, token_file
from emporion.kernel.access.invitations import accept_invitation, invite, invited
from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.access.queries import role_of, user_of, users
from emporion.kernel.access.role_actions import RoleTerms, change_role, create_role, remove_role, reset_role
from emporion.kernel.access.rules import STANDARD_ROLES
from emporion.kernel.access.viewer import SYSTEM, Permission, Scope, Viewer
from emporion.kernel.audit.models import AuditEntry
from emporion.kernel.errors import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.spec("SYS-3")]
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
PASSWORD = "Zebra-lamp-42x"


@pytest.fixture
def director() -> User:
    install_standard_roles()
    return create_user(name="director", role="director", by=SYSTEM, at=AT)


@pytest.fixture
def rep(director: User) -> User:
    return create_user(name="rep", role="rep", email="rep@n.example", by=SYSTEM, at=AT)


def refusal(call: object) -> str:
    """The name of what was refused."""
    assert callable(call)
    with pytest.raises(Refusal) as refused:
        call()
    return refused.value.name


def role_id(code: str) -> int:
    return AccessRole.objects.get(code=code).pk


def nobody() -> Viewer:
    return Viewer("rep", Scope.OWN, user_id=1_000, permissions=frozenset({Permission.WRITE}))


# Users


def test_an_address_opens_one_account_only(rep: User, director: User) -> None:
    """Trap: the address is compared without its capitals."""
    taken = refusal(
        lambda: change_user(user_id=director.pk, changes={"email": "REP@n.example"}, by=SYSTEM, at=AT)
    )
    assert taken == "email_taken"


def test_one_changes_ones_own_details_and_nobody_elses(rep: User, director: User) -> None:
    own = Viewer("rep", Scope.OWN, user_id=rep.pk)
    assert (
        change_user(user_id=rep.pk, changes={"zone": "Europe/Athens"}, by=own, at=AT).zone == "Europe/Athens"
    )
    others = refusal(lambda: change_user(user_id=director.pk, changes={"language": "ru"}, by=own, at=AT))
    assert others == "not_permitted"
    strange = {"is_superuser": "yes"}
    assert refusal(lambda: change_user(user_id=rep.pk, changes=strange, by=own, at=AT)) == "unknown_field"


def test_every_write_about_users_needs_the_right_to_administer(rep: User) -> None:
    by = nobody()
    calls = [
        lambda: create_user(name="x", role="rep", by=by, at=AT),
        lambda: set_role(user_id=rep.pk, role_id=role_id("director"), by=by, at=AT),
        lambda: deactivate_user(user_id=rep.pk, by=by, at=AT),
        lambda: reactivate_user(user_id=rep.pk, by=by, at=AT),
        lambda: end_sessions(user_id=rep.pk, by=by, at=AT),
        lambda: invite(user_id=rep.pk, by=by, at=AT),
        lambda: create_role(terms=RoleTerms("x", Scope.ALL), by=by, at=AT),
        lambda: change_role(role_id=role_id("rep"), terms=RoleTerms("x", Scope.ALL), by=by, at=AT),
        lambda: reset_role(role_id=role_id("rep"), by=by, at=AT),
        lambda: remove_role(role_id=role_id("rep"), by=by, at=AT),
        lambda: users(by),
        lambda: user_of(by, rep.pk),
        lambda: role_of(by, 1),
    ]
    assert {refusal(call) for call in calls} == {"not_permitted"}


def test_the_last_who_administers_stays(director: User, rep: User) -> None:
    """Trap: by deactivation, by another role, and by taking the right out of the role."""
    ways = [
        lambda: deactivate_user(user_id=director.pk, by=SYSTEM, at=AT),
        lambda: set_role(user_id=director.pk, role_id=role_id("rep"), by=SYSTEM, at=AT),
        lambda: change_role(role_id=role_id("director"), terms=RoleTerms("", Scope.ALL), by=SYSTEM, at=AT),
    ]
    assert {refusal(way) for way in ways} == {"last_administrator"}
    director.refresh_from_db()
    assert director.is_active
    assert director.access_role is not None
    assert Permission.ADMINISTER in director.access_role.granted()
    set_role(user_id=rep.pk, role_id=role_id("director"), by=SYSTEM, at=AT)
    deactivate_user(user_id=director.pk, by=SYSTEM, at=AT)
    assert not User.objects.get(pk=director.pk).is_active


def test_nobody_takes_their_own_access_away(director: User) -> None:
    by = Viewer("director", Scope.ALL, user_id=director.pk, permissions=frozenset(Permission))
    assert refusal(lambda: deactivate_user(user_id=director.pk, by=by, at=AT)) == "own_access"


def test_an_ended_session_stays_ended(rep: User) -> None:
    """Trap: whose access is given back does not find their old session alive."""
    before = rep.get_session_auth_hash()
    deactivate_user(user_id=rep.pk, by=SYSTEM, at=AT)
    reactivate_user(user_id=rep.pk, by=SYSTEM, at=AT)
    rep.refresh_from_db()
    assert rep.is_active
    assert rep.get_session_auth_hash() != before


# Roles


def test_a_role_of_ones_own_comes_changes_and_goes(rep: User) -> None:
    role = create_role(terms=RoleTerms("Trainee", Scope.OWN), by=SYSTEM, at=AT)
    assert refusal(lambda: create_role(terms=RoleTerms("Trainee", Scope.OWN), by=SYSTEM, at=AT)) == (
        "role_name_taken"
    )
    terms = RoleTerms("Trainee", Scope.TEAM, frozenset({Permission.EXPORT}), requires_second_factor=True)
    assert change_role(role_id=role.pk, terms=terms, by=SYSTEM, at=AT).granted() == {Permission.EXPORT}
    set_role(user_id=rep.pk, role_id=role.pk, by=SYSTEM, at=AT)
    assert refusal(lambda: remove_role(role_id=role.pk, by=SYSTEM, at=AT)) == "role_in_use"
    set_role(user_id=rep.pk, role_id=role_id("rep"), by=SYSTEM, at=AT)
    remove_role(role_id=role.pk, by=SYSTEM, at=AT)
    assert not AccessRole.objects.filter(pk=role.pk).exists()
    assert (
        refusal(lambda: create_role(terms=RoleTerms(" ", Scope.OWN), by=SYSTEM, at=AT)) == "role_without_name"
    )


def test_a_standard_role_stays_and_can_be_set_back(director: User) -> None:
    terms = RoleTerms("Boss", Scope.ALL, frozenset(Permission))
    assert change_role(role_id=role_id("rep"), terms=terms, by=SYSTEM, at=AT).name == ""
    assert refusal(lambda: remove_role(role_id=role_id("rep"), by=SYSTEM, at=AT)) == "standard_role"
    back = reset_role(role_id=role_id("rep"), by=SYSTEM, at=AT)
    assert (Scope(back.scope), back.granted()) == STANDARD_ROLES["rep"]


# Invitations


@pytest.mark.both_databases
def test_a_link_sets_the_password_once(rep: User) -> None:
    token = invite(user_id=rep.pk, by=SYSTEM, at=AT)
    assert invited(token) == rep
    accept_invitation(token=token, password=PASSWORD, at=AT)
    rep.refresh_from_db()
    assert rep.check_password(PASSWORD)
    assert refusal(lambda: accept_invitation(token=token, password="Other-42x-lamp", at=AT)) == (
        "invitation_not_valid"
    )


def test_a_new_link_ends_the_old_one(rep: User) -> None:
    old = invite(user_id=rep.pk, by=SYSTEM, at=AT)
    new = invite(user_id=rep.pk, by=SYSTEM, at=AT + timedelta(seconds=1))
    assert refusal(lambda: invited(old)) == "invitation_not_valid"
    assert invited(new) == rep


def test_a_link_that_is_too_old_altered_or_of_somebody_without_access_opens_nothing(rep: User) -> None:
    token = invite(user_id=rep.pk, by=SYSTEM, at=AT)
    with time_machine.travel(datetime.now(UTC) + timedelta(days=3, minutes=1), tick=False):
        assert refusal(lambda: invited(token)) == "invitation_not_valid"
    assert refusal(lambda: invited(token[:-1] + ("A" if token[-1] != "A" else "B"))) == "invitation_not_valid"
    assert refusal(lambda: invited("nothing")) == "invitation_not_valid"
    deactivate_user(user_id=rep.pk, by=SYSTEM, at=AT)
    assert refusal(lambda: invited(token)) == "invitation_not_valid"
    assert refusal(lambda: invite(user_id=rep.pk, by=SYSTEM, at=AT)) == "user_inactive"


# The first run


@pytest.fixture
def home(settings: object, tmp_path: Path) -> Path:
    settings.HOME = tmp_path  # type: ignore[attr-defined]  # pytest-django's settings
    return tmp_path


def test_the_first_user_needs_the_token_of_the_data_folder(home: Path) -> None:
    install_standard_roles()
    token = first_run_token()
    assert token == first_run_token()
    assert token_file().stat().st_mode & 0o777 == 0o600
    wrong = refusal(lambda: create_first_user(token="wrong", name="anna", password=PASSWORD, at=AT))
    assert wrong == "wrong_first_run_token"
    user = create_first_user(token=token, name="anna", password=PASSWORD, at=AT, first_name="Anna")
    assert user.check_password(PASSWORD)
    assert user.access_role is not None
    assert user.access_role.granted() == frozenset(Permission)
    assert not is_first_run()
    assert first_run_token() == ""
    second = refusal(lambda: create_first_user(token=token, name="eve", password=PASSWORD, at=AT))
    assert second == "not_first_run"


def test_everything_about_access_is_on_the_audit_log(rep: User) -> None:
    set_role(user_id=rep.pk, role_id=role_id("head"), by=SYSTEM, at=AT)
    accept_invitation(token=invite(user_id=rep.pk, by=SYSTEM, at=AT), password=PASSWORD, at=AT)
    deactivate_user(user_id=rep.pk, by=SYSTEM, at=AT)
    reactivate_user(user_id=rep.pk, by=SYSTEM, at=AT)
    end_sessions(user_id=rep.pk, by=SYSTEM, at=AT)
    events = (
        AuditEntry.objects.filter(subject=f"user:{rep.pk}").order_by("id").values_list("action", flat=True)
    )
    assert list(events) == [
        "user.created",
        "user.role_set",
        "user.invited",
        "user.password_set",
        "user.deactivated",
        "user.reactivated",
        "user.sessions_ended",
    ]
    assert not any(
        PASSWORD in str(payload) for payload in AuditEntry.objects.values_list("payload", flat=True)
    )
