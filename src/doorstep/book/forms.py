from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doorstep.book.uploads import own_name

MOST_FILES = 50
LARGEST = 512 * 2**20


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several uploaded files; cleans to a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        cleaned = [super(FilesField, self).clean(one, initial) for one in given]
        if len(cleaned) > MOST_FILES:
            raise forms.ValidationError(_("At most 50 files at once."))
        if sum(f.size for f in cleaned) > LARGEST:
            raise forms.ValidationError(
                _("Together larger than 512 MB. Put them into the inbox folder instead.")
            )
        names = [own_name(f) for f in cleaned]
        if twice := next((n for n in names if names.count(n) > 1), None):
            raise forms.ValidationError(
                _("Two files are called %(name)s. Give them different names."),
                params={"name": twice},
            )
        return cleaned


class PlacementForm(forms.Form):
    """The files of a placement and the map that explains them."""

    lender = forms.ChoiceField(label=_("Lender"))
    tables = FilesField(
        label=_("Files"),
        help_text=_("CSV, TSV, XLSX, Parquet or JSON. You see what would be taken before it is."),
    )
    map = forms.FileField(
        label=_("Map"), help_text=_("A TOML file that names the lender's columns.")
    )

    def __init__(self, lenders: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lender"].choices = lenders  # type: ignore[attr-defined]
        self.fields["tables"].widget.attrs["accept"] = ".csv,.tsv,.txt,.xlsx,.xlsm,.parquet"
        self.fields["map"].widget.attrs["accept"] = ".toml"
