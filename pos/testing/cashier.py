"""Someone at the keyboard of a running app, and what they do, one step after the other."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from pos.testing.seeing import SOON, check_theme, is_seen, place_of, screen_text
from pos.testing.words import Step, Words
from screens.headless.keyboard import parsed, pressed
from screens.headless.resting import PATIENCE, is_over, settle, wait_until
from screens.headless.running import reshape

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from pos.domain.sale import Sale
    from pos.environment import FrozenClock
    from pos.testing.bank import Bank
    from pos.till.till import Till
    from screens.app import TillApp


class Cashier(Words):
    """Someone who sells on an app that runs. What is said to them is done by `await`, a chain of it as a whole."""

    def __init__(self, app: TillApp, pilot: Pilot[int], clock: FrozenClock, bank: Bank | None = None) -> None:
        self.app = app
        self.pilot = pilot
        self.clock = clock
        self._bank = bank
        self.open_chains: list[Chain] = []
        """What was said and not yet awaited."""
        self.told_crash: BaseException | None = None
        """The app's exception that a step has raised already."""

    @property
    def bank(self) -> Bank:
        """The payment gateway."""
        assert self._bank is not None, "this app was opened with another gateway"
        return self._bank

    @property
    def till(self) -> Till:
        """The till behind the app."""
        assert self.app.till is not None, "the till is not open"
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

    def then(self, step: Step) -> Chain:
        """A chain that begins with this step."""
        return Chain(self).then(step)

    def burst(self, text: str) -> Chain:
        """Write keys in one go, as a scanner does, at once; `await` what it gives to go on with more."""
        self.write(text)
        return Chain(self)

    def write(self, text: str) -> None:
        """Write keys into the terminal, now; nothing is waited for. Raises AssertionError if the app has ended."""
        self.raise_crash()
        if is_over(self.app):
            raise AssertionError(f"The app has ended: nobody takes {text!r}.")
        for event in parsed(text):
            self.app.post_message(event)

    async def strike(self, text: str) -> None:
        """Write keys, and wait until the app has done what they say."""
        self.write(text)
        await self.rests()

    async def rests(self) -> None:
        """Wait until every key is taken and all that follows from it is drawn."""
        if not await settle(self.app, self._held):
            raise AssertionError(f"The app did not come to rest in {PATIENCE:.0f} s. {self._shown()}")
        self.raise_crash()

    def _held(self) -> bool:
        """Whether the bank makes a card wait."""
        return self._bank is not None and self._bank.holding and self.till.waiting_for_card

    async def until(self, condition: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
        """Wait until a condition holds, and what follows from it is drawn.

        Raises AssertionError, with the screen, if it does not hold within `seconds`.
        """
        held = await wait_until(lambda: self.app._exception is not None or condition(), seconds)
        self.raise_crash()
        if not held:
            raise AssertionError(f"What was waited for did not come in {seconds:.0f} s. {self._shown()}")
        await self.rests()

    async def look_for(self, text: str, panel: str | None, *, there: bool) -> None:
        """Wait until a text is on the screen, or is not. Raises AssertionError, with the screen."""
        await self.rests()
        found = await wait_until(lambda: is_seen(text, self.text(panel)) is there or is_over(self.app), SOON)
        self.raise_crash()
        if not found or is_seen(text, self.text(panel)) is not there:
            where = f" in the panel {panel!r}" if panel else ""
            raise AssertionError(f"{text!r} is {'not seen' if there else 'still seen'}{where}. {self._shown()}")

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
            with self.app._context():
                self.app.theme = theme
            await self.rests()

    async def click_on(self, text: str) -> None:
        """Click on the middle of a text."""
        await self.rests()
        place = place_of(text, self.app)
        if place is None:
            raise AssertionError(f"{text!r} is not seen, so it cannot be clicked on. {self._shown()}")
        with self.app._context():
            await self.pilot.click(offset=place)
        await self.rests()

    async def to_payment(self) -> None:
        """Go to the payment screen, if it is not in front."""
        await self.rests()
        if self.kind != "payment":
            await self.strike(pressed(self.key_of("pay")))
            if self.kind != "payment":
                raise AssertionError(f"The payment screen did not open. {self._shown()}")

    def key_of(self, action: str) -> str:
        """The key of an action by its id, such as `f12` for `pay`."""
        return self.app.keymap.key(action)

    def raise_crash(self) -> None:
        """Raise what the app has ended with, if it was an error that nobody caught."""
        error = self.app._exception
        if error is not None:
            self.told_crash = error
            raise error

    def _shown(self) -> str:
        columns, lines = self.app.size
        return f"The {self.kind} screen, {columns}×{lines}:\n{self.text()}" if self._front() else "The app has ended."

    def _front(self) -> bool:
        from screens.base import TillScreen

        return not is_over(self.app) and bool(self.app.screen_stack) and isinstance(self.app.screen, TillScreen)


class Chain(Words):
    """Steps that are done when they are awaited, once. A chain that nobody awaits fails its test."""

    def __init__(self, cashier: Cashier) -> None:
        self._cashier = cashier
        self._steps: list[Step] = []
        self._done = False

    def then(self, step: Step) -> Chain:
        """This chain with one step more."""
        if self._done:
            raise RuntimeError(f"{self!r} was done already: say {step.told} to the cashier.")
        if not self._steps:
            self._cashier.open_chains.append(self)
        self._steps.append(step)
        return self

    def __await__(self) -> Generator[Any, None, Cashier]:
        return self._run().__await__()

    def __repr__(self) -> str:
        return ".".join(("cashier", *(step.told for step in self._steps)))

    async def _run(self) -> Cashier:
        if self._done:
            raise RuntimeError(f"{self!r} was done already: say it anew.")
        self._done = True
        if self in self._cashier.open_chains:
            self._cashier.open_chains.remove(self)
        for number, step in enumerate(self._steps):
            try:
                await step.do(self._cashier)
            except BaseException as error:
                if len(self._steps) > 1:
                    told = [f"→ {one.told} ←" if one is step else one.told for one in self._steps[: number + 1]]
                    error.add_note(f"in: await {'.'.join(('cashier', *told))}")
                raise
        if not self._steps:
            await self._cashier.rests()
        return self._cashier
