"""Every part stands in an exhaustive import contract; no table points at one above it."""

import pytest
from django.apps import apps
from django.db.models import Field, Model

from tests.architecture.source import PRODUCT, TIERS, height, layers_of, parts


@pytest.mark.parametrize("tier", [tier for tier in TIERS if (PRODUCT / tier).is_dir()])
def test_each_tier_has_an_exhaustive_contract(tier: str) -> None:
    assert layers_of(f"emporion.{tier}")


@pytest.mark.parametrize("part", parts())
def test_each_part_has_its_place(part: str) -> None:
    assert height(part) >= (0, 0)


def part_of(model: type[Model]) -> str | None:
    """`records.team` for a table of ours, nothing for one of Django's or of a library."""
    names = model.__module__.split(".")
    return ".".join(names[1:3]) if names[0] == "emporion" else None


def relations() -> list[tuple[str, str, str]]:
    """Each relation between two of our parts: the field, whose it is, and where it points."""
    return [
        (f"{model.__name__}.{field.name}", source, target)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, Field) and isinstance(field.related_model, type)
        if (source := part_of(model)) and (target := part_of(field.related_model)) and source != target
    ]


def test_no_table_points_upward_or_sideways() -> None:
    wrong = [row for row in relations() if height(row[2]) >= height(row[1])]
    assert wrong == []
