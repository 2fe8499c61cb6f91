"""Forms of the import pages."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from emporion.doors.web.running.files import Preview
from emporion.doors.web.running.import_words import NAMED_BY, column_label, column_meaning
from emporion.doors.web.running.mappings import DAY_FORMATS
from emporion.doors.web.running.proposing import guessed_rules, ways_to_name
from emporion.kernel.importable import Column, ColumnKind, Importable
from emporion.kernel.ui.forms import PageForm


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    widget = _ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Every file, each checked as one."""
        many = data if isinstance(data, list | tuple) else [data]
        found: list[UploadedFile[Any]] = [super(_FilesField, self).clean(one, initial) for one in many]
        return found


class FilesForm(PageForm):
    """Files to bring."""

    tables = _FilesField(
        label=_("Files"),
        help_text=_(
            "CSV, TSV or Excel, as many as belong together; a mapping file (.toml) may be among them."
        ),
    )


class ColumnsForm(PageForm):
    """By column of ours, the column of theirs it comes from, or a value that stands in every row. `guessed` are the
    columns for which one of theirs was proposed."""

    into = forms.CharField(widget=forms.HiddenInput)
    first_only = forms.BooleanField(
        label=_("Of several rows with the same key take the first"), required=False
    )

    def __init__(
        self, *args: Any, target: Importable, preview: Preview, chosen: Mapping[str, Any], **kwargs: Any
    ) -> None:
        same = chosen.get("into") == target.name
        initial = {"into": target.name, "first_only": chosen.get("first_only", False) if same else False}
        super().__init__(*args, initial=initial, **kwargs)
        self.target = target
        known = chosen.get("columns", {}) if same else guessed_rules(target, preview)
        self.guessed = frozenset() if same else frozenset(known)
        self._theirs = list(preview.header)
        for column in target.columns:
            self._add(column, known.get(column.name, {}))

    def _add(self, column: Column, known: Mapping[str, str]) -> None:
        theirs = [("", "")] + [(f"c{number}", name) for number, name in enumerate(self._theirs) if name]
        numbers = {name: key for key, name in theirs if key}
        self.fields[f"column-{column.name}"] = forms.ChoiceField(
            choices=theirs,
            required=False,
            initial=numbers.get(known.get("column", ""), ""),
            widget=self._labelled(forms.Select, "form-select", column, _("their column")),
        )
        self.fields[f"value-{column.name}"] = forms.CharField(
            required=False,
            initial=known.get("value", ""),
            max_length=500,
            widget=self._labelled(forms.TextInput, "form-control", column, _("value")),
        )
        if options := _ways(column):
            self.fields[f"format-{column.name}"] = forms.ChoiceField(
                choices=options,
                required=False,
                initial=next((known[word] for word in _WAYS if word in known), ""),
                widget=self._labelled(forms.Select, "form-select", column, _("how it is written")),
            )

    def _labelled(self, widget: type[forms.Widget], css: str, column: Column, what: Any) -> forms.Widget:
        name = format_lazy("{}: {}", column_label(self.target.name, column.name), what)
        return widget(attrs={"class": f"{css} {css}-sm", "aria-label": name})

    def rows(self) -> list[dict[str, Any]]:
        """The columns of ours, each with its words and fields: first the needed ones, then those that are filled."""
        return [
            {
                "name": one.name,
                "label": column_label(self.target.name, one.name),
                "meaning": column_meaning(self.target.name, one.name),
                "choices": one.choices,
                "needed": self._is_needed(one),
                "guessed": one.name in self.guessed,
                "theirs": self[f"column-{one.name}"],
                "value": self[f"value-{one.name}"],
                "format": self[f"format-{one.name}"] if f"format-{one.name}" in self.fields else None,
            }
            for one in sorted(self.target.columns, key=self._place)
        ]

    def _place(self, column: Column) -> tuple[bool, bool]:
        filled = [
            self.get_initial_for_field(self.fields[f"{what}-{column.name}"], f"{what}-{column.name}")
            for what in ("column", "value")
        ]
        return not self._is_needed(column), not any(filled)

    def _is_needed(self, column: Column) -> bool:
        return column.required or column.name in self.target.key

    def clean(self) -> dict[str, Any]:
        """A table whose records cannot be told apart, or lack what they must have, would turn every row away."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        missing = [
            str(column_label(self.target.name, one.name))
            for one in self.target.columns
            if self._is_needed(one)
            and not cleaned.get(f"column-{one.name}")
            and not cleaned.get(f"value-{one.name}")
        ]
        if missing:
            raise forms.ValidationError(
                _("Say which column of the file it is, or give one value for all: %(columns)s.")
                % {"columns": ", ".join(missing)}
            )
        return cleaned

    def chosen(self) -> dict[str, Any]:
        """What was chosen, as an upload keeps it."""
        columns = {one.name: rule for one in self.target.columns if (rule := self._rule(one))}
        return {"into": self.target.name, "first_only": self.cleaned_data["first_only"], "columns": columns}

    def _rule(self, column: Column) -> dict[str, str]:
        picked = self.cleaned_data.get(f"column-{column.name}", "")
        rule = {"value": self.cleaned_data.get(f"value-{column.name}", "")}
        if picked:
            rule["column"] = self._theirs[int(picked[1:])]
        rule[_word_of(column)] = self.cleaned_data.get(f"format-{column.name}", "")
        return {name: value for name, value in rule.items() if value} if rule["value"] or picked else {}


_WAYS = ("format", "decimal", "by")


def _word_of(column: Column) -> str:
    """The word of a rule that says how a cell of that column is read."""
    if column.kind is ColumnKind.REFERENCE:
        return "by"
    return "format" if column.kind in (ColumnKind.DAY, ColumnKind.INSTANT) else "decimal"


def _ways(column: Column) -> list[tuple[str, Any]]:
    """The ways in which a cell of that column may be written; none where there is only one."""
    if column.kind is ColumnKind.REFERENCE:
        ways = ways_to_name(column.refers_to)
        return [(one, NAMED_BY[one]) for one in ways] if len(ways) > 1 else []
    if column.kind in (ColumnKind.DAY, ColumnKind.INSTANT):
        return [(one, _shown(one)) for one in DAY_FORMATS]
    numbers = column.kind in (ColumnKind.EXACT, ColumnKind.WHOLE)
    return [(one, _shown(one)) for one in ("", ",")] if numbers else []


def _shown(written: str) -> Any:
    examples = {
        "": _("as usual"), ",": "1234,56", "%d.%m.%Y": "30.05.2014", "%d/%m/%Y": "30/05/2014", "%m/%d/%Y": "05/30/2014",
        "%Y/%m/%d": "2014/05/30", "%d-%m-%Y": "30-05-2014", "%d.%m.%y": "30.05.14", "%Y%m%d": "20140530",
        "epoch_s": "1401408000", "epoch_ms": "1401408000000",
    }  # fmt: skip
    return examples[written]
