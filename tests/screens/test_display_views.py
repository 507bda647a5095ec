"""What the customer is shown when: whose ticket, for how long, and what is nobody else's business."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import pytest
from rich.cells import cell_len

from pos.domain.declines import CODES
from pos.domain.errors import TillError
from pos.domain.sale import Sale
from pos.ipc.listener import Heard
from pos.ipc.messages import FullState, StateChange
from pos.till.till import Till
from screens.display.state import DisplayState
from tests.screens import customers
from tests.screens.display_harness import HELLO, WANTED, Display, display, story
from tests.screens.shop import BREAD, MILK, SMALL
from tests.screens.test_sizes import HOSTILE, HOSTILE_SHOP
from tests.till.queue_double import QueueDouble
from tests.till.support import GOOD_CARD, NOON, POOR_CARD


def texts_in(folder: Path) -> list[str]:
    return [file.read_text("utf-8") for file in folder.iterdir()]


async def chosen(told: list[StateChange]) -> str:
    """The line that is marked after all that was told."""
    async with display() as at:
        at.connect()
        at.hear(told)
        return marked(at)


def marked(at: Display) -> str:
    found = re.search(r"▸ +(\S+  .+?)  ", " ".join(line for line in at.text.splitlines() if "▸" in line))
    return " ".join(found[1].split()) if found else ""


@pytest.mark.parametrize(
    ("step", "wanted"),
    [
        (lambda till: till.add(BREAD), "2 Rye Bread"),
        (lambda till: till.set_quantity(1, Decimal(3)), "3 Rye Bread"),
        (lambda till: till.price(1, 100), "1 Rye Bread"),
        (lambda till: till.apply_coupon("SAVE10"), "1 Whole Milk 1 L"),
        (lambda till: till.void(1), "1 Whole Milk 1 L"),
        (lambda till: till.void(2), ""),
    ],
)
async def test_the_line_that_was_touched_last_is_marked(step: object, wanted: str) -> None:
    async def sell(till: Till) -> None:
        till.add(BREAD)
        till.add(MILK)
        assert callable(step)
        step(till)

    assert await chosen(await story(sell)) == wanted


async def test_thanks_stay_for_a_while_then_the_shop_s_name_is_back() -> None:
    async with display() as at:
        at.connect()
        at.hear(await customers.change())
        at.wait(19)
        assert "YOUR CHANGE" in at.text
        at.wait(1)
        assert "Welcome" in at.text


async def test_a_message_that_changes_nothing_lets_thanks_end_all_the_same() -> None:
    async with display() as at:
        at.connect()
        at.hear(await customers.change())
        at.clock.advance(20)
        at.hear([StateChange()])
        assert "Welcome" in at.text


async def test_thanks_stay_until_the_next_customer_s_first_line() -> None:
    async def sell(till: Till) -> None:
        till.add(MILK)
        await till.pay_cash(200)
        till.next_ticket()
        till.refresh()

    told = await story(sell)
    assert told[-1].sale is not None
    assert (told[-1].sale.ticket, told[-1].sale.lines) == ("1-2", ())

    async def sell_on(till: Till) -> None:
        await sell(till)
        till.add(BREAD)

    async with display() as at:
        at.connect()
        at.hear(told)
        assert "YOUR CHANGE" in at.text
        at.hear((await story(sell_on))[len(told) :])
        assert marked(at) == "1 Rye Bread"
        assert "Milk" not in at.text


async def test_a_display_that_is_turned_on_late_thanks_nobody() -> None:
    told = await customers.change()
    past = tuple(change.event for change in told if change.event is not None)
    present = FullState(hello=HELLO, past=past, sale=told[-1].sale)
    paid = past[-1].at
    assert DisplayState().heard(present, paid).face(paid) == "thanks"
    late = paid.replace(hour=paid.hour + 1)
    assert DisplayState().heard(present, late).face(late) == "welcome"


async def test_a_ticket_that_is_set_aside_is_gone_at_once() -> None:
    async def sell(till: Till) -> None:
        till.add(MILK)
        await till.hold("Ada")

    async with display() as at:
        at.connect()
        at.hear(await story(sell))
        assert "Welcome" in at.text
        assert "Ada" not in at.text


@pytest.mark.parametrize(("gateway", "end"), [("timeout after", "thanks"), ("timeout before", "welcome")])
async def test_a_payment_without_an_answer_is_being_checked_until_its_end(gateway: str, end: str) -> None:
    """The till has begun the next ticket meanwhile: of the other one only events are told."""

    async def sell(till: Till) -> None:
        till.add(MILK)
        with suppress(TillError):
            await till.pay_card(GOOD_CARD)
        till.next_ticket()
        await till.wait(60)

    told = await story(sell, gateway=gateway)
    checked = max(index for index, change in enumerate(told) if change.sale and change.sale.state == "checking") + 1
    async with display() as at:
        at.connect()
        at.hear([*told[:checked], StateChange(sale=Sale(ticket="1-2"))])
        assert "being checked" in at.text
        at.hear([StateChange(event=change.event) for change in told[checked:]])
        assert at.app.face == end


@pytest.mark.parametrize(
    ("ended", "end"),
    [
        ({"state": "paid", "receipt": "W1-Q1-1"}, "thanks"),
        ({"state": "declined", "decline_code": "lost_card"}, "welcome"),
    ],
)
async def test_a_queued_payment_is_told_as_such_until_its_end(ended: dict[str, Any], end: str) -> None:
    queue = QueueDouble()

    async def sell(till: Till) -> None:
        till._services.queue = queue
        till.add(MILK)
        await till.queue("reader")
        till.next_ticket()
        queue.ends("1-1", **ended)
        await till.keep_time()

    told = await story(sell)
    queued = max(index for index, change in enumerate(told) if change.sale and change.sale.state == "queued") + 1
    async with display() as at:
        at.connect()
        at.hear([*told[:queued], StateChange(sale=Sale(ticket="1-2"))])
        assert "Your card will be" in at.text
        assert at.app.face == "queued"
        at.hear([StateChange(event=change.event) for change in told[queued:]])
        assert at.app.face == end
        assert "lost" not in at.text


async def test_why_a_card_was_declined_is_never_shown() -> None:
    async def sell(till: Till) -> None:
        till.add(MILK)
        for code in sorted(CODES):
            till.gateway(f"decline {code}")
            with suppress(TillError):
                await till.pay_card("reader")

    declined = [change for change in await story(sell) if change.sale and change.sale.payments[-1:]]
    ends = [change for change in declined if change.sale and change.sale.payments[-1].state == "declined"]
    assert {change.sale.payments[-1].decline_code for change in ends if change.sale} == CODES
    async with display("40x12") as at:
        at.connect()
        for change in ends:
            at.hear([change])
            shown = " ".join(at.text.split()).lower()
            assert "this card payment did not go through" in shown
            assert all(word not in shown for word in ("fund", "stolen", "lost", "fraud", "expired", "declin", "_"))


async def test_a_second_try_takes_the_decline_away() -> None:
    async def sell(till: Till) -> None:
        till.add(MILK)
        with suppress(TillError):
            await till.pay_card(POOR_CARD)
        till.add(BREAD)

    async with display() as at:
        at.connect()
        at.hear(await story(sell))
        assert "did not go through" not in at.text


async def test_what_is_not_the_customers_is_not_shown() -> None:
    """A member's name and number, stock, other tickets, what the cashier is told, card numbers, product numbers."""

    async def sell(till: Till) -> None:
        await customers.shopping(till)
        till.add("LAST")
        with suppress(TillError):
            till.add("LAST")
        till.say("psst")
        await till.pay_card(GOOD_CARD, 100)

    told = await story(sell)
    assert told[-1].sale is not None
    assert told[-1].sale.member_name == "Ada [Lovelace]"
    async with display((160, 50)) as at:
        at.connect()
        for change in told:
            at.hear([change])
            for secret in ("Ada", "Lovelace", "M1", "psst", "4242", "visa", "RYE", "MLK", "Nothing"):
                assert secret not in at.text


async def test_the_till_goes_and_comes_back() -> None:
    async with display() as at:
        assert WANTED in at.text
        at.connect()
        at.hear(await customers.ticket())
        at.app.hear("gone")
        assert "This till is closed" in at.text
        assert "Milk" not in at.text
        assert WANTED not in at.text
        at.connect()
        assert "Welcome" in at.text


async def test_the_till_s_language_is_the_customer_s() -> None:
    async with display((120, 30)) as at:
        at.connect(language="de", locale="de_AT", currency="EUR")
        at.hear(await story(customers.shopping, language="de", locale="de_AT"))
        assert "Warenwert" in at.text
        assert "3,20" in at.text
        at.connect(language="tlh", locale="tlh_XX")
        assert "Welcome" in at.text


@pytest.mark.parametrize("size", ["160x50", "80x24", "40x12", "30x8", "20x6", "12x4", "2x2", "200x60"])
async def test_names_from_outside_and_every_size(size: str) -> None:
    async def sell(till: Till) -> None:
        for sku in HOSTILE:
            till.add(sku)

    messages: list[Heard] = [*(await story(sell, catalog=HOSTILE_SHOP))[-1:], "gone"]
    async with display(size) as at:
        columns = at.app.size.width
        for name in (*HOSTILE.values(), "a " * 500, "x" * 500):
            at.connect(shop=name, lane="\x1b[31m1")
            for heard in ([], messages[:1], messages[1:]):
                at.hear(heard)
                text = at.text
                assert "\x1b" not in text
                assert all(cell_len(line) <= columns for line in text.splitlines())
        assert "\x1b" not in at.picture


async def test_a_shop_without_decimals_and_one_with_three() -> None:
    async def sell(till: Till) -> None:
        till.add(MILK)
        await till.pay_cash(1000)

    for currency, exponent, wanted in (("JPY", 0, "Total 149"), ("BHD", 3, "Total 0.149")):
        catalog = SMALL | {"store": SMALL["store"] | {"currency": currency}}
        async with display() as at:
            at.connect(currency=currency, exponent=exponent)
            at.hear(await story(sell, catalog=catalog))
            assert wanted in at.text


async def test_what_is_rounded_in_cash_and_many_payments_are_told() -> None:
    rounding = {"store": SMALL["store"] | {"cash_rounding": {"step": 5, "mode": "half_up"}}}

    async def begin(till: Till) -> None:
        till.add(MILK, Decimal(9))
        for _ in range(7):
            await till.pay_cash(100)

    async def end(till: Till) -> None:
        await begin(till)
        await till.pay_cash(700)

    async with display() as at:
        at.connect()
        at.hear((await story(begin, catalog=SMALL | rounding))[:1])
        assert re.search(r"In cash +13\.40", at.text)
        at.hear(await story(begin, catalog=SMALL | rounding))
        assert re.search(r"Total +13\.41", at.text)
        assert re.search(r"Paid +−7\.00", at.text)
        assert re.search(r"In cash +6\.40", at.text)
        at.hear(await story(end, catalog=SMALL | rounding))
        assert "Total 13.41  ·  cash rounding −0.01  ·  cash 1.00" in at.text


async def test_what_cannot_be_drawn_is_reported_and_the_next_page_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> NoReturn:
        raise ZeroDivisionError("in the drawing")

    async with display() as at:
        at.app.reports = tmp_path
        at.connect()
        with monkeypatch.context() as patched:
            patched.setattr("screens.display.ticket.ticket_page", broken)
            at.hear(await customers.ticket())
            assert "One moment, please." in at.text
        at.hear(await customers.part_paid())
        assert "STILL TO PAY" in at.text
    (report,) = texts_in(tmp_path)
    assert "in the drawing" in report


def test_a_view_of_no_till_is_closed() -> None:
    assert DisplayState().face(NOON) == "closed"
    assert DisplayState().heard("waiting", NOON).face(NOON) == "closed"
