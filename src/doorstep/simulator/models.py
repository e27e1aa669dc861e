from __future__ import annotations

from django.db import models


class DemoMark(models.Model):
    """This database belongs to a demo and may be emptied by one. At most one row.

    Personal data: none.
    """

    arguments = models.JSONField()
    summary = models.JSONField(null=True)
    """Set when the last day was played; until then the demo is unfinished."""

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_demo_mark"),
        ]
