"""One kind of quotation marks wherever people read: “…” in English, „…“ in German, and no straight ones."""

from __future__ import annotations

import re

import pytest

from pos.domain.message import quoted
from pos.locales import language_of
from tests.i18n import catalogue
from tests.i18n.test_catalogue import TEMPLATE, ids

STRAIGHT = re.compile(r"\"|(?<![\w{}])'(?=[\w{<\[])|[`´]{2}")
"""A straight mark that opens something; an apostrophe stands behind a letter."""
OTHERS = re.compile("[‘‚‛‟«»‹›]|''")
"""Marks of other habits."""
PAIRS = {"en": ("“", "”"), "de": ("„", "“")}
COPIED = frozenset({"pos: textual-serve is missing: pip install 'tillkey[serve]'"})
"""Whole texts with a command for a shell, which would read the brackets as a pattern were they not quoted so."""

FAMILIES = [
    ("en", [(text, text) for message in TEMPLATE if message.id for text in ids(message)]),
    *(
        (
            path.parent.parent.name,
            [
                (ids(message)[0], said)
                for message in catalogue.read(path)
                if message.id
                for said in catalogue.forms(message)
            ],
        )
        for path in catalogue.languages()
    ),
]


def stray(text: str, language: str) -> list[str]:
    """What of a text's quotation marks is of another kind, or is not closed."""
    opening, closing = PAIRS[language]
    found = [*STRAIGHT.findall(text), *OTHERS.findall(text)]
    left = re.sub(f"{opening}[^{opening}{closing}]+{closing}", "", text)
    return found + [mark for mark in left if mark in "“”„"]


@pytest.mark.parametrize(("language", "texts"), FAMILIES, ids=[language for language, _texts in FAMILIES])
def test_texts_have_one_kind_of_quotation_marks(language: str, texts: list[tuple[str, str]]) -> None:
    wrong = {said: marks for text, said in texts if text not in COPIED and (marks := stray(said, language))}
    assert wrong == {}


def test_the_exceptions_are_texts_that_need_one() -> None:
    known = {text for message in TEMPLATE if message.id for text in ids(message)}
    assert known >= COPIED
    assert all(re.search(r"pip install '[\w\[\]]+'$", text) and stray(text, "en") for text in COPIED)


@pytest.mark.parametrize(
    ("text", "language", "marks"),
    [
        ('There is no "{name}".', "en", ['"', '"']),
        ("There is no '{name}'.", "en", ["'"]),
        ("say 'yes' or no", "en", ["'"]),
        ("the tills' own, and the order's", "en", []),
        ("„{name}“ is German", "en", ["„", "“"]),
        ("“{name}” ist englisch", "de", ["“", "”"]),
        ("“{name} is open", "en", ["“"]),
        ("«{name}»", "de", ["«", "»"]),
        ("‘{name}’", "en", ["‘"]),
        ("“{name}” or “{other}”", "en", []),
        ("„{name}“ oder „{other}“", "de", []),
    ],
)
def test_what_is_found(text: str, language: str, marks: list[str]) -> None:
    assert stray(text, language) == marks


def test_what_is_filled_in_has_the_marks_of_the_language_too() -> None:
    told = quoted("a'b\n\u202e")
    assert str(told) == "“a'b\\n\\u202e”"
    assert told.said_in(language_of("de", "de")) == "„a'b\\n\\u202e“"
    assert str(quoted("x" * 50, 5)) == "“xxxxx…”"
