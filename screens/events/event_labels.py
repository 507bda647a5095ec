"""Events in words: what their kinds are called, when they were, who answered, and what was written of them."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import N_, _, decimal_mark, moment_text, number_text
from pos.domain.tenders import instrument, tender_of
from pos.domain.terminal_text import clean

if TYPE_CHECKING:
    from pos.domain.events import Event
    from pos.domain.sale import Payment

KINDS: Final = {
    "reserved": "good",
    "captured": "good",
    "committed": "good",
    "found": "good",
    "declined": "bad",
    "unknown": "bad",
    "released": "warn",
    "voiding": "warn",
    "voided": "warn",
    "part_paid": "warn",
    "queued": "warn",
    "queue_paid": "good",
    "queue_failed": "bad",
}
"""Which kinds of event stand out; their names tell it without colour."""

NAMES: Final[dict[str, str]] = {
    "added": N_("added"),
    "changed": N_("changed"),
    "removed": N_("removed"),
    "coupon": N_("coupon"),
    "member": N_("member"),
    "undone": N_("undone"),
    "redone": N_("redone"),
    "notice": N_("notice"),
    "reserved": N_("reserved"),
    "charging": N_("charging"),
    "captured": N_("captured"),
    "declined": N_("declined"),
    "unknown": N_("unknown"),
    "found": N_("found"),
    "voiding": N_("voiding"),
    "voided": N_("voided"),
    "part_paid": N_("part paid"),
    "released": N_("released"),
    "committed": N_("committed"),
    "queued": N_("queued"),
    "queue_paid": N_("paid"),
    "queue_failed": N_("not paid"),
    "held": N_("set aside"),
    "recalled": N_("recalled"),
    "filled": N_("filled"),
    "printed": N_("printed"),
    "said": N_("said"),
    "gateway": N_("gateway"),
}
"""What the kinds of event are called."""

EDITS: Final = frozenset(("added", "changed", "removed", "undone", "redone"))
KIND: Final = 10
"""Columns of a kind's name."""

STATES: Final = {
    "pending": N_("asked, no answer yet"),
    "unknown": N_("no answer"),
    "captured": N_("charged"),
    "declined": N_("declined"),
    "voided": N_("cancelled"),
    "refunded": N_("given back"),
}
"""How an attempt stands."""
AT_ONCE: Final = {"captured": N_("taken"), "voided": N_("given back")}
"""The same of what no gateway is asked for, where that is said in another way."""
MARKS: Final = {"pending": "◌", "unknown": "◐", "captured": "✓", "declined": "✗", "voided": "↩", "refunded": "↩"}
LOOKS: Final = {"pending": "warn", "unknown": "bad", "captured": "good", "declined": "bad"}
"""The kind of text that a state is; a mark tells it without colour."""

QUESTIONS: Final = {
    "charge": N_("charge this card"),
    "find": N_("what became of this charge"),
    "void": N_("never charge it, give back what was charged"),
}
"""What the gateway is asked."""

LONG: Final = 100
"""Seconds, and minutes, from which on the next larger unit is told."""


def kind_name(event: Event) -> str:
    """What an event's kind is called."""
    return _(NAMES[event.event])


def clock_text(at: datetime, zone: tzinfo | None, decimals: int = 1) -> str:
    """A moment's time of day with so many decimals of its second."""
    local = at.astimezone(zone)
    text, fraction = moment_text(local, "seconds"), f"{local.microsecond:06}"[:decimals]
    if not fraction:
        return text
    # Where the locale writes what part of the day it is, that stands behind the second.
    end = next((index for index in range(len(text), 0, -1) if text[index - 1].isdecimal()), len(text))
    return f"{text[:end]}{decimal_mark()}{fraction}{text[end:]}"


def since_text(passed: timedelta) -> str:
    """How long after the beginning: seconds with tenths, then minutes, then hours."""
    seconds = passed.total_seconds()
    if seconds < LONG:
        return _("+{number} s", number=tenths(seconds))
    if seconds < LONG * 60:
        return _("+{number} min", number=int(seconds // 60))
    return _("+{number} h", number=int(seconds // 3600))


def tenths(seconds: float) -> str:
    """Seconds with one decimal, also if it is 0."""
    whole, tenth = divmod(int(max(seconds, 0) * 10), 10)
    return f"{number_text(Decimal(whole))}{decimal_mark()}{tenth}"


def answerer(event: Event) -> str:
    """Who answered in a step of a payment: the gateway, nobody, or the store that wrote it down."""
    if event.asked is not None:
        return _("nobody") if event.event == "unknown" else _("gateway")
    return _("store") if event.written is not None else ""


def written_text(event: Event, *, took: bool) -> str:
    """That an event's step is on record, by its number; `took` adds how long the writing took."""
    written = event.written
    if written is None:
        return ""
    number = f"✓ #{written.sequence}" if written.sequence is not None else "✓"
    if not took:
        return number
    milliseconds = round((written.durable - written.begun).total_seconds() * 1000)
    return f"{number} " + _("{number} ms", number=milliseconds)


def state_text(payment: Payment) -> str:
    """How an attempt stands."""
    told = STATES if tender_of(payment).behind == "gateway" else AT_ONCE
    return _(told.get(payment.state, STATES[payment.state]))


def tender_text(payment: Payment) -> str:
    """What an attempt pays with, in short: cash, or a card by brand and last four digits."""
    if tender_of(payment).unread and not payment.last4:
        return _("card in the reader")
    return clean(str(instrument(payment)))
