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
        for code in LOCALES:
            sure_of_header(app / "locale" / code / "LC_MESSAGES" / "django.po")


def sure_of_header(path: Path) -> None:
    """A new catalogue's header is marked as a guess and names no language; compiled without either
    it does not know how many plurals there are, and these stay English."""
    if path.exists():
        head, sep, rest = path.read_text(encoding="utf-8").partition('msgid ""\n')
        rest = rest.replace('"Language: \\n"', f'"Language: {path.parts[-3]}\\n"', 1)
        path.write_text(head.replace("#, fuzzy\n", "") + sep + rest, encoding="utf-8")


if __name__ == "__main__":
    main()
