"""One file per kind of rule: a typed `Law` and `judge(deed, facts, law) -> Finding`. Found by
folder: a new kind is one new file. Names with an underscore are what the kinds share."""
