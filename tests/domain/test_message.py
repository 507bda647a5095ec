"""Messages are data: each reader has them in a language of their own, however late they are read."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal

import pytest

from pos.domain.errors import TillError
from pos.domain.i18n import ENGLISH, using_language, wording
from pos.domain.message import NOTHING, Message, Money, Number, Percentage, When, joined, lazy, lazy_plural, verbatim
from pos.locales import language_of

GERMAN = language_of("de", "de_DE", {})


def test_one_message_is_said_to_each_reader_in_a_language_of_their_own() -> None:
    message = lazy("{name} costs {now} now, it was {before}.", name="Tea", now=Money(123456, 2), before=Money(99, 2))
    english, german = "Tea costs 1,234.56 now, it was 0.99.", "Tea kostet jetzt 1.234,56, vorher 0,99."
    error = TillError("price_changed", message)
    assert (error.message, message.said_in(GERMAN)) == (english, german)
    with using_language(GERMAN):
        assert (error.message, str(error), message.said_in(ENGLISH)) == (german, german, english)


def test_a_message_within_another_one_is_said_in_the_same_language() -> None:
    message = joined(
        (lazy("no answer about {card}", card=lazy("the card reader")), NOTHING, "", verbatim("{card}")), ", "
    )
    assert str(message) == "no answer about the card reader, {card}"
    assert message.said_in(GERMAN) == "das Lesegerät: keine Antwort, {card}"


@pytest.mark.parametrize(
    ("fact", "english", "german"),
    [
        (Number(Decimal("1234.5")), "1,234.5", "1.234,5"),
        (Decimal("0.25"), "0.25", "0,25"),
        (Percentage(Decimal("2.5")), "2.5 %", "2,5 %"),
        (Money(-5, 2), "-0.05", "-0,05"),
        (Money(5, 0), "5", "5"),
        (When(date(2027, 1, 2), "day"), "2027-01-02", "02.01.2027"),
        (1234, "1234", "1234"),
        ("{name}", "{name}", "{name}"),
        (ValueError("as it says"), "as it says", "as it says"),
    ],
)
def test_what_a_message_names_is_written_as_its_reader_does(fact: object, english: str, german: str) -> None:
    message = lazy("{fact}", fact=fact)
    assert (str(message), message.said_in(GERMAN)) == (english, german)


def test_a_count_chooses_the_text() -> None:
    told = [lazy_plural("{count} line", "{count} lines", count) for count in (1, 2)]
    assert [str(each) for each in told] == ["1 line", "2 lines"]
    assert [each.said_in(GERMAN) for each in told] == ["1 Zeile", "2 Zeilen"]


@pytest.mark.parametrize("message", [Message("{unknown} {"), Message("{count}", many="{count}"), Message("}{a.b!r:9}")])
def test_a_message_of_others_is_said_whatever_it_names(message: Message) -> None:
    assert str(message) == message.text


async def test_another_reader_changes_the_language_for_nobody_else() -> None:
    async def said() -> str:
        return str(lazy("the card reader"))

    with wording(GERMAN):
        mine = asyncio.create_task(said())
    other = asyncio.create_task(said())
    with wording(GERMAN):
        assert (await mine, await other) == ("das Lesegerät", "the card reader")
