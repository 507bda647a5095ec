"""A cashier who does what is said to them. Each word is a step; `await` does all of a chain, in order."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from screens.driver.keyboard import pressed, written
from screens.kit.input.scanning import split
from screens.payment.payment_flow import PaymentFlowScreen
from screens.testing.app_user import AppUser, Refused

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from pos.testing.doubles import Doubles
    from screens.app.till_app import TillApp

__tracebackhide__ = True


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a cashier does: how it was written, and how it is done."""

    told: str
    do: Callable[[Cashier], Awaitable[None]]
    looked_for: str = ""
    """The text that it looks for on the screen."""


class Words:
    """What can be said to a cashier, and to a chain of what was said before."""

    def then(self, step: Step) -> Chain:
        """The chain with one step more."""
        raise NotImplementedError

    def scan(self, code: str, times: int | str = 1, *, refused: bool = False) -> Chain:
        """Scan a code: a barcode, a PLU or an SKU; `times` is a count or a weight, which is typed before it.

        A code is taken exactly: a name is typed, not scanned. On a screen of your own a scan is what that screen
        makes of it; everywhere else it has to be on the ticket. As with all that is asked of the till, its test fails
        if the till refuses it, unless the next word `sees` what the till says, or `refused` says that it will.
        """
        text = written(f"{code}\n" if times == 1 else f"{times}*{code}\n")
        given = (code,) if times == 1 else (code, times)
        return self._asked("scan", given, lambda cashier: cashier.scan_code(split(code).rest, text), refused)

    def types(self, text: str) -> Chain:
        """Type a text; no Enter follows."""
        return self._keys(f"types({text!r})", written(text))

    def presses(self, *keys: str) -> Chain:
        """Press keys by their names, such as `f12`, `ctrl+t`, `down`, `enter`, `a`."""
        return self._keys(f"presses({', '.join(map(repr, keys))})", "".join(map(pressed, keys)))

    def keys(self, text: str) -> Chain:
        """Type a text in which `\\n` is Enter and `<f12>` a key by its name, as fast as hands can."""
        return self._keys(f"keys({text!r})", text)

    def burst(self, text: str) -> Chain:
        """The same as a scanner writes it: in one go, and nothing is waited for."""

        async def do(cashier: Cashier) -> None:
            cashier.write(text, at_once=True)

        return self.then(Step(f"burst({text!r})", do))

    def says(self, line: str, *, refused: bool = False) -> Chain:
        """Type a line of the till's language after a slash, such as `qty 1 4`."""
        return self._line("says", (line,), line, refused)

    def coupon(self, code: str, *, refused: bool = False) -> Chain:
        """Put a coupon on the ticket."""
        return self._line("coupon", (code,), f"coupon {_quoted(code)}", refused)

    def member(self, number: str, *, refused: bool = False) -> Chain:
        """Put a member on the ticket."""
        return self._line("member", (number,), f"member {_quoted(number)}", refused)

    def discount(self, much: str, line: int | str = "all", *, refused: bool = False) -> Chain:
        """Take `10%` or `1.50` off the whole ticket, or off a line by its number."""
        return self._line("discount", (much, line), f"discount {line} {much}", refused)

    def void(self, line: int | str = "", *, refused: bool = False) -> Chain:
        """Take a line off the ticket by its number, `all`, or the one that was added last."""
        return self._line("void", (line,), f"void {line}", refused)

    def holds(self, name: str = "", *, refused: bool = False) -> Chain:
        """Set the ticket aside."""
        return self._line("holds", (name,), f"hold {_quoted(name)}", refused)

    def recalls(self, name: str = "", *, refused: bool = False) -> Chain:
        """Take up a ticket that was set aside."""
        return self._line("recalls", (name,), f"recall {_quoted(name)}", refused)

    def pays_cash(self, amount: str = "") -> Chain:
        """Take an amount in cash, as it is typed, or exactly what is due; on the payment screen.

        If the till asks whether it is so much, it is.
        """

        async def do(cashier: Cashier) -> None:
            await cashier.to_payment()
            key = pressed(cashier.key_of("cash"))
            await cashier.strike(amount + key)
            if isinstance(cashier.app.screen, PaymentFlowScreen) and cashier.app.screen.asking_cash:
                await cashier.strike(key)

        return self.then(Step(f"pays_cash({amount!r})", do))

    def pays_card(self, number: str = "") -> Chain:
        """Charge what is due to a card by its number, or to the card in the reader; on the payment screen."""

        async def do(cashier: Cashier) -> None:
            await cashier.to_payment()
            await cashier.strike(number + pressed(cashier.key_of("card")))

        return self.then(Step(f"pays_card('••••{number[-4:]}')" if number else "pays_card()", do))

    def gateway(self, words: str) -> Chain:
        """What the bank answers next: `decline insufficient_funds`, `timeout after`, `down`, `hold`, `answer`, …"""

        async def do(cashier: Cashier) -> None:
            cashier.bank.say(words)
            await cashier.rests()

        return self.then(Step(f"gateway({words!r})", do))

    def sees(self, text: str, panel: str | None = None) -> Chain:
        """A text comes to be on the screen, or in one panel; line breaks and upper case do not matter."""

        async def do(cashier: Cashier) -> None:
            await cashier.look_for(text, panel, there=True)

        return self.then(Step(_looks("sees", text, panel), do, looked_for=text))

    def sees_not(self, text: str, panel: str | None = None) -> Chain:
        """A text is not on the screen, once all is drawn."""

        async def do(cashier: Cashier) -> None:
            await cashier.look_for(text, panel, there=False)

        return self.then(Step(_looks("sees_not", text, panel), do))

    def waits_until(self, condition: Callable[[], bool]) -> Chain:
        """A condition comes to hold."""

        async def do(cashier: Cashier) -> None:
            await cashier.until(condition)

        return self.then(Step("waits_until(…)", do))

    def settled(self) -> Chain:
        """Every key is taken and all that follows from it is drawn."""

        async def do(cashier: Cashier) -> None:
            await cashier.rests()

        return self.then(Step("settled()", do))

    def resize(self, columns: int, lines: int) -> Chain:
        """Give the terminal another size."""

        async def do(cashier: Cashier) -> None:
            await cashier.give_size((columns, lines))

        return self.then(Step(f"resize({columns}, {lines})", do))

    def clicks(self, text: str) -> Chain:
        """Click on a text on the screen."""

        async def do(cashier: Cashier) -> None:
            await cashier.click_on(text)

        return self.then(Step(f"clicks({text!r})", do))

    def _line(self, word: str, given: Sequence[object], line: str, refused: bool) -> Chain:
        text = written(f"/{line.rstrip()}\n")
        return self._asked(word, given, lambda cashier: cashier.ask(text), refused)

    def _asked(
        self, word: str, given: Sequence[object], ask: Callable[[Cashier], Awaitable[None]], refused: bool
    ) -> Chain:
        async def do(cashier: Cashier) -> None:
            try:
                await ask(cashier)
            except Refused:
                if not refused:
                    raise
            else:
                assert not refused, f"The till took it, and should have refused it. {cashier.shown()}"

        told = ", ".join([*map(repr, given), *(["refused=True"] if refused else [])])
        return self.then(Step(f"{word}({told})", do))

    def _keys(self, told: str, text: str, *, at_once: bool = False) -> Chain:
        async def do(cashier: Cashier) -> None:
            await cashier.strike(text, at_once=at_once)

        return self.then(Step(told, do))


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
        cashier, self._done = self._cashier, True
        if self in cashier.open_chains:
            cashier.open_chains.remove(self)
        cashier.check_loop()
        for number, step in enumerate(self._steps):
            following = self._steps[number + 1].looked_for if number + 1 < len(self._steps) else ""
            try:
                await step.do(cashier)
            except Refused as refused:
                if not refused.is_expected(following):
                    self._tell(refused, number)
                    raise
            except Exception as error:
                self._tell(error, number)
                raise
        if not self._steps:
            await cashier.rests()
        return cashier

    def _tell(self, error: Exception, number: int) -> None:
        """Add to an error what the screen shows and which step failed."""
        shown = self._cashier.shown()
        if shown not in str(error):
            error.add_note(shown)
        told = [f"→ {one.told} ←" if at == number else one.told for at, one in enumerate(self._steps[: number + 1])]
        error.add_note(f"in: await {'.'.join(('cashier', *told))}")


class Cashier(AppUser, Words):
    """Someone who sells on an app that runs. What is said to them is done by `await`, a chain of it as a whole."""

    def __init__(self, app: TillApp, pilot: Pilot[int], doubles: Doubles) -> None:
        super().__init__(app, pilot, doubles)
        self.open_chains: list[Chain] = []
        """What was said and not yet awaited."""

    def then(self, step: Step) -> Chain:
        """A chain that begins with this step."""
        return Chain(self).then(step)

    def burst(self, text: str) -> Chain:
        """Write keys in one go, as a scanner does, at once; `await` what it gives to go on with more."""
        self.write(text, at_once=True)
        return Chain(self)


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word else word


def _looks(verb: str, text: str, panel: str | None) -> str:
    return f"{verb}({text!r})" if panel is None else f"{verb}({text!r}, panel={panel!r})"
