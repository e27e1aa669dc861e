import re

import opencc
import pytest

from doorstep.contact.rules.languages import LANGUAGES
from doorstep.contact.services import texts
from doorstep.contact.services.texts import TextError

VALUES = {
    "name": "金美兰",
    "writer": "Doorway Services",
    "lender": "Bluebay Credit",
    "agency": "Doorway Services",
    "phone": "+86 433 250 0000",
    "reference": "C-7",
    "today": "TODAY",
    "amount": "¥1,234.56",
    "due_on": "DUE",
    "promise_amount": "¥500.00",
    "promise_date": "PROMISED",
    "paid_amount": "¥400.00",
    "paid_on": "PAID",
}
DEBT_WORDS = re.compile(
    r"\b(loan|debt|overdue|arrears|owe|collect\w*|due|amount|lender|credit)\b"
    r"|贷|貸|债|債|欠|逾期|催|还款|還款|繳款|借款|金额|金額|대출|채무|연체|빚|상환|납부|추심|[¥￥$]",
    re.IGNORECASE,
)
STOP = re.compile(r"STOP")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", texts.names())
def test_every_text_exists_in_every_language_and_says_who_how_to_check_and_how_to_stop(
    name, language
):
    subject, body = texts.render(name, language, VALUES)
    assert subject
    assert "\n" not in subject
    assert VALUES["writer"] in body
    assert VALUES["reference"] in body
    assert STOP.search(body)
    assert body.count("{") == 0
    if texts.info(name).mentions_debt:
        assert VALUES["lender"] in body, "on whose behalf"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_neutral_text_lets_nobody_guess_a_debt(language):
    subject, body = texts.render("verify", language, VALUES)
    assert VALUES["lender"] not in subject + body
    assert not DEBT_WORDS.search(subject + body), DEBT_WORDS.search(subject + body)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_said_before_the_right_party_is_proven_lets_a_listener_guess_a_debt(language):
    script = texts.script(language)
    said = "\n".join([*script["first"].values(), *script["verify"].values()])
    assert not DEBT_WORDS.search(said), DEBT_WORDS.search(said)
    assert "lender" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_the_script_can_be_written(language):
    english = texts.script("en")
    script = texts.script(language)
    assert {k: list(v) for k, v in script.items()} == {k: list(v) for k, v in english.items()}
    for section in script.values():
        for code, source in section.items():
            assert texts.write(source, {**VALUES, "agent": "Dan"}, where=code)


def test_the_debt_words_are_found_where_they_are():
    """So that the two tests above can fail."""
    for language in LANGUAGES:
        assert DEBT_WORDS.search(texts.render("arrears", language, VALUES)[1])


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("{% for c in name %}x{% endfor %}", "For"),
        ("{{ name * 9999999 }}", "Mul"),
        ("{{ name.upper() }}", "Call"),
        ("{{ name.__class__ }}", "Getattr"),
        ("{{ name|join(name) }}", "Filter"),
        ("{% macro m() %}{% endmacro %}", "Macro"),
        ("{% include name %}", "Include"),
        ("{% set x = 1 %}", "Assign"),
        ("{{ secret_key }}", "secret_key"),
        ("{{ name", "correct"),
        ("x" * 6001, "shorten"),
    ],
)
def test_a_text_that_asks_for_more_than_values_and_conditions_is_refused(source, word):
    with pytest.raises(TextError, match=word):
        texts.write(source, {"name": "Ann"}, where="planted")


def test_a_name_cannot_add_a_header_or_a_paragraph():
    subject, body = texts.render(
        "reminder", "en", {**VALUES, "lender": "Blue\r\nBcc: spy@example.org", "name": "a\n\nb"}
    )
    assert "\n" not in subject
    assert "Dear a b," in body


def test_a_value_that_is_too_long_is_cut():
    _, body = texts.render("reminder", "en", {**VALUES, "name": "n" * 5000})
    assert "n" * 201 not in body


def test_a_text_whose_needed_value_is_unknown_is_not_written():
    with pytest.raises(TextError, match="amount unknown"):
        texts.render("arrears", "en", {**VALUES, "amount": ""})
    with pytest.raises(TextError, match="agency unknown"):
        texts.render("notice_agency", "ko", {**VALUES, "agency": ""})


def test_a_lender_that_writes_in_its_own_name_does_not_pretend_to_be_an_agency():
    _, body = texts.render("arrears", "en", {**VALUES, "agency": ""})
    assert "Bluebay Credit writes to you in its own name" in body


def test_an_unknown_text_or_language_is_named():
    with pytest.raises(TextError, match="there is no such text"):
        texts.render("threat", "en", VALUES)
    with pytest.raises(TextError, match="not written in fr"):
        texts.render("arrears", "fr", VALUES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_borrower_whose_name_we_do_not_know_is_greeted_all_the_same(language):
    for name in set(texts.names()) - {"verify"}:
        _, body = texts.render(name, language, {**VALUES, "name": ""})
        assert body[0].isalpha()
    with pytest.raises(TextError, match="name unknown"):
        texts.render("verify", language, {**VALUES, "name": ""})


def test_traditional_texts_speak_as_people_in_taiwan_do():
    """Not the simplified ones with other characters."""
    swap = opencc.OpenCC("s2t")
    for path in sorted(texts.FOLDER.glob("*.zh-Hans.txt")):
        hant = path.with_name(path.name.replace("Hans", "Hant")).read_text()
        assert hant != swap.convert(path.read_text()), path.name
        assert not re.search("短信|信息|消息|應用程序|回復|郵件地址", hant), path.name
    for section, lines in texts.script("zh-Hant").items():
        plain = texts.script("zh-Hans")[section]
        assert lines != {code: swap.convert(say) for code, say in plain.items()}
