from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from doorstep.verification import words
from doorstep.verification.types import NewPoint, PersonView, PointKind, PointUse

_HANDS = ("borrower", "crew", "desk", "lender")


class PointForm(forms.Form):
    """A contact point somebody tells us of."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(words.KINDS.items()))
    value = forms.CharField(
        label=_("Number or address"),
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    person = forms.ChoiceField(label=_("Whose"), required=False)
    use = forms.ChoiceField(label=_("Use"), choices=list(words.USES.items()))
    source = forms.ChoiceField(
        label=_("Who told us"), choices=[(s, words.SOURCES[s]) for s in _HANDS]
    )
    latitude = forms.FloatField(
        label=_("Latitude"),
        required=False,
        min_value=-90,
        max_value=90,
        help_text=_("Only for an address, if you know where it is: 42.9012"),
    )
    longitude = forms.FloatField(
        label=_("Longitude"), required=False, min_value=-180, max_value=180
    )

    def __init__(self, *args: Any, people: list[PersonView], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person = self.fields["person"]
        assert isinstance(person, forms.ChoiceField)
        person.choices = [
            ("", _("The borrower")),
            *((p.person, f"{p.masked_name} · {_role(p)}") for p in people),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if (data.get("latitude") is None) != (data.get("longitude") is None):
            missing = "latitude" if data.get("latitude") is None else "longitude"
            self.add_error(missing, _("Give both coordinates or neither."))
        return data

    def new_point(self) -> NewPoint:
        data = self.cleaned_data
        return NewPoint(
            kind=PointKind(data["kind"]),
            value=data["value"],
            source=data["source"],
            use=PointUse(data["use"]),
            person=data["person"],
            latitude=data["latitude"],
            longitude=data["longitude"],
        )


def _role(person: PersonView) -> str:
    return words.word(words.PERSON_ROLES, person.placement_role)
