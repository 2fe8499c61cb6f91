"""The department at the table: who answers, and by what they are told no."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from typing import Any

import pytest

from emporion.kernel.access.models import AccessRole, User
from emporion.kernel.access.viewer import Viewer
from emporion.kernel.errors import Refusal
from emporion.kernel.money import quantity_of
from emporion.numbers.planning.models import Plan, Submission
from emporion.numbers.planning.plan_queries import PlanBook
from emporion.numbers.planning.proposal_actions import Answer, propose, submit_round
from emporion.numbers.planning.proposal_queries import branches_of, calculated, talk_of
from emporion.numbers.planning.tests.conftest import Department
from emporion.records.team.models import Member
from emporion.records.team.queries import viewer_for

AT = datetime(2026, 1, 6, 9, tzinfo=UTC)
TODAY = AT.date()


@dataclass
class Table:
    """The department with Hana, who leads North, and a director; everybody has signed in."""

    department: Department
    plan: Plan

    def viewer(self, code: str, role: str = "rep") -> Viewer:
        """That person as they may see today."""
        user, made = User.objects.get_or_create(
            username=code, defaults={"access_role": AccessRole.objects.get(code=role)}
        )
        if made:
            Member.objects.filter(code=code).update(user=user)
        return viewer_for(User.objects.select_related("access_role").get(pk=user.pk), TODAY)

    def id(self, code: str) -> int:
        """Whose plan it is."""
        return Member.objects.get(code=code).pk

    @property
    def head(self) -> Viewer:
        """Hana."""
        return self.viewer("hana", "head")

    @property
    def director(self) -> Viewer:
        """Who sees everybody."""
        return self.viewer("dora", "director")

    def where(self, code: str, by: Viewer, minutes: int = 0) -> dict[str, Any]:
        """Whose plan, by whom, when."""
        return {
            "plan_id": self.plan.pk,
            "member_id": self.id(code),
            "by": by,
            "at": AT + timedelta(minutes=minutes),
        }

    def proposes(
        self, code: str, values: Mapping[date, int | None], why: str = "the fair is in June"
    ) -> Submission:
        """They hand a round over."""
        by = self.viewer(code)
        answers = [
            Answer("revenue", day, None if value is None else D(value)) for day, value in values.items()
        ]
        propose(answers=answers, **self.where(code, by))
        number = talk_of(self.plan, self.id(code)).open_round("employee")
        return submit_round(round=number, note=why, **self.where(code, by))

    def spans(self, code: str) -> list[Any]:
        """The months of a person by the plan, over all their branches."""
        book = PlanBook(self.plan, "revenue")
        sheet = calculated(book, branches_of(self.plan, [self.id(code)])[self.id(code)], agreed=False)
        assert sheet is not None
        return [quantity_of(value) for value in sheet.spans]


def refused(name: str, action: Callable[..., object], **given: Any) -> Refusal:
    """That it is refused by that name, and what it says."""
    with pytest.raises(Refusal) as told:
        action(**given)
    assert told.value.name == name, told.value
    return told.value
