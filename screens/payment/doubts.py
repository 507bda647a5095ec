"""What is asked on the payment screen: about a typed amount that may be no cash, and about money that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pos.domain.i18n import N_, _, decimal_mark
from pos.domain.message import Message, lazy
from screens.payment.entry_rows import Trouble
from screens.payment.quick_tenders import Doubt

if TYPE_CHECKING:
    from pos.domain.sale import Sale
    from pos.till.till import Till
    from screens.ticket.rows import Money


def told_of(doubt: Doubt, typed: str, amount: int, sale: Sale, till: Till, money: Money) -> Trouble | Message:
    """The question whether a typed amount is cash, minor units; or why it is none, and how it is typed if it is."""
    product = till.catalog.find(typed)
    if doubt is Doubt.CODE:
        way_out = f"{typed}{decimal_mark()}"
        if product is None:
            return lazy(
                "{code} is a code of the shop: nothing was taken. As cash: {example}", code=typed, example=way_out
            )
        text = N_("{code} is the code of {name}: nothing was taken. As cash: {example}")
        return lazy(text, code=typed, name=product.name, example=way_out)
    if doubt is Doubt.FAR:
        title = _("{amount} FOR {due}?", amount=money(amount), due=money(sale.cash_due))
        return Trouble("asked", title, _("That is far more than is due."))
    title = _("{amount} IN CASH?", amount=money(amount))
    if product is None:
        return Trouble("asked", title, _("{code} is a code of the shop, too.", code=typed))
    return Trouble("asked", title, _("{code} is the code of {name}, too.", code=typed, name=product.name))


def leaving(paid: str, key: str) -> Trouble:
    """The question whether a ticket is left, or given back by a key, on which so much is paid."""
    text = _("{paid} was taken. Take the rest, or press {key} to give it back.", paid=paid, key=key)
    return Trouble("leaving", _("PAID IN PART"), text)
