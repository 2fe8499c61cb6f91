"""Forms of the import pages."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from emporion.doors.web.running.mappings import DAY_FORMATS, suggested
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
    """By column of ours, the column of theirs it comes from, or a value that stands in every row."""

    into = forms.CharField(widget=forms.HiddenInput)
    first_only = forms.BooleanField(
        label=_("Of several rows with the same key take the first"), required=False
    )

    def __init__(
        self, *args: Any, target: Importable, header: Sequence[str], chosen: Mapping[str, Any], **kwargs: Any
    ) -> None:
        same = chosen.get("into") == target.name
        initial = {"into": target.name, "first_only": chosen.get("first_only", False) if same else False}
        super().__init__(*args, initial=initial, **kwargs)
        self.target = target
        known = chosen.get("columns", {}) if same else {}
        near = {} if known else suggested([one.name for one in target.columns], header)
        self._theirs = list(header)
        for column in target.columns:
            self._add(column, known.get(column.name, {}), near.get(column.name, ""))

    def _add(self, column: Column, known: Mapping[str, str], near: str) -> None:
        theirs = [("", "")] + [(f"c{number}", name) for number, name in enumerate(self._theirs) if name]
        numbers = {name: key for key, name in theirs if key}
        self.fields[f"column-{column.name}"] = forms.ChoiceField(
            choices=theirs,
            required=False,
            initial=numbers.get(known.get("column", near), ""),
            widget=_labelled(forms.Select, "form-select", column, _("their column")),
        )
        self.fields[f"value-{column.name}"] = forms.CharField(
            required=False,
            initial=known.get("value", ""),
            max_length=500,
            widget=_labelled(forms.TextInput, "form-control", column, _("value")),
        )
        if options := _formats(column):
            self.fields[f"format-{column.name}"] = forms.ChoiceField(
                choices=[(one, _shown(one)) for one in options],
                required=False,
                initial=known.get("format", known.get("decimal", "")),
                widget=_labelled(forms.Select, "form-select", column, _("how it is written")),
            )

    def rows(self) -> list[dict[str, Any]]:
        """The columns of ours, each with its fields, the needed ones first."""
        ordered = sorted(
            self.target.columns, key=lambda one: not (one.required or one.name in self.target.key)
        )
        return [
            {
                "column": one,
                "needed": one.required or one.name in self.target.key,
                "theirs": self[f"column-{one.name}"],
                "value": self[f"value-{one.name}"],
                "format": self[f"format-{one.name}"] if f"format-{one.name}" in self.fields else None,
            }
            for one in ordered
        ]

    def chosen(self) -> dict[str, Any]:
        """What was chosen, as an upload keeps it."""
        columns = {one.name: rule for one in self.target.columns if (rule := self._rule(one))}
        return {"into": self.target.name, "first_only": self.cleaned_data["first_only"], "columns": columns}

    def _rule(self, column: Column) -> dict[str, str]:
        picked = self.cleaned_data.get(f"column-{column.name}", "")
        rule = {"value": self.cleaned_data.get(f"value-{column.name}", "")}
        if picked:
            rule["column"] = self._theirs[int(picked[1:])]
        written = self.cleaned_data.get(f"format-{column.name}", "")
        if written:
            rule["decimal" if written == "," else "format"] = written
        return {name: value for name, value in rule.items() if value} if rule["value"] or picked else {}


def _labelled(widget: type[forms.Widget], css: str, column: Column, what: Any) -> forms.Widget:
    return widget(attrs={"class": f"{css} {css}-sm", "aria-label": format_lazy("{}: {}", column.name, what)})


def _formats(column: Column) -> Sequence[str]:
    if column.kind in (ColumnKind.DAY, ColumnKind.INSTANT):
        return DAY_FORMATS
    return ("", ",") if column.kind in (ColumnKind.EXACT, ColumnKind.WHOLE) else ()


def _shown(written: str) -> Any:
    examples = {
        "": _("as usual"), ",": "1234,56", "%d.%m.%Y": "30.05.2014", "%d/%m/%Y": "30/05/2014", "%m/%d/%Y": "05/30/2014",
        "%Y/%m/%d": "2014/05/30", "%d-%m-%Y": "30-05-2014", "%d.%m.%y": "30.05.14", "%Y%m%d": "20140530",
        "epoch_s": "1401408000", "epoch_ms": "1401408000000",
    }  # fmt: skip
    return examples[written]
