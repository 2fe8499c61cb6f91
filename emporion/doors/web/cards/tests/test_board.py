"""The board is of one pipeline, and says of which."""

import pytest

from emporion.doors.web.cards.tests.office import Office, browser, open_office
from emporion.records.pipeline.models import Deal, Pipeline, Stage

pytestmark = [pytest.mark.django_db, pytest.mark.spec("PIPE-5")]


@pytest.fixture
def office(db: None) -> Office:
    """The small department with people who sign in, and a second pipeline with a deal of its own."""
    office = open_office()
    other = Pipeline.objects.create(code="old-business", name="Old business")
    again = Stage.objects.create(code="again", pipeline=other, position=1, outcome="open", name="Ask again")
    Deal.objects.filter(pk=office.boris_deal).update(pipeline=other, stage=again)
    Pipeline.objects.filter(pk=office.here.pipeline).update(name="New business")
    return office


def test_a_board_begins_with_the_first_pipeline_and_says_so(office: Office) -> None:
    """Trap: the filter said "any" over the stages of one pipeline, and stages of several stood side by side."""
    answer = browser("dora").get("/deals/board/")
    page = answer.content.decode()
    assert answer.context["subtitle"] == "New business"
    assert {lane.stage.pipeline_id for lane in answer.context["lanes"]} == {office.here.pipeline}
    field = page[page.index('id="filter-pipeline"') :].split("</select>")[0]
    assert "any" not in field
    assert f'value="{office.here.pipeline}" selected' in field
    assert not answer.context["filtered"]


def test_another_pipeline_is_one_choice_away(office: Office) -> None:
    other = Pipeline.objects.get(code="old-business")
    answer = browser("dora").get(f"/deals/board/?pipeline={other.pk}")
    assert answer.context["subtitle"] == "Old business"
    assert [lane.name for lane in answer.context["lanes"]] == ["Ask again"]
    assert "Pallets" in answer.content.decode()


@pytest.mark.parametrize("asked", ["", "any", "999999", "-1", "x"])
def test_what_is_no_pipeline_is_the_first(office: Office, asked: str) -> None:
    answer = browser("dora").get(f"/deals/board/?pipeline={asked}")
    assert answer.context["subtitle"] == "New business"
    assert "Forklifts" in answer.content.decode()
