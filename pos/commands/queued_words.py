"""What became of a queued checkout, and how a queue stands, in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from pos.domain.i18n import N_, _, plural

if TYPE_CHECKING:
    from pos.domain.checkout_request import QueuedOrder
    from pos.domain.queue_ports import QueueFigures

_SENTENCES: Final = {
    "pending": N_("Order {order} is pending."),
    "paid": N_("Order {order} is paid: receipt {receipt}."),
    "declined": N_("Order {order} is declined."),
    "sold_out": N_("Order {order} is sold out."),
    "price_changed": N_("Order {order} has another price."),
    "expired": N_("Order {order} has expired."),
    "refused": N_("Order {order} is refused."),
    "stuck": N_("Order {order} is stuck."),
}
_STATES: Final = {
    "paid": N_("paid {count}"),
    "declined": N_("declined {count}"),
    "sold_out": N_("sold out {count}"),
    "price_changed": N_("another price {count}"),
    "expired": N_("expired {count}"),
    "refused": N_("refused {count}"),
}
_MANY: Final = timedelta(minutes=2)
"""So much time is told in minutes."""


def sentence(order: QueuedOrder, money: Callable[[int], str]) -> str:
    """What became of a checkout; `money` writes the shop's amounts."""
    facts = {"order": order.order, "receipt": order.receipt or "–"}
    told = [_(_SENTENCES[order.state], **facts)]
    match order.state:
        case "pending" if order.place is not None:
            told = [_("Order {order} is pending, at place {place} of the queue.", place=order.place, **facts)]
        case "price_changed" if order.total is not None:
            told = [_("Order {order} comes to {total} now.", total=money(order.total), **facts)]
        case "paid" if order.total is not None:
            text = N_("Order {order} is paid: receipt {receipt}, {total}.")
            told = [_(text, total=money(order.total), **facts)]
    text = N_("{name}: {wanted} wanted, {free} left.")
    short = [_(text, name=each.name, wanted=each.wanted, free=each.free) for each in order.short]
    return " ".join((*told, *(short or filter(None, [str(order.words)]))))


def figures_lines(figures: QueueFigures) -> list[str]:
    """How a queue stands."""
    pending = plural("{count} checkout is pending", "{count} checkouts are pending", figures.pending)
    lines = [_("Nothing is pending.")]
    if figures.pending:
        lines = [_("{pending}, the oldest for {age}.", pending=pending, age=age_text(figures.oldest))]
    ended = [_(_STATES[state], count=figures.ended[state]) for state in _STATES if figures.ended.get(state)]
    if ended:
        lines.append(_("So far: {ended}.", ended=", ".join(ended)))
    return lines


def age_text(age: timedelta) -> str:
    """A span of time, roughly."""
    seconds = int(age.total_seconds())
    if age < _MANY:
        return _("{seconds} s", seconds=seconds)
    if age < 60 * _MANY:
        return _("{minutes} min", minutes=seconds // 60)
    return _("{hours} h", hours=seconds // 3600)
