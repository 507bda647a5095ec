"""A till that publishes, and those who listen: on real sockets, some of them in processes of their own."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import NoReturn

import pytest

from pos import log
from pos.domain.errors import TillError
from pos.domain.i18n import using_language
from pos.ipc import publisher as publishing
from pos.ipc.publisher import Publisher
from pos.locales import language_of
from tests.ipc.listener import Listener, listening
from tests.till.support import CAKE, GOOD_CARD, POOR_CARD, TEA, Counter, counter

HERE = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def published(path: Path) -> AsyncIterator[Counter]:
    """A till that tells what happens at a socket."""
    with counter() as at:
        publisher = Publisher(at.till, path)
        await publisher.open()
        try:
            yield at
        finally:
            publisher.close()


@contextmanager
def process(module: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """A program on a socket, killed at the end if it still runs."""
    command = [sys.executable, "-m", f"tests.ipc.{module}", str(path)]
    with subprocess.Popen(command, cwd=HERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        try:
            yield program
        finally:
            program.kill()


async def line(program: subprocess.Popen[str]) -> str:
    assert program.stdout is not None
    return (await asyncio.to_thread(program.stdout.readline)).strip()


def type_line(program: subprocess.Popen[str]) -> None:
    assert program.stdin is not None
    program.stdin.write("\n")
    program.stdin.flush()


def text_of(file: Path) -> str:
    return file.read_text("utf-8")


def rights(path: Path) -> int | None:
    """Who may do what with a file; None if there is none."""
    return path.stat().st_mode & 0o777 if path.exists() else None


def _more_than(events: int, listener: Listener) -> bool:
    return len(listener.events) > events


def connected(listener: Listener) -> bool:
    return bool(listener.heard) and listener.heard[-1] != "waiting"


async def test_who_begins_to_listen_is_told_who_speaks_how_all_stands_and_what_was_before(socket_path: Path) -> None:
    async with published(socket_path) as at:
        at.till.add(TEA)
        async with listening(socket_path) as listener:
            await listener.until(connected)
    hello = listener.present.hello
    assert (hello.shop, hello.lane, hello.currency, hello.exponent) == ("Test Shop", "1", "USD", 2)
    assert [event.event for event in listener.present.past] == ["added"]
    assert listener.present.sale == at.sale


async def test_two_listeners_hear_every_event_and_the_sale_as_it_is(socket_path: Path) -> None:
    async with published(socket_path) as at, listening(socket_path) as one, listening(socket_path) as two:
        for listener in one, two:
            await listener.until(connected)
        at.till.add(TEA)
        await at.till.pay_card(GOOD_CARD)
        for listener in one, two:
            await listener.until(lambda listener: listener.sale is not None and listener.sale.state == "paid")
            assert listener.events == at.events
            assert listener.sale == at.sale


async def test_a_burst_is_told_with_each_event_and_the_ticket_once(socket_path: Path) -> None:
    async with published(socket_path) as at, listening(socket_path) as listener:
        await listener.until(connected)
        before = len(listener.heard)
        for _ in range(100):
            at.till.add("BREAD")
        await listener.until(lambda listener: listener.items == 100)
    told = listener.heard[before:]
    assert len(listener.events) == 100
    assert sum(not isinstance(heard, str) and heard.sale is not None for heard in told) == 1


async def test_a_burst_over_two_tickets_tells_how_the_first_one_ended(socket_path: Path) -> None:
    async with published(socket_path) as at, listening(socket_path) as listener:
        await listener.until(connected)
        at.till.add(TEA)
        await at.till.pay_cash(1000)
        at.till.add(CAKE)
        await listener.until(
            lambda listener: listener.sale is not None and listener.sale.ticket == "1-2" and listener.items == 1
        )
    states = [heard.sale.state for heard in listener.heard if not isinstance(heard, str) and heard.sale is not None]
    assert "paid" in states


async def test_no_card_number_is_ever_sent(socket_path: Path) -> None:
    async with published(socket_path) as at:
        reader, writer = await asyncio.open_unix_connection(socket_path)
        at.till.add(TEA)
        at.till.say(f"now {POOR_CARD}")
        with pytest.raises(TillError, match="card"):
            await at.till.pay_card(POOR_CARD)
        await at.till.pay_card(GOOD_CARD)
        at.till.say("the end")
        sent = await asyncio.wait_for(reader.readuntil(b"the end"), 20)
        writer.close()
        await writer.wait_closed()
    assert b"declined" in sent
    assert b"4242" in sent
    assert POOR_CARD.encode() not in sent
    assert GOOD_CARD.encode() not in sent


async def test_another_tickets_end_is_told_but_its_sale_is_not_shown(socket_path: Path) -> None:
    async with published(socket_path) as at, listening(socket_path) as listener:
        at.gateway.script("timeout before")
        at.till.add(TEA)
        with pytest.raises(TillError):
            await at.till.pay_card(GOOD_CARD)
        at.till.add(CAKE)
        await listener.until(lambda listener: listener.sale is not None and listener.sale.ticket == "1-2")
        await at.till.wait(60)
        assert any(event.ticket == "1-1" and event.event == "released" for event in at.events)
        at.till.say("the end")
        await listener.until(lambda listener: listener.events and listener.events[-1].text == "the end")
    assert listener.sale is not None
    assert listener.sale.ticket == "1-2"
    assert any(event.ticket == "1-1" and event.event == "released" for event in listener.events)


async def test_nothing_is_written_for_nobody(socket_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[object] = []
    monkeypatch.setattr(publishing, "said", written.append)
    async with published(socket_path) as at:
        at.till.add(TEA)
        await at.till.pay_cash(1000)
    assert written == []


async def test_a_listener_who_reads_nothing_is_cut_off_and_the_till_sells_on(
    socket_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "FULLEST", 10_000)
    async with published(socket_path) as at, listening(socket_path) as listener:
        await listener.until(connected)
        with socket.socket(socket.AF_UNIX) as deaf:
            deaf.connect(str(socket_path))
            for number in range(4000):
                at.till.say(f"{number} " + "x" * 400)
                if number % 100 == 99:
                    await listener.until(partial(_more_than, number))
            at.till.add(TEA)
            await listener.until(lambda listener: listener.items == 1)
            deaf.settimeout(20)
            got = 0
            while chunk := await asyncio.to_thread(deaf.recv, 1 << 20):
                got += len(chunk)
        assert got < 4000 * 400
        async with listening(socket_path) as again:
            await again.until(connected)
            assert again.items == 1


async def test_a_till_that_sees_no_end_of_listeners_turns_the_last_ones_away(
    socket_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publishing, "MOST", 1)
    async with published(socket_path), listening(socket_path) as first:
        await first.until(connected)
        async with listening(socket_path) as second:
            await second.until(lambda listener: listener.heard)
            assert second.heard == ["waiting"]


async def test_the_words_of_the_till_change_and_all_is_told_again(socket_path: Path) -> None:
    async with published(socket_path) as at, listening(socket_path) as listener:
        await listener.until(connected)
        with using_language(language_of("de", "de_AT", {})):
            at.till.refresh()
            await listener.until(lambda listener: listener.present.hello.language == "de")
        assert listener.present.hello.locale == "de_AT"


async def test_the_words_have_changed_when_another_begins_to_listen(socket_path: Path) -> None:
    async with published(socket_path), listening(socket_path) as first:
        await first.until(connected)
        with using_language(language_of("de", "de_AT", {})):
            async with listening(socket_path) as second:
                await second.until(connected)
                await first.until(lambda listener: listener.present.hello.language == "de")


async def test_an_error_of_the_channel_ends_the_channel_and_no_sale(
    socket_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError("in the channel")

    log.open_log(tmp_path / "log")
    try:
        async with published(socket_path) as at, listening(socket_path) as listener:
            await listener.until(connected)
            monkeypatch.setattr(publishing, "StateChange", broken)
            monkeypatch.setattr(publishing, "FullState", broken)
            at.till.add(TEA)
            await at.till.pay_cash(1000)
            assert at.sale.state == "paid"
            await listener.until(lambda listener: listener.heard[-1] == "gone")
    finally:
        log.close_log()
    assert "crashed error=ZeroDivisionError" in text_of(tmp_path / "log")


async def test_an_error_for_a_new_listener_is_none_of_the_till(
    socket_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> NoReturn:
        raise ZeroDivisionError("in the channel")

    monkeypatch.setattr(publishing, "said", broken)
    async with published(socket_path) as at, listening(socket_path) as listener:
        await listener.until(lambda listener: listener.heard)
        assert listener.heard == ["waiting"]
        at.till.add(TEA)
        assert at.sale.items == 1


async def test_a_channel_is_its_owners_alone(socket_path: Path) -> None:
    async with published(socket_path):
        assert rights(socket_path) == rights(socket_path.with_suffix(".lock")) == 0o600
    assert list(socket_path.parent.iterdir()) == []


async def test_a_living_tills_channel_is_never_taken(socket_path: Path) -> None:
    async with published(socket_path) as at, listening(socket_path) as listener:
        await listener.until(connected)
        with counter() as other, pytest.raises(BlockingIOError):
            await Publisher(other.till, socket_path).open()
        at.till.add(TEA)
        await listener.until(lambda listener: listener.items == 1)


async def test_a_sale_that_begins_while_the_channel_is_opened_is_told(socket_path: Path) -> None:
    with counter() as at:
        publisher = Publisher(at.till, socket_path)

        async def scan() -> None:
            at.till.add(TEA)

        await asyncio.gather(publisher.open(), scan())
        try:
            async with listening(socket_path) as listener:
                await listener.until(lambda listener: listener.items == 1)
        finally:
            publisher.close()


async def test_a_killed_till_is_missed_and_heard_again_when_it_is_back(socket_path: Path) -> None:
    async with listening(socket_path) as listener:
        await listener.until(lambda listener: listener.heard == ["waiting"])
        with process("seller", socket_path) as till:
            assert await line(till) == "open"
            type_line(till)
            await listener.until(lambda listener: listener.items == 1)
            till.send_signal(signal.SIGKILL)
            await listener.until(lambda listener: listener.heard[-1] == "gone")
        assert rights(socket_path) is not None, "a killed till cannot tidy up"
        async with published(socket_path):
            await listener.until(lambda listener: listener.heard[-1] == listener.present)
            assert listener.items == 0


async def test_a_killed_listener_is_nothing_to_the_till(socket_path: Path) -> None:
    async with published(socket_path) as at:
        with process("listener", socket_path) as program:
            assert await line(program) == "fullstate"
            at.till.add(TEA)
            assert await line(program) == "statechange"
            program.send_signal(signal.SIGKILL)
        at.till.add(TEA)
        await at.till.pay_cash(1000)
        async with listening(socket_path) as listener:
            await listener.until(connected)
            assert listener.sale == at.sale


async def test_a_listener_that_hangs_does_not_hold_the_till_up(socket_path: Path) -> None:
    async with published(socket_path) as at:
        with process("listener", socket_path) as program:
            assert await line(program) == "fullstate"
            program.send_signal(signal.SIGSTOP)
            for _ in range(3):
                at.till.add(TEA)
            await at.till.pay_cash(1000)
            assert at.sale.state == "paid"
            program.send_signal(signal.SIGCONT)
            assert await line(program) == "statechange"
