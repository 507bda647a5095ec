"""What the actions do, but for what the screen in front does itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Protocol

from pos.domain.i18n import N_, _
from pos.domain.message import quoted
from screens.app.changes import quantity_text, tell_change
from screens.app.discount_questions import ask_discount, ask_ticket_discount
from screens.app.editor import Editor
from screens.app.price_question import ask_price
from screens.app.routes import Router, route
from screens.kit.availability import PAID_STAYS
from screens.kit.holding import hold
from screens.kit.host import Navigation, Sharing, Steps
from screens.kit.listing import members_listing
from screens.kit.price_checks import ask_price_check
from screens.kit.prompts import Prompt
from screens.kit.values import TicketView

if TYPE_CHECKING:
    from pos.domain.sale import SaleLine
    from pos.language.verb import CommandResult

YES: Final = N_("y yes")
"""What answers a question with yes, in small letters, with blanks between."""


class Shared(Sharing, Navigation, Protocol):
    """What leaves an app: its texts, its pictures, and whoever is done with it."""


class NavigatingEditor(Editor, Navigation, Protocol):
    """What edits the ticket, and leads to other screens for it."""


def show_last_receipt(app: Steps) -> None:
    """Show the receipt of the sale that was finished last on this lane."""
    app.find_receipt()


def copy(app: Sharing) -> None:
    """Copy what the screen is about."""
    app.copy()


def take_picture(app: Sharing) -> None:
    """Save a picture of the screen."""
    app.screenshot()


def quit_till(app: Navigation) -> None:
    """End the app with its till."""
    app.leave()


def void_line(app: Editor) -> None:
    """Take the chosen line off."""
    from pos.language.verbs.lines import VOID, VoidLines

    line = _line(app)
    app.attempt(VOID.step(VoidLines(line.line)), _("{name} taken off.", name=line.name))


def ask_quantity(app: Editor) -> None:
    """Ask for the chosen line's quantity."""
    from pos.language.quantities import typed_quantity
    from pos.language.verbs.lines import QTY, ChangeQuantity

    line = _line(app)
    each = line.unit == "each"

    def answer(text: str) -> bool:
        quantity = typed_quantity(text)
        changed = app.attempt(QTY.step(ChangeQuantity(line.line, quantity)))
        if changed:
            tell_change(app, quantity_text(line, quantity))
        return changed

    title = N_("Quantity of {name}") if each else N_("How many {unit} of {name}")
    app.ask(
        Prompt(
            _(title, name=line.name, unit=line.unit),
            _("Enter changes it · Esc keeps it"),
            answer,
            action="quantity",
        )
    )


def ask_member(app: Editor) -> None:
    """Ask for a member's number."""
    from pos.language.verbs.ticket import MEMBER, ChangeMember

    current = app.current.member_name if app.current is not None else None
    items = app.current.items if app.current is not None else 0

    def done(performed: CommandResult) -> None:
        sale = performed.sale
        told = [_("Member {name}.", name=sale.member_name)]
        if sale.items != items and app.notice is None:
            told.append(_("The cart that was set aside is on this ticket now."))
        app.say(" ".join(told), "good")

    def answer(text: str) -> None:
        if text == "-":
            app.begin(MEMBER.step(ChangeMember(None)), lambda _done: app.say(_("The member was taken off.")))
        else:
            app.begin(MEMBER.step(ChangeMember(text)), done)

    app.ask(
        Prompt(
            _("Member instead of {name}", name=current) if current else _("Member's name or number"),
            _("- takes the member off") if current else _("Enter puts the member on the ticket"),
            answer,
            scans=lambda text: app.till.catalog.member(text) is not None,
            offers=lambda typed: members_listing(app.till.catalog, typed) if typed != "-" else None,
            action="member",
        )
    )


def ask_hold(app: Editor) -> None:
    """Ask for a name to set the ticket aside under."""
    sale = app.current
    before = sale.ticket_name if sale is not None else None
    # Without a member it keeps its name by itself, or a second one like it if another till has given that meanwhile.
    kept = before if sale is not None and sale.member is not None else None
    if not app.asks.hold_name:
        hold(app, kept)
        return
    hint = _("it is on the receipt too · Enter alone: its number")
    if sale is not None and sale.member is not None:
        hint = _("it is on the receipt too · Enter alone: their cart")
    if before is not None:
        hint = _("Enter alone: {name} again", name=quoted(before))
    app.ask(Prompt(_("Hold under which name?"), hint, lambda text: hold(app, text or kept), empty=True, action="hold"))


def ask_void_all(app: Editor) -> None:
    """Ask before everything is taken off."""
    from pos.language.verbs.lines import VOID, VoidLines, Which

    def answer(text: str) -> None:
        if text.lower() in _(YES).split():
            app.attempt(VOID.step(VoidLines(Which.ALL)), _("Everything was taken off the ticket."))
        else:
            app.say(_("Nothing was taken off."))

    app.ask(
        Prompt(_("Take everything off this ticket? Type Y"), _("Y and Enter · Esc keeps it"), answer, action="void-all")
    )


def undo(app: NavigatingEditor) -> None:
    """Take the last change of the ticket back. What is due then is seen on the ticket before it is paid."""
    from pos.language.verbs.ticket import UNDO

    if app.kind == "receipt":
        app.say(_(PAID_STAYS), "bad")
        return
    if app.kind == "payment":
        app.home()
    app.begin(UNDO.step(None), lambda performed: app.say(performed.output or ""))


def redo(app: Editor) -> None:
    """Make the change again that was taken back last."""
    from pos.language.verbs.ticket import REDO

    app.begin(REDO.step(None), lambda performed: app.say(performed.output or ""))


def recall(app: NavigatingEditor) -> None:
    """Take up the only ticket that is set aside, or let one be chosen; the one on the screen is set aside for it."""
    held, sale = app.till.held_tickets(), app.current
    own = (sale.ticket_name or sale.ticket) if sale is not None and sale.lines else ""

    def choose(told: str) -> None:
        if len(held) == 1:
            _take_up(app, held[0].name, told)
        else:
            app.front.pick_held(held, own)
            if told:
                app.say(told)

    _set_aside_first(app, choose)


def take_up(app: Editor, name: str) -> None:
    """Take up the ticket that was set aside under a name; the one on the screen is set aside for it."""
    _set_aside_first(app, lambda told: _take_up(app, name, told))


def _set_aside_first(app: Editor, then: Callable[[str], None]) -> None:
    """Set the ticket on the screen aside under its number, if it has lines; `then` hears what is to be told of it."""
    from pos.language.verbs.ticket import HOLD, NamedTicket

    sale = app.current
    if sale is None or not sale.lines:
        then("")
        return
    told = _("Ticket {ticket} is set aside.", ticket=sale.called)
    app.begin(HOLD.step(NamedTicket(sale.ticket_name or sale.ticket)), lambda _done: then(told))


def _take_up(app: Editor, name: str, told: str) -> None:
    from pos.language.verbs.ticket import RECALL, NamedTicket

    def done(performed: CommandResult) -> None:
        text = _("Ticket {ticket} is taken up again.", ticket=performed.sale.called)
        app.say(f"{told} {text}".lstrip(), "good")

    app.begin(RECALL.step(NamedTicket(name)), done)


def _line(app: TicketView) -> SaleLine:
    line = app.chosen_line
    assert line is not None, "the action's reason was asked first"
    return line


WITHOUT_TILL: Final[Mapping[str, Callable[[Shared], None]]] = {
    "copy": copy,
    "take_picture": take_picture,
    "quit_till": quit_till,
}
"""What an app does for actions that need no till, by the names of their handlers."""
HANDLERS: Final[dict[str, Callable[[Router], None]]] = {
    **WITHOUT_TILL,
    "show_last_receipt": show_last_receipt,
    "void_line": void_line,
    "ask_quantity": ask_quantity,
    "ask_discount": ask_discount,
    "ask_ticket_discount": ask_ticket_discount,
    "ask_price": ask_price,
    "ask_price_check": ask_price_check,
    "ask_member": ask_member,
    "ask_hold": ask_hold,
    "ask_void_all": ask_void_all,
    "undo": undo,
    "redo": redo,
    "recall": recall,
}
"""What the app does for actions, by the names of their handlers; the other names are those of screens to show."""


def handler_of(name: str) -> Callable[[Router], None]:
    """What does what an action's handler is called."""
    found = HANDLERS.get(name) or route(name)
    assert found is not None, f"nothing is done for {name}"
    return found
