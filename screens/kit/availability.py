"""Why an action cannot be done now, in a sentence; None if it can. Screens are imported late."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos.domain.words import _

if TYPE_CHECKING:
    from screens.checks.screen import ChecksScreen
    from screens.kit.host import Host
    from screens.payment.screen import PaymentScreen


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
    return needs_editable(app) or (None if _entered(app) else _("There is nothing on this ticket yet."))


def needs_payable(app: Host) -> str | None:
    """There is something to pay."""
    some = app.current is not None and app.current.lines
    return None if some else _("There is nothing on this ticket to pay yet.")


def needs_held(app: Host) -> str | None:
    """A ticket is set aside, and the current one is empty."""
    some = app.till is not None and app.till.held_tickets()
    return _needs_empty(app) or (None if some else _("No ticket is set aside."))


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
    payment = payment_of(app)
    return None if payment is not None and payment.can_retry else _("No card was declined just now.")


def needs_payments(app: Host) -> str | None:
    """A part payment stands."""
    paid = app.sale is not None and app.sale.state == "part_paid"
    return None if paid else _("Nothing was paid on this ticket yet: Esc goes back to it.")


def needs_open_payment(app: Host) -> str | None:
    """A payment is being checked, or a ticket that is paid in part waits."""
    checks = checks_of(app)
    return None if checks is not None and checks.chosen is not None else _("No payment is open.")


def needs_part_paid(app: Host) -> str | None:
    """The chosen ticket is paid in part, and the one on the screen is empty."""
    checks = checks_of(app)
    if checks is None or checks.chosen is None or not checks.chosen.part_paid:
        return needs_open_payment(app) or _("This one is still being checked: {key} asks now.", key=app.cap("ask"))
    return _needs_empty(app)


def needs_playground(app: Host) -> str | None:
    """What is done counts for nobody, so that the gateway may be told what to answer."""
    may = app.till is not None and app.till.gateway_plan is not None
    return None if may else _("The gateway can be told what to answer in training or in a demo store only.")


def payment_of(app: Host) -> PaymentScreen | None:
    """The Payment screen, if it is open."""
    from screens.payment.screen import PaymentScreen

    return next((screen for screen in app.screen_stack if isinstance(screen, PaymentScreen)), None)


def checks_of(app: Host) -> ChecksScreen | None:
    """The list of open payments, if it is open."""
    from screens.checks.screen import ChecksScreen

    return next((screen for screen in app.screen_stack if isinstance(screen, ChecksScreen)), None)


def _entered(app: Host) -> bool:
    """Whether lines, coupons or a member are on the ticket."""
    sale = app.current
    return sale is not None and bool(sale.lines or sale.coupons or sale.member)


def _needs_empty(app: Host) -> str | None:
    """Another ticket may take the place of the current one."""
    return _("Pay, hold or void this ticket first: something is on it.") if _entered(app) else None
