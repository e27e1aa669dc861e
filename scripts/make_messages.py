"""Renew the catalogues of every capability that speaks to people (needs gettext installed)."""

import subprocess
import sys
from pathlib import Path

LOCALES = ("zh_Hans", "zh_Hant")


def main() -> None:
    manage = Path("manage.py").resolve()
    wanted = set(sys.argv[1:])
    for app in sorted(p.parent for p in Path("src/doorstep").glob("*/apps.py")):
        if wanted and app.name not in wanted:
            continue
        (app / "locale").mkdir(exist_ok=True)
        locales = [flag for code in LOCALES for flag in ("-l", code)]
        subprocess.run(
            [sys.executable, manage, "makemessages", "--no-location", "--no-obsolete", *locales],
            cwd=app,
            check=True,
        )


if __name__ == "__main__":
    main()
