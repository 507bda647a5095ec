"""What one sale tells is data: cashier, customer, log and other programs each read it in a language of their own."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from pos import log
from pos.demo.dry_run import dry_running
from pos.demo.flows import read_flow
from pos.domain.errors import TillError
from pos.domain.events import CounterMove, Event
from pos.domain.i18n import ENGLISH, using_language, wording
from pos.domain.message import NOTHING, lazy, verbatim
from pos.ipc.messages import StateChange, said, understood
from pos.language.sale_json import printed_event
from pos.locales import language_of
from pos.settings.loading import load
from pos.settings.sources import Sources
from screens.kit.keymap import faults
from tests.till.support import BREAD, GOOD_CARD, POOR_CARD, TEA, Counter, counter

GERMAN = language_of("de", "de_DE", {})


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Path]:
    """A log, for this test."""
    log.open_log(tmp_path / "log")
    yield tmp_path / "log"
    log.close_log()


async def sell(at: Counter) -> list[str]:
    """One sale with a notice, a refusal and a decline; what the cashier is told of these."""
    told = []
    at.till.add(BREAD, Decimal(2))
    at.till.price(1, 1250)
    at.till.apply_coupon("TEN")
    told.append(next(event.text for event in at.events if event.event == "notice"))
    with pytest.raises(TillError) as refused:
        at.till.apply_coupon("OLD")
    log.refused(refused.value)
    told.append(refused.value.message)
    with pytest.raises(TillError) as declined:
        await at.till.pay_card(POOR_CARD)
    log.refused(declined.value)
    await at.till.pay_card(GOOD_CARD)
    return [*told, declined.value.message]


def lines_of(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


async def test_a_till_in_german_hands_out_an_english_receipt_and_keeps_an_english_log(logged: Path) -> None:
    with using_language(GERMAN), counter() as at:
        log.follow(at.till)
        assert await sell(at) == [
            "2 Bread: je 12,50 ab jetzt.",
            "Gutschein OLD ist am 21.11.2026 abgelaufen.",
            "Keine Deckung. Nicht belastet. Um eine andere Karte oder Bargeld bitten.",
        ]
        order = await at.till.find_order()
        german = at.till.receipt_of(order)
        at.till.use_receipt_language(ENGLISH)
        english = (await at.till.print_receipt()).text
    assert "Gutschein TEN, 10 %" in german
    assert "Coupon TEN, 10 %" in english
    assert "SUMME" not in english
    lines = lines_of(logged)
    for text in (
        "2 Bread: each costs 12.50 now.",
        "Coupon OLD expired after 2026-11-21.",
        "Not enough funds. Not charged. Ask for another card or cash.",
        "22.50 to visa ••9995",
        "visa ••9995: Not enough funds.",
        "receipt 1-1-1",
    ):
        assert any(text in line for line in lines), text


async def test_every_event_of_a_sale_is_worded_anew_beyond_the_socket(logged: Path) -> None:
    with using_language(GERMAN), counter() as at:
        await sell(at)
        german = [printed_event(event) for event in at.events]
        heard = [understood(said(StateChange(event=event))) for event in at.events]
    events = [change.event for change in heard if isinstance(change, StateChange) and change.event is not None]
    assert events == at.events
    assert {"22.50 from visa ••4242", "1 line TEN", "visa ••9995: Not enough funds."} <= {e.text for e in events}
    assert [label for event in events for label in map(str, (move.label for move in event.counters))].count("TEN uses")
    with wording(GERMAN):
        assert [printed_event(event) for event in events] == german


def test_events_are_printed_as_texts_where_they_always_were() -> None:
    with counter() as at:
        at.till.add(TEA)
        printed = printed_event(at.events[0])
    assert list(printed) == [name if name != "words" else "text" for name in Event.model_fields if name != "actor"]
    assert printed["text"] == "1 Green Tea"


def test_an_event_of_an_earlier_version_is_read_with_its_text() -> None:
    line = (
        b'{"event":{"event":"said","at":"2026-11-22T12:00:00Z","ticket":"1-1","text":"Guten Tag {name}","counters":'
        b'[{"name":"stock:TEA","label":"Tee","on_hand":1,"held":0,"free":1,"held_before":0,"on_hand_before":1}]}}\n'
    )
    heard = understood(line)
    assert isinstance(heard, StateChange)
    assert heard.event is not None
    assert (heard.event.text, str(heard.event.counters[0].label)) == ("Guten Tag {name}", "Tee")


@pytest.mark.parametrize(
    "words",
    [
        b'{"text":"{x}","values":{"x":' * 9 + b'{"text":"deep"}' + b"}}" * 9,
        b'{"text":5}',
        b'{"text":"{x}","values":[["x",1]]}',
        b'{"text":"{x}","values":{"x":{"number":"NaN"}}}',
        b'{"text":"{x}","values":{"x":{"number":"1e99999999"}}}',
        b'{"text":"{x}","values":{"x":{"amount":1,"exponent":99999999}}}',
        b'{"text":"{x}","values":{"x":{"moment":"soon","style":"stamp"}}}',
        b'{"text":"{x}","values":{"x":{"day":"2026-11-22","style":"long"}}}',
        b"null",
    ],
)
def test_what_is_no_message_is_not_taken_for_one(words: bytes) -> None:
    line = b'{"event":{"event":"said","at":"2026-11-22T12:00:00Z","ticket":"1-1","words":%b}}\n' % words
    heard = understood(line)
    assert isinstance(heard, StateChange)
    assert heard.event is None


def test_a_move_of_a_counter_has_a_label_for_each_reader() -> None:
    move = CounterMove(
        name="uses:A", label=lazy("{code} uses", code="A"), on_hand=0, held=0, free=0, held_before=0, on_hand_before=0
    )
    assert (str(move.label), bool(NOTHING), bool(verbatim(""))) == ("A uses", False, False)
    assert move.label.said_in(GERMAN) != "A uses"


def test_what_is_wrong_with_the_settings_is_read_in_any_language(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('[screen]\nmouse = "often"\n[keys]\npay = "tab"\nmenu = "escape"\n', "utf-8")
    sources = Sources(file, {}, {}, lambda keys: [(fault.action, fault.words) for fault in faults(keys)])
    with pytest.raises(TillError) as refused:
        load(sources)
    english, german = (refused.value.words.said_in(language).splitlines() for language in (ENGLISH, GERMAN))
    assert [line.partition(": ")[2] for line in english] == [
        "screen.mouse: often is not allowed. Allowed: true or false.",
        "keys.pay: pay cannot be Tab: the screens use that key themselves.",
        "keys.menu: menu cannot be Esc: the screens use that key themselves.",
    ]
    assert [line.partition(": ")[2] for line in german] == [
        "screen.mouse: often ist nicht erlaubt. Erlaubt: true oder false.",
        "keys.pay: pay geht nicht auf Tab: die Bildschirme brauchen diese Taste selbst.",
        "keys.menu: menu geht nicht auf Esc: die Bildschirme brauchen diese Taste selbst.",
    ]


def test_what_is_wrong_with_a_flow_is_read_in_any_language_and_tells_no_card(tmp_path: Path) -> None:
    file = tmp_path / "lunch.pos"
    file.write_text("# Lunch\nqty x 4\nexpect colour 4242424242424242\n", "utf-8")
    with dry_running(None, lambda key: None) as rehearse, pytest.raises(TillError) as refused:
        read_flow(file, rehearse)
    english, german = (refused.value.words.said_in(language) for language in (ENGLISH, GERMAN))
    assert "lunch.pos:2: bad_command: Type it as: qty LINE|last QTY" in english
    assert "lunch.pos:2: bad_command: So eingeben: qty LINE|last QTY" in german
    assert english.count("lunch.pos:3: ") == 1
    assert "4242424242424242" not in english + german


def test_why_a_file_cannot_be_read_is_read_in_any_language(tmp_path: Path) -> None:
    (tmp_path / "utf16").write_bytes(b"\xff\xfe")
    (tmp_path / "long").write_text(".".join("abcdefghij") + " = 1\n", "utf-8")
    for name, read, english, german in (
        ("utf16", lambda path: load(Sources(path, {})), "it is UTF-16 text", "es ist Text in UTF-16"),
        ("long", lambda path: load(Sources(path, {})), "has more than 8 parts", "hat mehr als 8 Teile"),
        ("utf16", read_flow, "it is UTF-16 text", "es ist Text in UTF-16"),
    ):
        with pytest.raises(TillError) as refused:
            read(tmp_path / name)
        assert english in refused.value.words.said_in(ENGLISH)
        assert german in refused.value.words.said_in(GERMAN)
