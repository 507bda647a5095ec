"""Setting the ticket on the screen aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pos.domain.i18n import _
from screens.kit.host import Notifier, Steps
from screens.kit.values import Formatting

if TYPE_CHECKING:
    from pos.language.verb import CommandResult


class Holder(Formatting, Notifier, Steps, Protocol):
    """What sets a ticket aside, and tells of it."""


def hold(app: Holder, name: str | None) -> None:
    """Set the ticket aside under a name; None: under its number, or as its member's saved cart."""
    from pos.language.verbs.ticket import HOLD, NamedTicket

    def done(performed: CommandResult) -> None:
        ticket, key = performed.sale.called, app.cap("recall")
        app.say(_("Ticket {ticket} is set aside. {key} takes it up again.", ticket=ticket, key=key), "good")

    app.begin(HOLD.step(NamedTicket(name)), done)
