"""What hands do at the keyboard of a running app, and what eyes see on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from screens.driver.headless import reshape
from screens.driver.idle import PATIENCE, settle, wait_until
from screens.driver.keyboard import pressed, struck
from screens.kit.actions import is_other
from screens.terminal.internals.drawing import within
from screens.terminal.internals.errors import error_of, is_over
from screens.testing.screen_text import SOON, check_theme, is_seen, place_of, screen_text

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from pos.clock_and_ids import FrozenClock
    from pos.domain.sale import Sale
    from pos.testing.bank import Bank
    from pos.testing.doubles import Doubles
    from pos.till.till import Till
    from screens.app.till_app import TillApp

__tracebackhide__ = True

A_KEY: Final = 0.1
"""Seconds from one key to the next, by hand."""
A_REST: Final = 50
"""How many keys later a hand begins with the next step."""


class Refused(AssertionError):
    """What was asked and the till refused; `told` is what it said, `of` what the product is called that it is about."""

    def __init__(self, told: str, shown: str, of: str = "") -> None:
        super().__init__(f"The till refused it: {told} {shown}")
        self.told = told
        self.of = of

    def is_expected(self, text: str) -> bool:
        """Whether who looks for a text looks for the refusal: it is in what was told, and more than the product."""
        return bool(text) and is_seen(text, self.told) and not is_seen(text, self.of)


class AppUser:
    """The hands and eyes of whoever sells on an app that runs."""

    def __init__(self, app: TillApp, pilot: Pilot[int], doubles: Doubles) -> None:
        self.app = app
        self.pilot = pilot
        self._doubles = doubles
        self._loop = asyncio.get_running_loop()
        self._next_key = 0.0
        """When the next key comes, in seconds of a clock that only keys move."""
        self.told_crash: BaseException | None = None
        """The app's exception that a step has raised already."""

    @property
    def clock(self) -> FrozenClock:
        """The till's clock, which stands still until it is told to `advance`."""
        return self._doubles.clock

    @property
    def bank(self) -> Bank:
        """The payment gateway."""
        bank = self._doubles.bank
        assert bank is not None, "The till that `opening` made has a bank of its own, which takes no words."
        return bank

    @property
    def till(self) -> Till:
        """The till behind the app."""
        return self.app.till

    @property
    def sale(self) -> Sale:
        """The ticket as it stands."""
        assert self.app.sale is not None, "the till is not open"
        return self.app.sale

    @property
    def state(self) -> str:
        """The ticket's state, such as `open` or `paid`."""
        return self.sale.state

    @property
    def kind(self) -> str:
        """The kind of the screen in front, such as `sale` or `payment`."""
        return self.app.kind

    def text(self, panel: str | None = None) -> str:
        """What is on the screen now, or in one panel."""
        return screen_text(self.app, panel)

    def write(self, text: str, *, at_once: bool = False) -> None:
        """Write keys into the terminal, now, as hands type or `at_once` as a scanner does; nothing is waited for.

        Raises AssertionError if the app has ended.
        """
        self.raise_crash()
        if is_over(self.app):
            raise AssertionError(f"The app has ended: nobody takes {text!r}.")
        try:
            events = struck(text, self._next_key, apart=0.0 if at_once else A_KEY)
        except ValueError as error:
            raise error.with_traceback(None) from None
        self._next_key += (len(events) + A_REST) * A_KEY
        for event in events:
            self.app.post_message(event)

    async def strike(self, text: str, *, at_once: bool = False) -> None:
        """Write keys, and wait until the app has done what they say."""
        self.write(text, at_once=at_once)
        await self.rests()

    async def ask(self, written: str, of: str = "", *, at_once: bool = False) -> None:
        """Ask something of the till, as it is `written` among keys. Raises Refused, with the screen, if it refuses.

        `of` is what a product is called that the refusal may be about.
        """
        self.app.refusal = None
        await self.strike(written, at_once=at_once)
        if self.app.refusal is not None:
            raise Refused(self.app.refusal.message, self.shown(), of)

    async def scan_code(self, code: str, written: str) -> None:
        """Scan a code as it is `written` among keys. Raises Refused, with the screen, if its product is not added.

        A screen of another package that is in front afterwards has taken it in its own way.
        """
        before = self._many(code)
        product = self.till.catalog.find(code) if self.app.opened else None
        await self.ask(written, f"{product.name} {product.sku}" if product is not None else "", at_once=True)
        if not self.app.opened or self._held() or is_over(self.app) or is_other(self.kind):
            return
        if product is None:
            raise Refused(f"No product has the code {code}: a scan takes codes, a name is typed.", self.shown())
        if self._many(code) == before:
            raise Refused(f"Nothing was added by the code {code}.", self.shown())

    def _many(self, code: str) -> tuple[str, Decimal]:
        """How many of a code's product are on the ticket, and on which."""
        if not self.app.opened:
            return "", Decimal()
        sale, product = self.till.sale, self.till.catalog.find(code)
        lines = [line for line in sale.lines if product is not None and line.sku == product.sku]
        return sale.ticket, sum((line.quantity for line in lines), Decimal())

    def check_loop(self) -> None:
        """Raise RuntimeError if the app runs in another event loop than the one that is running."""
        if asyncio.get_running_loop() is not self._loop:
            raise RuntimeError("This app was opened in another event loop: open it in the one that the test runs in.")

    async def rests(self) -> None:
        """Wait until every key is taken and all that follows from it is drawn."""
        if not await settle(self.app, self._held):
            raise AssertionError(f"The app did not come to rest in {PATIENCE:.0f} s. {self.shown()}")
        self.raise_crash()

    def _held(self) -> bool:
        """Whether the bank makes a card wait."""
        bank = self._doubles.bank
        return bank is not None and bank.holding and self.till.waiting_for_card

    async def until(self, condition: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
        """Wait until a condition holds, and what follows from it is drawn.

        Raises AssertionError, with the screen, if it does not hold within `seconds`.
        """
        held = await wait_until(lambda: error_of(self.app) is not None or condition(), seconds)
        self.raise_crash()
        if not held:
            raise AssertionError(f"What was waited for did not come in {seconds:.0f} s. {self.shown()}")
        await self.rests()

    async def look_for(self, text: str, panel: str | None, *, there: bool) -> None:
        """Wait until a text is on the screen, or is not. Raises AssertionError, with the screen."""
        await self.rests()
        found = await wait_until(lambda: is_seen(text, self.text(panel)) is there or is_over(self.app), SOON)
        self.raise_crash()
        if not found or is_seen(text, self.text(panel)) is not there:
            where = f" in the panel {panel!r}" if panel else ""
            raise AssertionError(f"{text!r} is {'not seen' if there else 'still seen'}{where}. {self.shown()}")

    def reshape(self, size: tuple[int, int]) -> None:
        """Make the terminal so many columns and lines, now; nothing is waited for."""
        reshape(self.app, size)

    async def give_size(self, size: tuple[int, int]) -> None:
        """Make the terminal so many columns and lines, and wait until all is drawn anew."""
        self.reshape(size)
        await self.until(lambda: self.app.size == size and self.app.screen.size == size)

    async def give_theme(self, theme: str) -> None:
        """Draw everything in another theme's colours. Raises ValueError if there is no such theme."""
        if self.app.theme != theme:
            check_theme(self.app, theme)
            with within(self.app):
                self.app.theme = theme
            await self.rests()

    async def click_on(self, text: str) -> None:
        """Click on the middle of a text."""
        await self.rests()
        place = place_of(text, self.app)
        if place is None:
            raise AssertionError(f"{text!r} is not seen, so it cannot be clicked on. {self.shown()}")
        with within(self.app):
            await self.pilot.click(offset=place)
        await self.rests()

    async def to_payment(self) -> None:
        """Go to the payment screen, if it is not in front."""
        await self.rests()
        if self.kind != "payment":
            await self.strike(pressed(self.key_of("pay")))
            if self.kind != "payment":
                raise AssertionError(f"The payment screen did not open. {self.shown()}")

    def key_of(self, action: str) -> str:
        """The key of an action by its id, such as `f12` for `pay`."""
        return self.app.keymap.key(action)

    def raise_crash(self) -> None:
        """Raise what the app has ended with, if it was an error that nobody caught."""
        error = error_of(self.app)
        if error is not None:
            self.told_crash = error
            raise error

    def shown(self) -> str:
        """What is seen, to be told."""
        columns, lines = self.app.size
        return f"The {self.kind} screen, {columns}×{lines}:\n{self.text()}" if self._front() else "The app has ended."

    def _front(self) -> bool:
        from screens.kit.base_screen import TillScreen

        return not is_over(self.app) and bool(self.app.screen_stack) and isinstance(self.app.screen, TillScreen)
