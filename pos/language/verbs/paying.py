"""What is done with money: taking it, giving it back, and payments that are not at their end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from pos.domain.card_numbers import is_card
from pos.domain.errors import TillError
from pos.domain.i18n import _
from pos.domain.message import lazy
from pos.domain.spelling import spelled
from pos.domain.tenders import TENDERS, tender_named
from pos.language.amounts import amount_of
from pos.language.keystrokes import Stroke, TypingRequest, TypingRule, by_command, localised, text_of, there
from pos.language.queries import check_lines
from pos.language.verb import ANY, AnyVerb, CommandResult, Verb, no_words
from pos.payments.masking import HIDDEN, mask, mask_argument

if TYPE_CHECKING:
    from pos.domain.ports import CardToken
    from pos.domain.sale import Sale
    from pos.language.command import Command
    from pos.language.verb import TillView
    from pos.till.open_payments import OpenPayment
    from pos.till.till import Till

_EXPIRES: Final = re.compile(r"(0[1-9]|1[0-2])\W?(20)?[2-4]\d|(20)?[2-4]\d\W?(0[1-9]|1[0-2])")
"""A month and a year near enough that a card may end with it, without any decimals."""
_OF_AMOUNTS: Final = frozenset("0123456789.,")
QUEUED: Final = "--queued"
"""The word that puts a card's payment into the shop's queue."""


def card_and_amount(words: Sequence[str]) -> tuple[str, str | None]:
    """A card number, its groups of digits perhaps apart, and the amount behind it if there is one."""
    whole = "".join(words)
    if len(words) == 1 or is_card(whole):
        return whole, None
    return "".join(words[:-1]), words[-1]


def without_flag(words: Sequence[str]) -> tuple[Sequence[str], bool]:
    """The words of a payment without the one that queues it, and whether that is among them."""
    rest = [word for word in words if spelled(word).lower() != QUEUED]
    return rest, len(rest) < len(words)


@dataclass(frozen=True, slots=True)
class TakePayment:
    """A payment by a tender: minor units, None for exactly what is due; a number or its token where the tender has one.

    `due` is what was shown as due to whoever decided, None for what is due when it is taken. `queued` says whether it
    waits in the shop's queue, None: as this till is set up.
    """

    tender: str
    amount: int | None = None
    number: str | CardToken = field(default="", repr=False)
    due: int | None = None
    queued: bool | None = None


@dataclass(frozen=True, slots=True)
class TakeUp:
    """The number of a ticket that is paid in part; None: the only one."""

    ticket: str | None = None


def pay_usage() -> str:
    """How a payment is said by each tender that there is now."""
    forms = []
    for tender in TENDERS.values():
        forms.append(tender.usage)
        if tender.behind == "gateway" and tender.usage:
            number = tender.usage.removesuffix(" [AMOUNT]")
            forms.append(f"{number} {QUEUED}")
    return " | ".join(f"pay {form}" for form in forms)


def _pay_args(command: Command, view: TillView) -> TakePayment:
    args, queued = without_flag(command.args)
    how, *words = args or ("",)
    tender = TENDERS.get(how.lower())
    if tender is None or (not words if tender.numbered else len(words) > 1):
        raise replace(PAY, usage=pay_usage()).misfit()
    if queued and tender.behind != "gateway":
        raise TillError("bad_command", lazy("Only a payment by card can be queued."))
    number, typed = card_and_amount(words) if tender.numbered else ("", next(iter(words), None))
    if queued and typed is not None:
        raise TillError("bad_command", lazy("Only a whole ticket can be queued: leave the amount out."))
    return TakePayment(tender.name, None if typed is None else amount_of(typed, view), number, queued=queued or None)


async def _pay(till: Till, request: TakePayment) -> CommandResult:
    return CommandResult(await paid_as_asked(till, request, request.number))


async def paid_as_asked(till: Till, request: TakePayment, number: str | CardToken) -> Sale:
    """Take a payment, or queue it if that is asked for or usual; by this number, or its token. Raises as both do."""
    if request.queued if request.queued is not None else till.would_queue(request.tender, request.amount):
        return await till.queue(number, tender=request.tender, due=request.due)
    return await till.pay(request.tender, request.amount, number=number, due=request.due)


async def _abandon(till: Till, _asked: None) -> CommandResult:
    return CommandResult(await till.abandon())


def _cancel(till: Till, _asked: None) -> CommandResult:
    return CommandResult(till.cancel_next(), _("The next card payment is taken back while the gateway is asked."))


def _checks(till: Till, _asked: None) -> CommandResult:
    return _told(till, till.checks())


async def _ask(till: Till, _asked: None) -> CommandResult:
    return _told(till, await till.ask())


def _told(till: Till, found: tuple[OpenPayment, ...]) -> CommandResult:
    lines = check_lines(found, till.catalog.exponent)
    return CommandResult(till.sale, lines, {"checks": [one.model_dump(mode="json") for one in found]})


def _take_args(command: Command, _view: TillView) -> TakeUp:
    return TakeUp(*command.args)


async def _take(till: Till, request: TakeUp) -> CommandResult:
    return CommandResult(await till.take(request.ticket))


def _pay_echo(words: Sequence[str]) -> Sequence[str] | None:
    """A card by brand and last four digits, then the amount; all else as any text."""
    kept, queued = without_flag(words)
    how, *rest = kept or ("",)
    if not tender_named(spelled(how).lower()).numbered or not rest:
        return None
    number, amount = card_and_amount(rest)
    shown, flag = mask_argument(number), (QUEUED,) if queued else ()
    told = (how, shown) if amount is None or shown == HIDDEN else (how, shown, _behind(shown, amount))
    return (*told, *flag)


def _behind(card: str, text: str) -> str:
    """What stands behind a card: an amount; behind a number nothing that reads like the card's expiry, and no name."""
    of_card = "••" in card and (_EXPIRES.fullmatch(text) or not set(text) <= _OF_AMOUNTS)
    return HIDDEN if of_card else mask(text)


def _pay_keys(request: TypingRequest) -> list[Stroke]:
    scene = request.scene
    args, queued = without_flag(request.args)
    how, *words = args or ("",)
    payment = there(scene, "payment", "pay")
    tender = tender_named(how.lower())
    if not tender.key:
        return by_command(request)
    if tender.behind == "drawer":
        if words and not scene.sure(localised(words[0])):
            return by_command(request)
        typed = Stroke(f"{text_of(localised(words[0]))}\n") if words else Stroke(scene.key(tender.name))
        return [*payment, typed]
    if tender.numbered and words:
        number, amount = card_and_amount(words)
        if queued:
            return [*payment, Stroke(scene.key("queue"))] if number.lower() == "reader" else by_command(request)
        if number.lower() == "reader":
            return [*payment, Stroke(localised(amount or "")), Stroke(scene.key(tender.name))]
        if amount is None and not scene.known(number):
            return [*payment, Stroke(text_of(number)), Stroke(scene.key(tender.name))]
    return by_command(request)


def _pay_needs(args: tuple[str, ...]) -> tuple[str, ...]:
    kept, queued = without_flag(args)
    how = kept[0].lower() if kept else ""
    if not tender_named(how).key:
        return ()
    return ("pay", how, "queue") if queued else ("pay", how)


def _abandon_keys(request: TypingRequest) -> list[Stroke]:
    # It is asked before money is given back, and the same key says yes.
    abandon = Stroke(request.scene.key("abandon"))
    return [*there(request.scene, "payment", "pay"), abandon, abandon]


PAY: Final = Verb(
    word="pay",
    usage=pay_usage(),
    takes=(1, ANY),
    parse=_pay_args,
    perform=_pay,
    as_typed=True,
    echo=_pay_echo,
    money=True,
    minds_due=True,
    typing=TypingRule(_pay_keys, _pay_needs, while_paid=True, alone='pay ""'),
)
ABANDON: Final = Verb(
    word="abandon",
    usage="abandon",
    parse=no_words,
    perform=_abandon,
    looks=True,
    money=True,
    typing=TypingRule(_abandon_keys, lambda _args: ("abandon",), while_paid=True),
)
CANCEL: Final = Verb(word="cancel", usage="cancel", parse=no_words, perform=_cancel, looks=True)
CHECKS: Final = Verb(word="checks", usage="checks", parse=no_words, perform=_checks, looks=True)
ASK: Final = Verb(word="ask", usage="ask", parse=no_words, perform=_ask, looks=True)
TAKE: Final = Verb(word="take", usage="take [TICKET]", takes=(0, 1), parse=_take_args, perform=_take)

VERBS: Final[tuple[AnyVerb, ...]] = (PAY, ABANDON, CANCEL, CHECKS, ASK, TAKE)
