"""What the actions do, and why one cannot be done now. Screens are imported when they are first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.acting.prompts import Prompt

if TYPE_CHECKING:
    from pos.domain.sale import Sale, SaleLine
    from screens.host import Host
    from screens.payment import PaymentScreen

NO_LINES = "There is no line on this ticket yet."


def always(app: Host) -> str | None:
    """Nothing is in the way."""
    return None


def needs_editable(app: Host) -> str | None:
    """The ticket can be changed."""
    if app.current is not None and not app.current.editable:
        return "This ticket is paid in part: F12 to take the rest or to give the money back."
    return None


def needs_lines(app: Host) -> str | None:
    """The ticket can be changed and has lines."""
    return needs_editable(app) or (None if app.current is not None and app.current.lines else NO_LINES)


def needs_line(app: Host) -> str | None:
    """A line is chosen that can be changed."""
    return needs_lines(app) or (None if app.chosen_line is not None else "Choose a line with the arrows first.")


def needs_entered(app: Host) -> str | None:
    """Something was entered: lines, coupons or a member."""
    sale = app.current
    entered = sale is not None and (sale.lines or sale.coupons or sale.member)
    return needs_editable(app) or (None if entered else "There is nothing on this ticket yet.")


def needs_payable(app: Host) -> str | None:
    """There is something to pay."""
    return None if app.current is not None and app.current.lines else "There is nothing on this ticket to pay yet."


def needs_held(app: Host) -> str | None:
    """A ticket is set aside, and the current one is empty."""
    sale = app.current
    if sale is not None and (sale.lines or sale.coupons or sale.member):
        return "Pay, hold or void this ticket first: something is on it."
    return None if app.till is not None and app.till.held_tickets() else "No ticket is set aside."


def needs_payment(app: Host) -> str | None:
    """A ticket is being paid."""
    return None if app.current is not None else "This ticket is done with: Enter goes on to the next one."


def needs_due(app: Host) -> str | None:
    """Money is due."""
    due = app.current is not None and app.current.due
    return needs_payment(app) or (None if due else "Nothing is due: C finishes the ticket.")


def needs_declined(app: Host) -> str | None:
    """A card was declined or cancelled just now."""
    payment = _payment(app)
    return None if payment is not None and payment.can_retry else "No card was declined just now."


def needs_payments(app: Host) -> str | None:
    """A part payment stands."""
    paid = app.sale is not None and app.sale.state == "part_paid"
    return None if paid else "Nothing was paid on this ticket yet: Esc goes back to it."


def show_help(app: Host) -> None:
    """The help screen."""
    from screens.help import HelpScreen

    app.show(HelpScreen(app.kind))


def show_menu(app: Host) -> None:
    """The menu of the actions of the screen in front."""
    from screens.menu import MenuScreen

    app.show(MenuScreen(app.kind))


def show_cart(app: Host) -> None:
    """The Cart screen."""
    from screens.cart import CartScreen

    app.show(CartScreen())


def show_coupons(app: Host) -> None:
    """The Coupon screen."""
    from screens.coupon import CouponScreen

    app.show(CouponScreen())


def show_checks(app: Host) -> None:
    """The payments that are being checked."""
    from screens.checks import ChecksScreen

    app.notice = None
    app.show(ChecksScreen())


def show_payment(app: Host) -> None:
    """The Payment screen."""
    from screens.payment import PaymentScreen

    app.show(PaymentScreen())


def show_last_receipt(app: Host) -> None:
    """The receipt of the last sale."""
    app.show_receipt()


def toggle_inspector(app: Host) -> None:
    """Open or close the inspector."""
    app.inspecting = not app.inspecting


def go_back(app: Host) -> None:
    """What Escape does on the screen in front."""
    app.front.back()


def quit_till(app: Host) -> None:
    """Close the till."""
    app.leave()


def void_line(app: Host) -> None:
    """Take the chosen line off."""
    line = _line(app)
    app.attempt(lambda till: till.void(line.line), f"{line.name} taken off.")


def ask_quantity(app: Host) -> None:
    """Ask for the chosen line's quantity."""
    from pos.language.parsing import quantity

    line = _line(app)
    what = "Quantity" if line.unit == "each" else f"How many {line.unit}"
    app.ask(
        Prompt(
            f"{what} of {line.name}",
            "Enter changes it · Esc keeps it",
            lambda text: app.attempt(lambda till: till.set_quantity(line.line, quantity(text))),
        )
    )


def ask_discount(app: Host) -> None:
    """Ask for the chosen line's discount."""
    from pos.language.performing import discount_of

    line = _line(app)
    app.ask(
        Prompt(
            f"Discount on {line.name}",
            "10% or 1.50 off the line, 0 for none",
            lambda text: app.attempt(lambda till: till.discount(line.line, discount_of(text, till.catalog.exponent))),
        )
    )


def ask_ticket_discount(app: Host) -> None:
    """Ask for the ticket's discount."""
    from pos.language.performing import discount_of

    app.ask(
        Prompt(
            "Discount on the whole ticket",
            "10% or 1.50 off the ticket, 0 for none",
            lambda text: app.attempt(lambda till: till.discount_ticket(discount_of(text, till.catalog.exponent))),
        )
    )


def ask_price(app: Host) -> None:
    """Ask for the chosen line's price."""
    line = _line(app)
    app.ask(
        Prompt(
            f"Price of {line.name}",
            "per piece or unit, - for the catalog's price",
            lambda text: app.command(f"price {line.line} {text}"),
        )
    )


def ask_member(app: Host) -> None:
    """Ask for a member's number."""
    current = app.current.member_name if app.current is not None else None
    items = app.current.items if app.current is not None else 0

    def done(sale: Sale) -> None:
        told = [f"Member {sale.member_name}."]
        if sale.items != items:
            told.append("The cart that was set aside is on this ticket now.")
        if app.notice is not None:
            told.append(app.notice.text)
        app.say(" ".join(told), "good")

    def answer(text: str) -> None:
        assert app.till is not None
        if text == "-":
            app.attempt(lambda till: till.detach_member(), "The member was taken off.")
        else:
            app.begin(app.till.attach_member(text), done)

    app.ask(
        Prompt(
            f"Member instead of {current}" if current else "Member's number",
            "- takes the member off" if current else "Enter puts the member on the ticket",
            answer,
        )
    )


def ask_hold(app: Host) -> None:
    """Ask for a name to set the ticket aside under."""

    def done(sale: Sale) -> None:
        app.say(f"Ticket {sale.ticket} is set aside. F8 takes it up again.", "good")

    def answer(text: str) -> None:
        assert app.till is not None
        app.begin(app.till.hold(text or None), done)

    app.ask(Prompt("Hold under which name?", "Enter alone: its number, or its member's cart", answer, empty=True))


def ask_void_all(app: Host) -> None:
    """Ask before everything is taken off."""

    def answer(text: str) -> None:
        if text.lower() in ("y", "yes"):
            app.attempt(lambda till: till.void_all(), "Everything was taken off the ticket.")
        else:
            app.say("Nothing was taken off.")

    app.ask(Prompt("Take everything off this ticket? Type Y", "Y and Enter · Esc keeps it", answer))


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
    app.begin(app.till.recall(name), lambda sale: app.say(f"Ticket {sale.ticket} is taken up again.", "good"))


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


def _line(app: Host) -> SaleLine:
    line = app.chosen_line
    assert line is not None, "the action's reason was asked first"
    return line
