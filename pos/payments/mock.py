"""A payment gateway that moves no money: for demos, training and tests, with every failure on request."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import Final, ParamSpec, TypeVar

from pos.clock_and_ids import RandomIds
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.domain.ports import CardToken, ChargeResult, Clock, GatewayPlan, GatewayUnknown, Ids
from pos.payments.cards import read_card
from pos.payments.ledger import Card, Charge, Ledger
from pos.payments.testcards import DECLINED_CARDS, DECLINED_CENTS
from pos.worker import run_in_thread

READER: Final = "reader"
APPROVED: Final = "approved"
"""What a card's token says that is always approved."""
_DESCRIBED: Final = re.compile(r"[\w-]+\.([a-z]{1,20})\.(\d{4})\.([a-z_]{1,40})", re.ASCII)
READER_CARD: Final = Card("visa", "4242", reader=True)

P = ParamSpec("P")
T = TypeVar("T")


WORDS: Final = "approve, decline CODE, slow [SECONDS], timeout before|after|late, down, up, clear"
"""What a script may tell the gateway."""
SLOW: Final = 4.0
"""Seconds that a slow answer takes if nobody says how long."""
IN_TIME: Final = 0.8
"""How much of the time that the till waits for an answer it takes at most then."""
_SECONDS: Final = re.compile(r"(\d{1,3}(?:\.\d{1,3})?)s?", re.ASCII)


class MockGateway:
    """The port `Gateway`, answered by a script first, else by the card's number, else by the amount's cents.

    `latency` and `timeout` are seconds on `clock`: how long each answer takes, and how long the till waits for one
    that does not come. An attempt id has one outcome for ever, that of its first request; what the script says is
    for the next new id. All state that matters is in `ledger`, so the next process on the same ledger can ask.
    Cancelling a call stops the waiting, not the gateway: a charge cancelled before its answer may still land.
    """

    def __init__(
        self, clock: Clock, ledger: Ledger, *, ids: Ids | None = None, latency: float = 0.0, timeout: float = 5.0
    ) -> None:
        self.ledger = ledger
        self.latency = latency
        self.timeout = timeout
        self._clock = clock
        self._ids = ids or RandomIds()
        self._script: deque[tuple[str, ...]] = deque()
        self._down = False

    def script(self, words: str) -> None:
        """Tell what happens next: one of `WORDS`.

        The first four are for one charge each, in the order told. A time-out's charge never reaches the bank
        (`before`), did so (`after`), or does only when the till stops waiting (`late`); a slow one gets what the card
        gets, later. `down` and `up` hold until the other is told; `clear` takes the others back.
        Raises TillError `bad_command` for anything else.
        """
        match tuple(words.lower().split()):
            case ("down" | "up",) as word:
                self._down = word == ("down",)
            case ("clear",):
                self._script.clear()
            case ("slow",):
                self._script.append(("slow", f"{min(SLOW, self.timeout * IN_TIME):g}"))
            case ("slow", text) if (seconds := _SECONDS.fullmatch(text)) is not None:
                self._script.append(("slow", f"{self._in_time(float(seconds[1])):g}"))
            case ("approve",) | ("timeout", "before" | "after" | "late") as step:
                self._script.append(step)
            case ("decline", code) as step if code.isidentifier():
                self._script.append(step)
            case _:
                raise TillError("bad_command", lazy("The gateway knows {words}.", words=WORDS))

    @property
    def plan(self) -> GatewayPlan:
        """What it was told and has not done yet."""
        return GatewayPlan(answers=tuple(" ".join(step) for step in self._script), down=self._down)

    async def tokenize(self, number: str) -> CardToken:
        """A random token for a card number, or for the word `reader`, whose card is known once it is charged.

        Raises TillError `card_number_invalid` before anything is asked, and GatewayUnknown when down.
        """
        reader = number.strip().lower() == READER
        card = READER_CARD if reader else _card(number)
        self._refuse_when_down()
        token = described(self._ids.new("tok"), card)
        await self._keep(self.ledger.add_card, token, card)
        return CardToken(token=token, brand=READER if reader else card.brand, last4="" if reader else card.last4)

    async def charge(self, attempt_id: str, amount: int, token: str) -> ChargeResult:
        """Charge `amount` minor units, once per attempt id; told again, it answers what it answered.

        Declines with `voided` after a void, with `processing_error` for a token of nobody's. One that another simulated
        gateway has given says what card it is. Raises
        GatewayUnknown when no answer comes, ValueError if the id was used for another amount.
        """
        self._refuse_when_down()
        if amount <= 0:
            raise ValueError("a charge takes a positive amount")
        card = await self._keep(self.ledger.card, token) or described_card(token)
        if card is None:
            return ChargeResult(state="declined", decline_code="processing_error")
        new = await self._keep(self.ledger.charge, attempt_id) is None
        step = self._script.popleft() if new and self._script else ()
        await self._keep(self.ledger.ask, attempt_id, amount, card, _outcome(step, card, amount))
        if step == ("timeout", "late"):
            await self._clock.sleep(self.timeout)
            await self._keep(self.ledger.decide, attempt_id)
            raise _unanswered()
        if step == ("timeout", "before"):
            await self._no_answer()
        await self._clock.sleep(max(self.latency, float(step[1])) if step[:1] == ("slow",) else self.latency)
        charge = await self._keep(self.ledger.decide, attempt_id)
        if step == ("timeout", "after"):
            await self._no_answer()
        return _result(charge)

    async def find(self, attempt_id: str) -> ChargeResult | None:
        """What became of a charge; None if it was never decided, which proves nothing: it may still land."""
        await self._arrive()
        charge = await self._keep(self.ledger.charge, attempt_id)
        return None if charge is None or charge.state == "asked" else _result(charge)

    async def void(self, attempt_id: str) -> None:
        """Refuse this id for ever after, and give back all that it captured."""
        await self._arrive()
        await self._keep(self.ledger.void, attempt_id)

    async def refund(self, attempt_id: str, refund_id: str, amount: int) -> None:
        """Give back `amount` minor units of a capture, once per refund id.

        Raises TillError `bad_amount` if less is left of the capture; then nothing is given back.
        """
        await self._arrive()
        if not await self._keep(self.ledger.refund, attempt_id, refund_id, amount):
            message = lazy("More than is left of this card payment cannot be given back.")
            raise TillError("bad_amount", message)

    async def land_late(self) -> None:
        """Let every charge that was asked for and never decided reach the bank now, except where it was voided."""
        for charge in self.ledger.charges():
            if charge.state == "asked":
                await self._keep(self.ledger.decide, charge.attempt)

    def _in_time(self, seconds: float) -> float:
        """How long a slow answer takes, for it is an answer still. Raises TillError `bad_command`."""
        if seconds >= self.timeout:
            text = N_(
                "The till waits {seconds} seconds for an answer, and a slow one takes less. "
                "`gateway timeout after` gives none."
            )
            raise TillError("bad_command", lazy(text, seconds=Decimal(f"{self.timeout:g}")))
        return seconds

    async def _arrive(self) -> None:
        self._refuse_when_down()
        await self._clock.sleep(self.latency)

    def _refuse_when_down(self) -> None:
        if self._down:
            raise GatewayUnknown("the gateway cannot be reached")

    async def _no_answer(self) -> None:
        await self._clock.sleep(self.timeout)
        raise _unanswered()

    async def _keep(self, step: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a step of the ledger, beside the event loop if it waits for a disk."""
        if not self.ledger.on_disk:
            return step(*args, **kwargs)
        try:
            return await run_in_thread(step, *args, **kwargs)
        except OSError as error:
            raise GatewayUnknown("the gateway could not write its ledger") from error


def described(name: str, card: Card) -> str:
    """A token with this name, by which every simulated gateway knows what card it is."""
    return ".".join((name, card.brand, card.last4, READER if card.reader else card.decline_code or APPROVED))


def described_card(token: str) -> Card | None:
    """The card that a token says it is; None if it says nothing of the kind."""
    found = _DESCRIBED.fullmatch(token)
    if found is None:
        return None
    brand, last4, answer = found.groups()
    reader = answer == READER
    return Card(brand, last4, None if reader or answer == APPROVED else answer, reader)


def _unanswered() -> GatewayUnknown:
    return GatewayUnknown("the gateway did not answer in time")


def _card(number: str) -> Card:
    card = read_card(number)
    return Card(card.brand, card.last4, DECLINED_CARDS.get(card.digits))


def _outcome(step: tuple[str, ...], card: Card, amount: int) -> str | None:
    """The decline code that a new charge gets; None: it is approved."""
    if step and step[0] != "slow":
        return step[1] if step[0] == "decline" else None
    return DECLINED_CENTS.get(amount % 100) if card.reader else card.decline_code


def _result(charge: Charge) -> ChargeResult:
    code = "voided" if charge.state == "voided" else charge.decline_code
    state: Final = "captured" if charge.state == "captured" else "declined"
    return ChargeResult(state=state, decline_code=code, brand=charge.brand, last4=charge.last4)
