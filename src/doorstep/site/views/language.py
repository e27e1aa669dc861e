from __future__ import annotations

from django.views.i18n import set_language

from doorstep.people.guard import public

language = public(set_language)
