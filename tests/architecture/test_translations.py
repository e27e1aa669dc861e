"""Every word a person sees is there in both Chinese scripts, and each is its own language.

A catalogue is complete, has nothing fuzzy and nothing left in English. 繁體中文 is not 简体中文
with other characters: where the words of Taiwan differ (OpenCC s2twp), the mere characters (s2t)
fail.
One English text has one translation, because Django merges all catalogues into one.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import opencc
import polib
import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "doorstep"
APPS = sorted(p.parent.parent.name for p in SOURCE.glob("*/locale/zh_Hans"))
SCRIPTS = ("zh_Hans", "zh_Hant")
# Words that are the same everywhere: names, codes, units.
SAME = {"Doorstep", "API", "OpenStreetMap", "SMS", "XLSX", "CSV", "GPS", "%(count)s", "–"}
HAN = re.compile(r"[㐀-鿿]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w*}|</?\w+[^>]*>")
SPEAKS = re.compile(r"{%\s*(?:translate|blocktranslate)\b|\b(?:p|n)?gettext(?:_lazy)?\(|\b_\(")


def catalogue(app, script):
    return polib.pofile(str(SOURCE / app / "locale" / script / "LC_MESSAGES" / "django.po"))


def texts(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def entries():
    return [pytest.param(app, script, id=f"{app}-{script}") for app in APPS for script in SCRIPTS]


def test_every_folder_that_speaks_has_both_catalogues():
    for folder in sorted(p for p in SOURCE.iterdir() if (p / "apps.py").exists()):
        files = [*folder.rglob("*.py"), *folder.rglob("*.html")]
        speaks = any(
            SPEAKS.search(f.read_text())
            for f in files
            if "tests" not in f.parts and "migrations" not in f.parts
        )
        for script in SCRIPTS:
            path = folder / "locale" / script / "LC_MESSAGES" / "django.po"
            assert path.exists() or not speaks, (
                f"{folder.name}: python scripts/make_messages.py {folder.name}"
            )


@pytest.mark.parametrize(("app", "script"), entries())
def test_a_catalogue_is_complete_and_translated(app, script):
    told = catalogue(app, script)
    assert not told.metadata_is_fuzzy, "compiled without its header: plurals stay English"
    assert told.metadata["Language"] == script, "compiled without a language: so do they"
    for entry in catalogue(app, script):
        where = f"{app} {script}: {entry.msgid!r}"
        assert "fuzzy" not in entry.flags, f"{where} is fuzzy"
        for text in texts(entry):
            assert text, f"{where} is missing"
            if entry.msgid not in SAME and re.search("[A-Za-z]{2}", strip(entry.msgid)):
                assert text != entry.msgid, f"{where} is left in English"
                only_placeholders = not re.search(r"\w", strip(text))
                assert only_placeholders or HAN.search(text), f"{where} has no Chinese: {text!r}"


@pytest.mark.parametrize(("app", "script"), entries())
def test_placeholders_and_tags_survive(app, script):
    for entry in catalogue(app, script):
        wanted = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        for text in texts(entry):
            assert set(PLACEHOLDER.findall(text)) == wanted, f"{app} {script}: {entry.msgid!r}"


@pytest.mark.parametrize("app", APPS)
def test_traditional_is_written_for_taiwan_and_not_only_converted(app):
    to_taiwan, to_characters = opencc.OpenCC("s2twp"), opencc.OpenCC("s2t")
    simplified = {(e.msgctxt, e.msgid): texts(e) for e in catalogue(app, "zh_Hans")}
    for entry in catalogue(app, "zh_Hant"):
        plain = simplified.get((entry.msgctxt, entry.msgid), [])
        for hans, hant in zip(plain, texts(entry), strict=False):
            mere = to_characters.convert(hans)
            if to_taiwan.convert(hans) != mere:
                assert hant != mere, (
                    f"{app}: {entry.msgid!r}: {hant!r} only swaps characters; "
                    f"Taiwan writes for example {to_taiwan.convert(hans)!r}"
                )


@pytest.mark.parametrize("app", APPS)
def test_each_script_keeps_to_its_own_characters(app):
    to_simplified, to_traditional = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")
    for entry in catalogue(app, "zh_Hans"):
        for text in texts(entry):
            assert to_simplified.convert(text) == text, f"{app} zh_Hans: {text!r}"
    for entry in catalogue(app, "zh_Hant"):
        for text in texts(entry):
            odd = [c for c in text if to_traditional.convert(c) != c and c not in EITHER]
            assert not odd, f"{app} zh_Hant: {text!r} has {odd}"


EITHER = set("台只才出后里面余准回同向周系布干范谷并升卷占游群峰岩托表松冬几了杰采征制云"
             "舍札郁致克合咸吁胡于涂准栗杯棱凶布划" )  # fmt: skip
"""Characters that belong to both scripts and that OpenCC would change one by one."""


def test_one_text_has_one_translation():
    for script in SCRIPTS:
        said = defaultdict(dict)
        for app in APPS:
            for entry in catalogue(app, script):
                said[(entry.msgctxt, entry.msgid)].setdefault(tuple(texts(entry)), []).append(app)
        double = {key: words for key, words in said.items() if len(words) > 1}
        assert not double, "\n".join(f"{script} {k}: {w}" for k, w in double.items())


@pytest.mark.skipif(not shutil.which("xgettext"), reason="gettext is not installed")
@pytest.mark.parametrize("app", APPS)
def test_every_text_of_the_code_is_in_the_catalogue(app, tmp_path):
    shutil.copytree(
        SOURCE / app,
        tmp_path / app,
        ignore=shutil.ignore_patterns("__pycache__", "tests", "static", "*.mo"),
    )
    manage = Path(__file__).resolve().parents[2] / "manage.py"
    subprocess.run(
        [sys.executable, manage, "makemessages", "--no-location", "--no-obsolete", "-l", "zh_Hans"],
        cwd=tmp_path / app,
        check=True,
        capture_output=True,
    )
    found = polib.pofile(str(tmp_path / app / "locale/zh_Hans/LC_MESSAGES/django.po"))
    new = {(e.msgctxt, e.msgid) for e in found}
    for script in SCRIPTS:
        known = {(e.msgctxt, e.msgid) for e in catalogue(app, script)}
        assert new <= known, f"{app} {script} lacks {new - known}"
        assert known <= new, f"{app} {script} keeps what nothing says: {known - new}"


def strip(text):
    """A text without its placeholders and tags."""
    return PLACEHOLDER.sub("", text)
