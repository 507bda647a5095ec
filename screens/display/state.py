"""What the customer sees of what the till tells: a value, and what each message makes of it. It knows no clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from pos.domain.events import Event
from pos.domain.model import changed
from pos.domain.sale import Sale, SaleLine
from pos.domain.tenders import tender_of
from pos.ipc.listener import Heard
from pos.ipc.messages import FullState, Hello, StateChange

Face = Literal["closed", "welcome", "ticket", "charging", "declined", "checking", "queued", "thanks"]
"""What is shown: nobody sells, nobody is served, or how the sale stands."""

ENDED: Final = ("released", "part_paid", "held", "queue_failed")
"""The kinds of event after which a ticket that is paid elsewhere is the cashier's business again."""
THANKS: Final = timedelta(seconds=20)
"""How long a sale is thanked for, if nobody is served before."""


@dataclass(frozen=True, slots=True)
class DisplayState:
    """What is known of a till. `newest` is the number of the line that was added or changed last.

    `hello` stays when the till has gone: the shop keeps its name. `at` is when the sale became what it is.
    """

    hello: Hello | None = None
    open: bool = False
    sale: Sale | None = None
    newest: int | None = None
    at: datetime | None = None

    def heard(self, message: Heard, now: datetime) -> DisplayState:
        """What it becomes when the till tells something at a moment."""
        match message:
            case FullState():
                return DisplayState(message.hello, open=True, sale=message.sale, at=_since(message, now))
            case StateChange(sale=None, event=None):
                return self
            case StateChange(sale=None, event=event):
                return self._ended(event, now) if event is not None else self
            case StateChange(sale=sale):
                return self._showing(sale, now) if sale is not None else self
            case _:
                return DisplayState(self.hello)

    def face(self, now: datetime) -> Face:
        """What is shown at a moment."""
        sale = self.sale
        if not self.open or self.hello is None:
            return "closed"
        if sale is None or sale.state == "held":
            return "welcome"
        if sale.state == "paid":
            return "thanks" if self.at is not None and now < self.at + THANKS else "welcome"
        if not sale.lines:
            return "welcome"
        if sale.state in ("checking", "queued"):
            return "checking" if sale.state == "checking" else "queued"
        last = sale.payments[-1] if sale.payments else None
        if last is None or tender_of(last).behind != "gateway":
            return "ticket"
        if last.state == "declined":
            return "declined"
        return "charging" if sale.state == "charging" else "ticket"

    def _showing(self, sale: Sale, now: datetime) -> DisplayState:
        before = self.sale
        if before is None or before.ticket != sale.ticket:
            # Whoever has paid is thanked until the next one is served.
            if not sale.lines and before is not None and before.state in ("paid", "checking", "queued"):
                return self
            before = None
        state = before.state if before is not None else None
        return replace(
            self,
            sale=sale,
            newest=_newest(before, sale, self.newest),
            at=self.at if state == sale.state else now,
        )

    def _ended(self, event: Event, now: datetime) -> DisplayState:
        """The ticket that is still shown while the next one is begun: what its payment came to is told later."""
        sale = self.sale
        if sale is None or sale.state not in ("checking", "queued") or event.ticket != sale.ticket:
            return self
        if event.event in ("committed", "queue_paid"):
            return replace(self, sale=changed(sale, state="paid"), at=now)
        return replace(self, sale=None) if event.event in ENDED else self


def _since(present: FullState, now: datetime) -> datetime:
    """Since when the sale is as it is: who turns the display on late thanks nobody late."""
    told = [event.at for event in present.past if present.sale is not None and event.ticket == present.sale.ticket]
    return max(told, default=now)


def _newest(before: Sale | None, sale: Sale, newest: int | None) -> int | None:
    """The line that was added or changed last; the one before if none was."""
    known = {line.line: _entered(line) for line in before.lines} if before is not None else {}
    touched = [line.line for line in sale.lines if known.get(line.line) != _entered(line)]
    kept = newest if any(line.line == newest for line in sale.lines) else None
    return touched[-1] if touched else kept


def _entered(line: SaleLine) -> tuple[object, ...]:
    """What is entered of a line; discounts on the whole ticket change all lines, and are no line's news."""
    return line.quantity, line.unit_price, [each for each in line.discounts if each.step == "line_discount"]
