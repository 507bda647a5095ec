"""An error of the program: told on a calm page, nothing lost, and the till goes on."""

from __future__ import annotations

import asyncio
import signal
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from pos.bootstrap import open_till
from pos.testing import Cashier, open_till_app
from pos.till.till import Till
from screens.app.crash import CrashScreen
from screens.app.till_app import TillApp
from screens.catalog import screen as catalog
from screens.payment import screen as payment

APPROVED = "4242424242424242"


class Fault:
    """Breaks a function of the program while it is on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
        self.on = False
        self._real: Callable[..., Any] = getattr(owner, name)

        def faulty(*args: Any, **kwargs: Any) -> Any:
            if self.on:
                raise ZeroDivisionError(f"nobody expected this for card {APPROVED}")
            return self._real(*args, **kwargs)

        monkeypatch.setattr(owner, name, faulty)


@asynccontextmanager
async def running(
    tmp_path: Path,
    *,
    size: tuple[int, int] = (80, 24),
    gateway: str = "",
    store: Path | None = None,
    language: str = "en",
) -> AsyncIterator[Cashier]:
    async with open_till_app(size=size, gateway=gateway, store=store, language=language, catch=True) as cashier:
        cashier.app.reports = tmp_path / "reports"
        yield cashier


async def crashed(cashier: Cashier) -> CrashScreen:
    """The page, once it stands and the ticket is written down."""
    await cashier.until(lambda: isinstance(cashier.app.screen, CrashScreen) and cashier.app.screen.is_mounted)
    page = cashier.app.screen
    assert isinstance(page, CrashScreen)
    await cashier.until(lambda: page.saved == "safe")
    return page


def screen_text(cashier: Cashier) -> str:
    return " ".join(cashier.text().replace("│", " ").replace("▌", " ").split())


async def test_an_error_while_a_signal_ends_the_till_shows_no_page_that_nobody_would_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path) as cashier:
        await cashier.keys("MILK-1L\n")
        Fault(monkeypatch, Till, "flush").on = True
        ended = asyncio.Event()
        monkeypatch.setattr(cashier.app, "_close_messages_no_wait", ended.set)
        cashier.app.end_by(signal.SIGHUP)
        async with asyncio.timeout(20):
            await ended.wait()
        assert cashier.app.broken
        assert cashier.app.return_code == 1
    assert len(list((tmp_path / "reports").iterdir())) == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 30), (160, 50), (40, 12)])
async def test_a_drawing_error_is_told_calmly_and_the_till_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    fault = Fault(monkeypatch, catalog.CatalogScreen, "_ticket")
    async with running(tmp_path, size=size) as cashier:
        await cashier.keys("MILK-1L\n")
        fault.on = True
        cashier.burst("BREAD-RYE\n")
        page = await crashed(cashier)
        told = screen_text(cashier)
        assert page.styles.background.a == 1
        assert "Something went wrong" in told
        assert "Ticket 1-1 is safe: 2 items are written down." in told
        assert "Enter goes on" in told
        assert APPROVED not in page.plain_text()
        fault.on = False
        await cashier.keys("\n")
        assert cashier.app.kind == "sale"
        assert "BREAD-RYE" in [line.sku for line in cashier.sale.lines]
        await cashier.keys("CHOC-DARK\n<f12>50\n")
        assert cashier.app.kind == "receipt"


async def test_the_report_has_what_helps_and_no_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(monkeypatch, catalog.CatalogScreen, "_ticket")
    async with running(tmp_path) as cashier:
        await cashier.keys("MILK-1L\n")
        fault.on = True
        cashier.burst("MILK-1L\n")
        page = await crashed(cashier)
        (path,) = (tmp_path / "reports").iterdir()
        report = path.read_text("utf-8")
        assert path.name == "crash-20251122-190300.txt"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "Tillkey " in report
        assert "textual 8.2.8" in report
        assert "lane 1, ticket 1-1, open, 1 lines" in report
        assert "added 1-1: " in report
        assert "ZeroDivisionError: nobody expected this for card visa••4242" in report
        assert "  File " in report
        assert page.plain_text() == report
        await cashier.keys("c")
        assert cashier.app.clipboard.strip() == report.strip()
        assert "The report was copied." in screen_text(cashier)


async def test_the_ticket_is_in_the_store_when_the_page_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Fault(monkeypatch, catalog.CatalogScreen, "_ticket")
    async with running(tmp_path, store=tmp_path / "store") as cashier:
        fault.on = True
        cashier.burst("MILK-1L\n")
        await crashed(cashier)
        (journal,) = (tmp_path / "store").glob("journal-*.ndjson")
        assert '"MILK-1L"' in journal.read_text("utf-8").rstrip("\0").splitlines()[-1]


async def test_an_error_in_a_key_s_handler_does_not_end_the_app(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Fault(monkeypatch, catalog.CatalogScreen, "scan")
    async with running(tmp_path) as cashier:
        await cashier.keys("MILK-1L\n")
        fault.on = True
        cashier.burst("BREAD-RYE\nCHOC-DARK\n")
        await crashed(cashier)
        fault.on = False
        await cashier.keys("\n")
        assert cashier.app.kind == "sale"
        assert [line.sku for line in cashier.sale.lines] == ["MILK-1L"]


async def test_its_keys_are_told_whole_in_longer_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(monkeypatch, catalog.CatalogScreen, "_ticket")
    async with running(tmp_path, language="de") as cashier:
        fault.on = True
        cashier.burst("MILK-1L\n")
        await crashed(cashier)
        assert "C kopiert den Bericht" in screen_text(cashier)
        assert "…" not in screen_text(cashier)


async def test_a_scan_is_no_answer_to_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(monkeypatch, catalog.CatalogScreen, "_ticket")
    async with running(tmp_path) as cashier:
        fault.on = True
        cashier.burst("MILK-1L\n")
        await crashed(cashier)
        fault.on = False
        await cashier.keys("2000100000014\n")
        assert cashier.app.kind == "crash"
        assert "press Enter alone" in screen_text(cashier)
        await cashier.keys("\n")
        assert cashier.app.kind == "sale"


async def test_a_drawing_error_while_a_card_is_charged_neither_loses_nor_doubles_the_money(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Fault(monkeypatch, payment, "paying_rows")
    async with running(tmp_path, gateway="hold") as cashier:
        await cashier.keys("MILK-1L\n<f12>")
        cashier.burst(f"{APPROVED}k")
        await cashier.until(lambda: cashier.till.waiting_for_card)
        fault.on = True
        cashier.app.front.redraw()
        await cashier.until(lambda: isinstance(cashier.app.screen, CrashScreen))
        await cashier.until(lambda: "A payment is under way" in screen_text(cashier))
        cashier.bank.say("answer")
        await cashier.until(lambda: not cashier.app.working)
        await crashed(cashier)
        fault.on = False
        assert cashier.app.kind == "crash"
        await cashier.keys("\n")
        assert "Ticket 1-1 is paid: receipt" in cashier.text("line")
        assert cashier.bank.charges == 1
        assert (await cashier.till.find_order()).sale.ticket == "1-1"
        await cashier.keys("BREAD-RYE\n<f12>50\n")
        assert cashier.sale.ticket == "1-2"


async def test_keys_wait_for_a_payment_that_outlives_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(monkeypatch, payment, "paying_rows")
    async with running(tmp_path, gateway="hold") as cashier:
        await cashier.keys("MILK-1L\n<f12>")
        cashier.burst(f"{APPROVED}k")
        await cashier.until(lambda: cashier.till.waiting_for_card)
        fault.on = True
        cashier.app.front.redraw()
        await cashier.until(lambda: isinstance(cashier.app.screen, CrashScreen) and cashier.app.screen.is_mounted)
        fault.on = False
        cashier.burst("\n")
        await cashier.until(lambda: cashier.app.kind == "sale")
        cashier.burst("BREAD-RYE\n")
        await cashier.until(lambda: len(cashier.app.kept_keys) == 10)
        cashier.bank.say("answer")
        await cashier.settled()
        assert cashier.bank.charges == 1
        assert (await cashier.till.find_order()).sale.ticket == "1-1"
        assert [line.sku for line in cashier.sale.lines] == ["BREAD-RYE"]


@pytest.mark.parametrize("capture", [False, True], ids=["not charged", "charged"])
async def test_a_payment_that_breaks_off_is_settled_before_the_ticket_is_used_again(
    tmp_path: Path, capture: bool
) -> None:
    async with running(tmp_path, gateway="hold") as cashier:

        async def breaks(attempt_id: str, amount: int, token: str) -> Any:
            cashier.bank.charges += 1
            if capture:
                await cashier.bank.mock.charge(attempt_id, amount, token)
            raise ZeroDivisionError

        cashier.bank.charge = breaks  # type: ignore[method-assign]
        await cashier.keys("MILK-1L\n<f12>")
        cashier.burst(f"{APPROVED}k")
        await crashed(cashier)
        await cashier.keys("\n")
        assert cashier.bank.charges == 1
        assert cashier.app.kind == "sale"
        told = screen_text(cashier)
        if capture:
            assert "Ticket 1-1 was paid after all" in told
            assert (await cashier.till.find_order()).sale.ticket == "1-1"
        else:
            assert "Ticket 1-1 was not charged and is here again: F12 pays it" in told
            assert cashier.sale.ticket == "1-1"
            assert [line.sku for line in cashier.sale.lines] == ["MILK-1L"]
        assert cashier.till.checking() == ()


async def test_a_watcher_s_error_never_breaks_a_payment_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(monkeypatch, TillApp, "_in_front")
    async with running(tmp_path) as cashier:
        await cashier.keys("MILK-1L\n<f12>")
        fault.on = True
        cashier.burst("c")
        await crashed(cashier)
        assert cashier.till.sale.state == "paid"
        fault.on = False
        await cashier.keys("\nBREAD-RYE\n")
        assert [line.sku for line in cashier.sale.lines] == ["BREAD-RYE"]


async def test_an_error_of_the_page_itself_ends_the_app_with_one_plain_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fault, second = Fault(monkeypatch, catalog.CatalogScreen, "_ticket"), Fault(monkeypatch, CrashScreen, "_sentences")
    async with running(tmp_path) as cashier:
        fault.on = second.on = True
        cashier.burst("MILK-1L\n")
        await cashier.until(lambda: not cashier.app.is_running)
        assert cashier.app.return_code == 1
    told = capsys.readouterr().err
    assert "Tillkey had to stop. Nothing that was sold is lost." in told
    assert "Traceback" not in told
    assert len(told.splitlines()) <= 3


async def test_an_error_while_the_till_opens_is_told_and_enter_tries_again(tmp_path: Path) -> None:
    tries: list[int] = []

    def opened() -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise ZeroDivisionError
        return open_till(None)

    async with open_till_app(opening=opened, ready=False, catch=True) as cashier:
        cashier.app.reports = tmp_path
        await cashier.until(lambda: isinstance(cashier.app.screen, CrashScreen) and cashier.app.screen.is_mounted)
        await cashier.keys("\n")
        await cashier.until(lambda: cashier.app.opened)
        await cashier.keys("MILK-1L\n")
        assert cashier.sale.items == 1


async def test_a_report_that_cannot_be_written_is_told_and_can_be_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault = Fault(monkeypatch, catalog.CatalogScreen, "_ticket")
    async with running(tmp_path) as cashier:
        (tmp_path / "reports").write_text("a file where the folder should be")
        fault.on = True
        cashier.burst("MILK-1L\n")
        await crashed(cashier)
        assert "the report could not be written" in screen_text(cashier)
        await cashier.keys("c")
        assert "ZeroDivisionError" in cashier.app.clipboard


async def test_the_till_can_be_left_from_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(monkeypatch, catalog.CatalogScreen, "_ticket")
    async with running(tmp_path) as cashier:
        fault.on = True
        cashier.burst("MILK-1L\n")
        await crashed(cashier)
        cashier.burst("<ctrl+q>")
        await cashier.until(lambda: cashier.app.return_code is not None)
        assert cashier.app.return_code == 1


async def test_without_catching_an_error_reaches_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(monkeypatch, catalog.CatalogScreen, "_ticket")

    async def run() -> None:
        async with open_till_app() as cashier:
            fault.on = True
            await cashier.keys("MILK-1L\n")

    with pytest.raises(ZeroDivisionError):
        await run()


async def test_every_screen_is_new_after_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault(monkeypatch, catalog.CatalogScreen, "_ticket")
    async with running(tmp_path) as cashier:
        before: Screen[Any] = cashier.app.screen_stack[0]
        fault.on = True
        cashier.burst("MILK-1L\n")
        await crashed(cashier)
        fault.on = False
        await cashier.keys("\n")
        assert cashier.app.screen_stack[0] is not before
        assert len(cashier.app.screen_stack) == 1
        await cashier.until(lambda: not before.is_attached)
