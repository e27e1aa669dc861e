"""Jurisdiction packs: one folder each, mostly data, found by `doorstep.jurisdictions`."""
