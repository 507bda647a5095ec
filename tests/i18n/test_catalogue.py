"""The catalogue is whole: in step with the source, complete in every language, and each text can be filled in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo

from pos.locales import languages as spoken_languages
from screens.kit.actions import ACTIONS
from tests.i18n import catalogue

REMEDY = "run: python -m tests.i18n.catalogue"
FILES = list(catalogue.languages())
TEMPLATE = catalogue.read(catalogue.TEMPLATE)
KEY_CAP = re.compile(r"\bF(\d|1[0-2])\b(?! (to|bis) )(?<!to F12)(?<!bis F12)")
LONGER = 3
"""How much longer a footer's label may be than the English one."""


def texts(path: Path) -> Iterator[Message]:
    return (message for message in catalogue.read(path) if message.id)


def ids(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, tuple | list) else (str(message.id),)


def fields(text: str) -> set[str]:
    return {name for _literal, name, _format, _conversion in Formatter().parse(text) if name is not None}


def places(catalog: Catalog) -> dict[object, set[str]]:
    """Each text and the files that say it."""
    return {message.id: {file for file, _line in message.locations} for message in catalog if message.id}


def test_the_template_holds_what_the_source_says() -> None:
    assert places(TEMPLATE) == places(catalogue.extracted()), REMEDY


def test_texts_are_read_as_python_reads_them() -> None:
    source = """
said = [_("Key: {key}", key=key), *([N_("Word: "
    "{word}")] if word else [])]
raise Refused(f"{_('inside')}: {ENDINGS['no text']}")
plural("{count} line", "{count} lines", count); _(computed); self._("no text")
"""
    assert list(catalogue.said_in(source)) == [
        "Key: {key}", "Word: {word}", "inside", ("{count} line", "{count} lines"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", [catalogue.TEMPLATE, *FILES, *(path.with_suffix(".mo") for path in FILES)])
def test_no_file_says_when_and_with_what_it_was_made(path: Path) -> None:
    made = path.read_bytes()
    assert [name for name in ("Babel", *catalogue.PASSING) if name.encode() in made] == [], REMEDY


def test_german_is_there() -> None:
    assert spoken_languages() == ("en", "de")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parent.parent.name)
class TestALanguage:
    def test_has_the_texts_of_the_template_and_no_other(self, path: Path) -> None:
        assert {message.id for message in texts(path)} == {message.id for message in TEMPLATE if message.id}, REMEDY

    def test_is_complete(self, path: Path) -> None:
        assert [message.id for message in texts(path) if message.fuzzy or not all(catalogue.forms(message))] == []

    def test_has_a_form_for_each_count(self, path: Path) -> None:
        count = catalogue.read(path).num_plurals
        assert [m.id for m in texts(path) if isinstance(m.id, tuple) and len(catalogue.forms(m)) != count] == []

    def test_is_compiled(self, path: Path) -> None:
        with path.with_suffix(".mo").open("rb") as file:
            compiled = read_mo(file)
        said = {ids(message): catalogue.forms(message) for message in texts(path)}
        assert {ids(message): catalogue.forms(message) for message in compiled if message.id} == said, REMEDY
        assert compiled.plural_forms == catalogue.read(path).plural_forms

    def test_fills_in_the_same_names(self, path: Path) -> None:
        """A form may leave out `{count}` alone, as in "once"."""
        wrong = []
        for message in texts(path):
            wanted = set[str]().union(*map(fields, ids(message)))
            wrong += [said for said in catalogue.forms(message) if fields(said) | {"count"} != wanted | {"count"}]
        assert wrong == []

    def test_begins_and_ends_as_the_english_text_does(self, path: Path) -> None:
        texts_and_said = [
            (ids(message)[0].removesuffix(" incl."), said)
            for message in texts(path)
            for said in catalogue.forms(message)
        ]
        assert [said for _text, said in texts_and_said if said != said.strip()] == []
        ends = [said for text, said in texts_and_said if (text[-1] in ".?!…:") != (said[-1:] in tuple(".?!…:"))]
        assert ends == []

    def test_has_no_key_in_a_text(self, path: Path) -> None:
        assert [said for message in texts(path) for said in catalogue.forms(message) if KEY_CAP.search(said)] == []

    def test_labels_are_short_enough_for_the_footer(self, path: Path) -> None:
        said = {message.id: catalogue.forms(message)[0] for message in texts(path)}
        labels = {action.short for action in ACTIONS}
        assert {label: said[label] for label in labels if len(said[label]) > len(label) + LONGER} == {}


def test_no_text_has_stray_blanks() -> None:
    assert [text for message in TEMPLATE if message.id for text in ids(message) if text != text.strip()] == []


def test_no_text_names_a_key_that_may_be_another_one() -> None:
    """Keys can be chosen: a text says `{key}`, and is told which one it is."""
    assert [text for message in TEMPLATE if message.id for text in ids(message) if KEY_CAP.search(text)] == []


def test_names_to_fill_in_are_written_alike_in_both_counts() -> None:
    for message in TEMPLATE:
        if message.id and isinstance(message.id, tuple):
            assert fields(message.id[1]) >= fields(message.id[0])
