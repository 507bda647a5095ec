"""What is said of a number or a percentage on a line where a code belongs: which keys take it for the chosen line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.domain.typed_kinds import kind_of
from screens.kit.host import OpenTill
from screens.kit.values import Formatting, TicketView

if TYPE_CHECKING:
    from pos.domain.message import Message


class Counter(Formatting, TicketView, OpenTill, Protocol):
    """Where it was typed: the ticket, its keys, and the till that knows what is a code after all."""


def misplaced(app: Counter, text: str) -> Message | None:
    """What is said of a typed text, with keys for it; None if it may be a code, or is a number for no line at all."""
    kind, line = kind_of(text), app.chosen_line
    if kind not in ("number", "percentage") or app.till.catalog.is_known(text):
        return None
    if kind == "percentage" and line is None:
        told = N_("“{text}” is a percentage, and no code. Scan something first: {discount} takes it off that.")
    elif kind == "percentage":
        told = N_("“{text}” is a percentage, and no code. Type it and press {discount}: it is taken off {name}.")
    elif line is None:
        return None
    else:
        told = N_(
            "“{text}” is a number, and no code. Behind it {quantity} means how many, {price} the price, {pay} cash."
        )
    from pos.till.till_input import shortened

    keys = {name: app.cap(name) for name in ("quantity", "price", "pay", "discount")}
    return lazy(told, text=shortened(text), name=line.name if line is not None else "", **keys)
