"""What the actions do, and why one cannot be done now. Screens are imported when they are first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.domain.words import N_, _, typed_start
from screens.acting.prompts import Prompt

if TYPE_CHECKING:
    from pos.domain.sale import Sale, SaleLine
    from pos.till.till import Till
    from screens.checks import ChecksScreen
    from screens.host import Host
    from screens.payment import PaymentScreen

YES: Final = N_("y yes")
"""What answers a question with yes, in small letters, with blanks between."""


def always(app: Host) -> str | None:
    """Nothing is in the way."""
    return None


def needs_editable(app: Host) -> str | None:
    """The ticket can be changed."""
    if app.current is not None and not app.current.editable:
        return _("This ticket is paid in part: {key} to take the rest or to give the money back.", key=app.cap("pay"))
    return None


def needs_lines(app: Host) -> str | None:
    """The ticket can be changed and has lines."""
    some = app.current is not None and app.current.lines
    return needs_editable(app) or (None if some else _("There is no line on this ticket yet."))


def needs_line(app: Host) -> str | None:
    """A line is chosen that can be changed."""
    return needs_lines(app) or (None if app.chosen_line is not None else _("Choose a line with the arrows first."))


def needs_entered(app: Host) -> str | None:
    """Something was entered: lines, coupons or a member."""
    sale = app.current
    entered = sale is not None and (sale.lines or sale.coupons or sale.member)
    return needs_editable(app) or (None if entered else _("There is nothing on this ticket yet."))


def needs_payable(app: Host) -> str | None:
    """There is something to pay."""
    some = app.current is not None and app.current.lines
    return None if some else _("There is nothing on this ticket to pay yet.")


def needs_held(app: Host) -> str | None:
    """A ticket is set aside, and the current one is empty."""
    sale = app.current
    if sale is not None and (sale.lines or sale.coupons or sale.member):
        return _("Pay, hold or void this ticket first: something is on it.")
    return None if app.till is not None and app.till.held_tickets() else _("No ticket is set aside.")


def needs_payment(app: Host) -> str | None:
    """A ticket is being paid."""
    if app.sale is not None and app.sale.state == "charging":
        return _("The card is being charged: {key} cancels it.", key=app.cap("back"))
    return None if app.current is not None else _("This ticket is done with: Enter goes on to the next one.")


def needs_due(app: Host) -> str | None:
    """Money is due."""
    due = app.current is not None and app.current.due
    return needs_payment(app) or (None if due else _("Nothing is due: {key} finishes the ticket.", key=app.cap("cash")))


def needs_declined(app: Host) -> str | None:
    """A card was declined or cancelled just now."""
    payment = _payment(app)
    return None if payment is not None and payment.can_retry else _("No card was declined just now.")


def needs_payments(app: Host) -> str | None:
    """A part payment stands."""
    paid = app.sale is not None and app.sale.state == "part_paid"
    return None if paid else _("Nothing was paid on this ticket yet: Esc goes back to it.")


def show_help(app: Host) -> None:
    """The help screen."""
    from screens.help import HelpScreen

    app.show(HelpScreen(app.kind))


def show_menu(app: Host) -> None:
    """The menu of the actions of the screen in front."""
    from screens.menu import MenuScreen

    app.show(MenuScreen(app.kind))


def show_palette(app: Host) -> None:
    """The palette, over the screen in front."""
    from screens.palette import PaletteScreen

    app.notice = None
    app.show(PaletteScreen(app.kind))


def show_settings(app: Host) -> None:
    """The settings."""
    from screens.settings import SettingsScreen

    app.notice = None
    app.show(SettingsScreen())


def show_cart(app: Host) -> None:
    """The Cart screen."""
    from screens.cart import CartScreen

    app.notice = None
    app.show(CartScreen())


def show_coupons(app: Host) -> None:
    """The Coupon screen."""
    from screens.coupon import CouponScreen

    app.notice = None
    app.show(CouponScreen())


def show_checks(app: Host) -> None:
    """The payments that are being checked."""
    from screens.checks import ChecksScreen

    app.notice = None
    app.show(ChecksScreen())


def needs_open_payment(app: Host) -> str | None:
    """A payment is being checked, or a ticket that is paid in part waits."""
    checks = _checks(app)
    return None if checks is not None and checks.chosen is not None else _("No payment is open.")


def needs_part_paid(app: Host) -> str | None:
    """The chosen ticket is paid in part, and the one on the screen is empty."""
    checks, sale = _checks(app), app.current
    if checks is None or checks.chosen is None or not checks.chosen.part_paid:
        return needs_open_payment(app) or _("This one is still being checked: {key} asks now.", key=app.cap("ask"))
    if sale is not None and (sale.lines or sale.coupons or sale.member):
        return _("Pay, hold or void this ticket first: something is on it.")
    return None


def ask_now(app: Host) -> None:
    """Ask the gateway about every payment that is being checked."""
    if (checks := _checks(app)) is not None:
        checks.ask_now()


def take_up_payment(app: Host) -> None:
    """Put the chosen ticket, which is paid in part, on the screen."""
    if (checks := _checks(app)) is not None:
        checks.take_up()


def show_payment(app: Host) -> None:
    """The Payment screen."""
    from screens.payment import PaymentScreen

    app.notice = None
    app.show(PaymentScreen())


def show_last_receipt(app: Host) -> None:
    """The receipt of the last sale."""
    app.show_receipt()


def needs_narrow(app: Host) -> str | None:
    """The inspector does not stand open already."""
    return _("The inspector stands open: this terminal has room for it.") if app.roomy else None


def toggle_inspector(app: Host) -> None:
    """Open or close the inspector."""
    app.inspecting = not app.inspecting


def go_back(app: Host) -> None:
    """What Escape does on the screen in front."""
    app.front.back()


def copy(app: Host) -> None:
    """Copy what the screen is about."""
    app.copy()


def take_picture(app: Host) -> None:
    """Save a picture of the screen."""
    app.screenshot()


def quit_till(app: Host) -> None:
    """Close the till."""
    app.leave()


def void_line(app: Host) -> None:
    """Take the chosen line off."""
    line = _line(app)
    app.attempt(lambda till: till.void(line.line), _("{name} taken off.", name=line.name))


def ask_quantity(app: Host) -> None:
    """Ask for the chosen line's quantity."""
    from pos.language.parsing import typed_quantity

    line = _line(app)
    each = line.unit == "each"
    title = N_("Quantity of {name}") if each else N_("How many {unit} of {name}")
    app.ask(
        Prompt(
            _(title, name=line.name, unit=line.unit),
            _("Enter changes it · Esc keeps it"),
            lambda text: app.attempt(lambda till: till.set_quantity(line.line, typed_quantity(text))),
        )
    )


def ask_discount(app: Host) -> None:
    """Ask for the chosen line's discount."""
    from pos.language.performing import discount_of

    line = _line(app)
    app.ask(
        Prompt(
            _("Discount on {name}", name=line.name),
            _("10% or {amount} off the line, 0 for none", amount=app.money(150)),
            lambda text: app.attempt(
                lambda till: till.discount(
                    line.line, discount_of(typed_start(text, "bad_discount"), till.catalog.exponent)
                )
            ),
        )
    )


def ask_ticket_discount(app: Host) -> None:
    """Ask for the ticket's discount."""
    from pos.language.performing import discount_of

    app.ask(
        Prompt(
            _("Discount on the whole ticket"),
            _("10% or {amount} off the ticket, 0 for none", amount=app.money(150)),
            lambda text: app.attempt(
                lambda till: till.discount_ticket(discount_of(typed_start(text, "bad_discount"), till.catalog.exponent))
            ),
        )
    )


def ask_price(app: Host) -> None:
    """Ask for the chosen line's price."""
    line = _line(app)
    app.ask(
        Prompt(
            _("Price of {name}", name=line.name),
            _("per piece or unit, - for the catalog's price"),
            lambda text: app.attempt(lambda till: till.price(line.line, _typed_price(till, text))),
        )
    )


def _typed_price(till: Till, text: str) -> int | None:
    """A price as typed, None for the catalog's. Raises TillError `bad_price`."""
    from pos.domain.errors import TillError
    from pos.domain.money import typed_money

    if text == "-":
        return None
    try:
        return typed_money(text, till.catalog.exponent)
    except TillError as error:
        raise TillError("bad_price", error.message) from None


def ask_member(app: Host) -> None:
    """Ask for a member's number."""
    current = app.current.member_name if app.current is not None else None
    items = app.current.items if app.current is not None else 0

    def done(sale: Sale) -> None:
        told = [_("Member {name}.", name=sale.member_name)]
        if sale.items != items:
            told.append(_("The cart that was set aside is on this ticket now."))
        if app.notice is not None:
            told.append(app.notice.text)
        app.say(" ".join(told), "good")

    def answer(text: str) -> None:
        assert app.till is not None
        if text == "-":
            app.attempt(lambda till: till.detach_member(), _("The member was taken off."))
        else:
            app.begin(app.till.attach_member(text), done)

    app.ask(
        Prompt(
            _("Member instead of {name}", name=current) if current else _("Member's number"),
            _("- takes the member off") if current else _("Enter puts the member on the ticket"),
            answer,
        )
    )


def ask_hold(app: Host) -> None:
    """Ask for a name to set the ticket aside under."""

    def done(sale: Sale) -> None:
        app.say(
            _("Ticket {ticket} is set aside. {key} takes it up again.", ticket=sale.ticket, key=app.cap("recall")),
            "good",
        )

    def answer(text: str) -> None:
        assert app.till is not None
        app.begin(app.till.hold(text or None), done)

    hint = _("Enter alone: its number, or its member's cart")
    app.ask(Prompt(_("Hold under which name?"), hint, answer, empty=True))


def ask_void_all(app: Host) -> None:
    """Ask before everything is taken off."""

    def answer(text: str) -> None:
        if text.lower() in _(YES).split():
            app.attempt(lambda till: till.void_all(), _("Everything was taken off the ticket."))
        else:
            app.say(_("Nothing was taken off."))

    app.ask(Prompt(_("Take everything off this ticket? Type Y"), _("Y and Enter · Esc keeps it"), answer))


def recall(app: Host) -> None:
    """Take up the only ticket that is set aside, or let one be chosen."""
    assert app.till is not None
    held = app.till.held_tickets()
    if len(held) == 1:
        take_up(app, held[0].name)
    else:
        app.front.pick_held(held)


def take_up(app: Host, name: str) -> None:
    """Take up the ticket that was set aside under a name."""
    assert app.till is not None
    done = N_("Ticket {ticket} is taken up again.")
    app.begin(app.till.recall(name), lambda sale: app.say(_(done, ticket=sale.ticket), "good"))


def pay_cash(app: Host) -> None:
    """Take cash."""
    if (payment := _payment(app)) is not None:
        payment.pay_cash()


def pay_card(app: Host) -> None:
    """Charge a card."""
    if (payment := _payment(app)) is not None:
        payment.pay_card()


def pay_again(app: Host) -> None:
    """Charge the same card the same amount again."""
    if (payment := _payment(app)) is not None:
        payment.pay_again()


def abandon(app: Host) -> None:
    """Give back what was paid in part."""
    if (payment := _payment(app)) is not None:
        payment.abandon()


def print_receipt(app: Host) -> None:
    """Print the receipt that is shown."""
    from screens.receipt import ReceiptScreen

    if isinstance(app.front, ReceiptScreen):
        app.front.print_it()


def _payment(app: Host) -> PaymentScreen | None:
    from screens.payment import PaymentScreen

    return next((screen for screen in app.screen_stack if isinstance(screen, PaymentScreen)), None)


def _checks(app: Host) -> ChecksScreen | None:
    from screens.checks import ChecksScreen

    return next((screen for screen in app.screen_stack if isinstance(screen, ChecksScreen)), None)


def _line(app: Host) -> SaleLine:
    line = app.chosen_line
    assert line is not None, "the action's reason was asked first"
    return line
