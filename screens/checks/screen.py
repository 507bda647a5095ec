"""Payments that are open: without an answer, queued, or paid in part; of which tickets, and what can be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Horizontal
from textual.widget import Widget

from pos.domain.i18n import N_, _, moment_text, plural
from pos.domain.reservations import Reservation
from pos.domain.terminal_text import clean, width
from pos.till.queued_checkouts import PendingCheckout
from screens.events.event_labels import state_text, tender_text
from screens.events.panel import InspectorPanel
from screens.kit import actions
from screens.kit.availability import Subject
from screens.kit.empty import NOTHING_FITS
from screens.kit.filtering import Fitting, fitting
from screens.kit.listing import marked
from screens.kit.open_till_screen import OpenTillScreen
from screens.kit.part_paid_age import age_text, wants_decision
from screens.kit.search_screen import SearchListScreen
from screens.render.panel import Panel
from screens.render.parts import part
from screens.render.rows import BLANK, Piece, Row, apart, row, sentence, wrapped
from screens.render.tags import PlaceTag
from screens.ticket.payments import summary_rows

if TYPE_CHECKING:
    from datetime import datetime

    from pos.domain.sale import Sale
    from pos.till.ticket_state import TicketState

ABOUT: Final = N_(
    "The gateway is asked again every few seconds. What was charged becomes a sale with its receipt; "
    "what was not is cancelled for good, and its ticket can be paid again. Do not charge these cards again."
)
PART_PAID: Final = N_(
    "This ticket is paid in part; its goods are kept for it. Take it up, for the rest or to give the money back."
)
WAITED: Final = N_(
    "This ticket has been paid in part for a while: decide. Its goods and its money stay until you take it up, for the "
    "rest or to give the money back."
)
QUEUED: Final = N_(
    "This ticket waits in the shop's queue to be charged. It comes back by itself: paid, with its receipt, or set "
    "aside with the reason. Do not charge this card again."
)
STUCK: Final = N_(
    "Charging this ticket failed too often, and nobody knows whether it is paid: have somebody look at it with "
    "`pos queue`. Do not charge this card again."
)
NOTHING: Final = N_("No payment is being checked. Every card payment was answered: go on selling, with Esc or a scan.")

Open = Reservation | PendingCheckout
"""A payment that is listed."""


class ChecksScreen(SearchListScreen, OpenTillScreen):
    """The list; Enter asks the gateway now, or takes up a ticket that is paid in part."""

    KIND: ClassVar[str] = "checks"
    CSS_PATH = "screen.tcss"
    LIST = "page"

    def body(self) -> Sequence[Widget]:
        """The line and the list; beside it, where there is room, the chosen ticket and what happened."""
        return (
            self.line_panel(),
            Horizontal(
                Panel(self._page, "page", frame="rim"),
                Panel(self._ticket, "summary", frame="rim"),
                InspectorPanel(self, "inspector", edits=False),
                id="body",
            ),
        )

    @property
    def _found(self) -> tuple[Open, ...]:
        till = self.host.till
        return (*till.checking(), *till.queued())

    @property
    def fitting(self) -> Fitting:
        """The payments that fit what is typed, by their tickets and amounts, else by how they are paid."""
        found = self._found
        names = {_key(each): f"{_called(each)} {self.host.money(_sale_of(each).total)}" for each in found}
        return fitting(self.typed, names, {_key(each): f"{names[_key(each)]} {_paid_by(each)}" for each in found})

    @property
    def listed_keys(self) -> Sequence[str]:
        """The ids of the payments that fit."""
        return self.fitting.keys

    @property
    def guessed(self) -> bool:
        """Whether they only come near to what is typed."""
        return self.fitting.guessed

    @property
    def listed(self) -> Sequence[Open]:
        """The payments that fit what is typed."""
        keys = frozenset(self.listed_keys)
        return [each for each in self._found if _key(each) in keys]

    def submit(self, text: str) -> None:
        """Enter: what can be done with the chosen one. A code that was typed is for the screen below."""
        if self._is_scan(text):
            self.hand_down(text)
            return
        self.typed = text
        chosen = self.chosen
        if not self._found:
            self.back()
        elif chosen is not None and (len(self._found) == 1 or self.may_take()):
            self.typed = ""
            self.act(actions.by_id("take-up" if _is_part_paid(chosen) else "ask"))
        elif chosen is None:
            self.tell_nothing_fits()

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What is done about open payments."""
        return {**super().handlers(), "ask_now": self.ask_now, "take_up_payment": self.take_up}

    @property
    def subject(self) -> Subject:
        """The payment that is chosen."""
        chosen = self.chosen
        return Subject(in_queue=True) if isinstance(chosen, PendingCheckout) else Subject(open_payment=chosen)

    def ask_now(self) -> None:
        """Ask the gateway, and the queue, about all of them."""
        from pos.language.verbs.paying import ASK

        self.host.begin(ASK.step_by(None, lambda till: till.recover()), self._asked)

    def take_up(self) -> None:
        """Put the chosen ticket on the screen, to take the rest or to give the money back."""
        from pos.language.verbs.paying import TAKE, TakeUp

        chosen = self.chosen
        assert chosen is not None
        assert not isinstance(chosen, PendingCheckout)
        step = TAKE.step_by(TakeUp(chosen.sale.ticket), lambda till: till.take_up(chosen.id))
        self.host.begin(step, self._taken_up)

    def _asked(self, _found: tuple[TicketState, ...]) -> None:
        found = self._found
        if any(not isinstance(each, PendingCheckout) and not each.part_paid for each in found):
            self.host.say(_("Still no answer. It is asked again in a moment."))
        elif any(isinstance(each, PendingCheckout) for each in found):
            self.host.say(_("Not charged yet. The queue is asked every second."))
        else:
            self.host.say(_("Every payment is answered now."), "good")

    def _taken_up(self, sale: Sale) -> None:
        self.host.home()
        if sale.state != "part_paid":
            return
        self.host.perform("show_payment")
        paid, due = self.host.money(sale.paid), self.host.money(sale.due)
        text = N_("{paid} was taken, {due} is still due. {key} gives it back.")
        self.host.say(_(text, paid=paid, due=due, key=self.host.cap("abandon")), "good")

    def dress(self) -> None:
        """Captions, and what is seen beside the list: nothing if it is empty."""
        super().dress()
        found, chosen = self._found, self.chosen
        self.set_class(not found, "-empty")
        key = self.host.cap("back")
        note = _("{key} back", key=key)
        if chosen is not None:
            text = N_("⏎ take it up · {key} back") if _is_part_paid(chosen) else N_("⏎ ask now · {key} back")
            note = _(text, key=key)
        title = _("Which payment? Type its ticket or amount") if found else _("Nothing to choose")
        self.panel("line").caption(title, note)
        queued = any(isinstance(each, PendingCheckout) for each in found)
        title = _("Open payments") if queued else _("Payments being checked")
        self.panel("page").caption(title, self.count_note(len(found)))
        sale = _sale_of(chosen) if chosen is not None else None
        title = _("Ticket {ticket}", ticket=sale.called) if sale is not None else ""
        items = sale.items if sale is not None else 0
        self.panel("summary").caption(title, plural("{count} item", "{count} items", items))
        self.panel("inspector").caption(_("What happened"))

    @property
    def chosen(self) -> Open | None:
        """The one that Enter means."""
        listed = self.listed
        return listed[self.index] if listed else None

    def _page(self, columns: int, lines: int) -> Sequence[Row]:
        """The payments around the chosen one, and below them what the till does about them."""
        found, at, picked = self.listed, self.index, self.picked
        chosen_one = self.chosen
        about = [row(Piece(line, "faint")) for line in wrapped(_(self._about(chosen_one)), columns)]
        said = self.host.notice.text if self.host.notice is not None else ""
        for uncharged in map(str, self.host.till.uncharged()):
            if uncharged not in said:
                about += [BLANK, *(row(Piece(line, "bad")) for line in wrapped("! " + uncharged, columns))]
        if self._found and not found:
            return sentence(_(NOTHING_FITS), columns)
        rows: list[Row] = []
        focus = 0
        for number, each in enumerate(found):
            chosen = number == picked and len(self._found) > 1
            focus = len(rows) if number == at else focus
            if isinstance(each, PendingCheckout):
                rows += [*self._queued(each, number, columns, chosen=chosen), BLANK]
            else:
                rows += [*self._entry(each, number, columns, chosen=chosen), BLANK]
        room = max(lines - len(about), 1)
        return part(rows, room, focus if len(rows) > room else 0).within((), about)

    def _ticket(self, columns: int, lines: int) -> Sequence[Row]:
        chosen = self.chosen
        return summary_rows(_sale_of(chosen) if chosen is not None else None, self.host.money, columns, lines)

    def _about(self, chosen: Open | None) -> str:
        """What there is to know of the chosen one."""
        if chosen is None:
            return NOTHING
        if isinstance(chosen, PendingCheckout):
            return STUCK if chosen.stuck else QUEUED
        if not chosen.part_paid:
            return ABOUT
        return WAITED if self._late(chosen.part_paid_since) else PART_PAID

    def _late(self, since: datetime | None) -> bool:
        return wants_decision(since, self.host.now, self.host.decide_after)

    def _entry(self, reservation: Reservation, number: int, columns: int, *, chosen: bool) -> list[Row]:
        sale, money = reservation.sale, self.host.money
        at = reservation.created.astimezone(self.host.now.tzinfo)
        paid_since = reservation.part_paid_since if reservation.part_paid else None
        about = [_("since {time}", time=moment_text(at, "clock"))]
        about += [age] if (age := age_text(paid_since, self.host.now)) else []
        about += [_("{due} still due", due=money(reservation.outstanding))] if reservation.part_paid else []
        late = self._late(paid_since)
        head = apart(
            (
                Piece("! " if late else "◑ " if reservation.part_paid else "◐ ", "bad" if late else "warn"),
                *self._called(str(sale.called)),
                Piece("  " + " · ".join(about), "bad" if late else "faint"),
            ),
            (Piece(money(sale.total), "strong"),),
            columns,
            "chosen" if chosen else "",
            PlaceTag(number),
        )
        attempts = []
        for attempt in reservation.attempts:
            text = f"    {tender_text(attempt)}: {state_text(attempt)}"
            attempts.append(apart((Piece(text),), (Piece(money(attempt.amount)),), columns, tag=PlaceTag(number)))
        return [head, *attempts]

    def _called(self, ticket: str) -> Sequence[Piece]:
        text = _("Ticket {ticket}", ticket=clean(ticket))
        return marked(text, self.typed, width(text), "strong")

    def _queued(self, pending: PendingCheckout, number: int, columns: int, *, chosen: bool) -> list[Row]:
        kept, money = pending.kept, self.host.money
        about = [_("since {time}", time=moment_text(kept.since.astimezone(self.host.now.tzinfo), "clock"))]
        if pending.stuck:
            about.append(_("stuck in the queue"))
        elif pending.said is None:
            about.append(_("waits for the queue"))
        else:
            place = pending.place
            about.append(_("queued") if place is None else _("queued, place {place}", place=place))
        kind = "bad" if pending.stuck else "warn"
        head = apart(
            (
                Piece("! " if pending.stuck else "◔ ", kind),
                *self._called(str(kept.sale.called)),
                Piece("  " + " · ".join(about), "bad" if pending.stuck else "faint"),
            ),
            (Piece(money(kept.sale.total), "strong"),),
            columns,
            "chosen" if chosen else "",
            PlaceTag(number),
        )
        return [head, row(Piece(f"    {clean(str(kept.card))}"), tag=PlaceTag(number))]


def _sale_of(one: Open) -> Sale:
    return one.kept.sale if isinstance(one, PendingCheckout) else one.sale


def _called(one: Open) -> str:
    """A ticket's number, and its name."""
    sale = _sale_of(one)
    return f"{sale.ticket} {sale.called}"


def _key(one: Open) -> str:
    return f"queue {one.kept.ticket}" if isinstance(one, PendingCheckout) else one.id


def _paid_by(one: Open) -> str:
    """What was tried, in the words in which it is listed."""
    if isinstance(one, PendingCheckout):
        return clean(str(one.kept.card))
    return " ".join(f"{tender_text(attempt)} {state_text(attempt)}" for attempt in one.attempts)


def _is_part_paid(one: Open) -> bool:
    return not isinstance(one, PendingCheckout) and one.part_paid
