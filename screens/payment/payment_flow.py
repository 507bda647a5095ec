"""Taking money on a screen: what is typed and chosen, the till's steps with it, and what is told of their ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.reactive import var

from pos.domain.i18n import N_, _, decimal_mark
from pos.domain.tenders import TENDERS, Tender, tender_named, tender_of
from screens.kit.availability import Subject
from screens.kit.input.scanning import hand_of
from screens.kit.open_till_screen import OpenTillScreen
from screens.payment.entry_rows import Trouble
from screens.payment.quick_tenders import is_code, may_be_card, quick_tenders
from screens.ticket.payments import how_paid, queued_text

if TYPE_CHECKING:
    from pos.domain.errors import TillError
    from pos.domain.ports import CardToken
    from pos.domain.sale import Payment, Sale
    from pos.language.verb import CommandResult
    from pos.till.till import Till
    from screens.terminal.keys import Scanned

READER: Final = "reader"
"""The card that is in the card reader, as the till is told of it."""
CARD: Final = "card"
"""The tender that the shop's queue takes."""
TO_TICKET: Final = ("price_changed", "out_of_stock", "coupon_exhausted")
TITLES: Final = {
    "payment_declined": N_("DECLINED"),
    "payment_cancelled": N_("CANCELLED"),
    "gateway_down": N_("NOT CHARGED"),
    "queue_full": N_("NOT QUEUED"),
}
"""How a card that was not charged is told of, by the error's code."""


class PaymentFlowScreen(OpenTillScreen):
    """A screen on which the payment of the current ticket is taken, in one or several tenders."""

    typed: var[str] = var("", init=False)
    quick: var[int | None] = var(None, init=False)
    """Which quick tender was chosen by an arrow."""
    trouble: var[Trouble | None] = var(None, init=False)
    waited: var[int] = var(0, init=False)
    """How long a card is being waited for, in ticks of the clock."""

    def __init__(self) -> None:
        super().__init__()
        self._card: tuple[str, str | CardToken, int | None] | None = None
        """What was charged last: the tender, the word `reader` or a token, and how much of the due; never a number."""
        self._due: int | None = None
        """What was shown as due when the cashier came here, or after their last step: no other due is taken."""

    def _look(self) -> None:
        """What is due is what the cashier sees now."""
        self._due = self.sale.due if self.sale is not None else None

    @property
    def sale(self) -> Sale | None:
        """The ticket that is paid."""
        return self.host.sale

    @property
    def subject(self) -> Subject:
        """Whether the last card can be charged again."""
        declined = self.trouble is not None and self.trouble.kind == "declined"
        return Subject(retry=declined and self._card is not None)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """The ways to pay."""
        return {
            **super().handlers(),
            **{f"pay_{name}": partial(self.pay, name) for name in TENDERS},
            "queue_card": self.queue_card,
            "pay_again": self.pay_again,
            "abandon": self.abandon,
        }

    @property
    def tenders(self) -> tuple[int, ...]:
        """The amounts that the arrows choose among."""
        sale = self.sale
        return quick_tenders(sale.cash_due, self.host.till.catalog.exponent) if sale is not None else ()

    @property
    def _standing(self) -> Trouble | None:
        """The trouble that stands until it is answered: typing answers only whether to leave."""
        return None if self.trouble is not None and self.trouble.kind == "leaving" else self.trouble

    def pay(self, name: str) -> None:
        """Take a payment by a tender: what was typed or chosen, else exactly what is due."""
        tender = tender_named(name)
        if tender.numbered:
            self._pay_by_number(tender)
        else:
            self._pay_at_hand(tender)

    def _pay_at_hand(self, tender: Tender) -> None:
        """Take money that goes into the drawer."""
        from pos.language.verbs.paying import PAY, TakePayment

        if self.quick is not None and not self.sees_chosen("paying"):
            return
        typed, quick = self._taken()
        if typed is None:
            amount = self.tenders[quick] if quick is not None else None
        else:
            parsed = self._amount(typed)
            if parsed is None:
                return
            amount = parsed
        self.host.begin(PAY.step(TakePayment(tender.name, amount, due=self._due)), self._paid, self._failed)

    def _pay_by_number(self, tender: Tender) -> None:
        """Charge the card in the reader what was typed, else all that is due; or charge a typed number.

        What is behind no gateway has no reader: what is typed is its number.
        """
        typed, _chosen = self._taken()
        is_number = typed is not None and may_be_card(typed) and not self.host.till.catalog.is_known(typed)
        if tender.behind == "counter" and typed is None:
            self.host.say(_("Type the number first, then {key}.", key=self.host.cap(tender.name)), "bad")
        elif typed is not None and (is_number or tender.behind == "counter"):
            self._charge_number(tender.name, typed)
        elif typed is None:
            self._charge(tender.name, READER, None)
        elif (amount := self._amount(typed)) is not None:
            self._charge(tender.name, READER, amount)

    def queue_card(self) -> None:
        """Let the card in the reader, or a typed one, wait in the shop's queue for all that is due."""
        from pos.domain.errors import TillError
        from pos.domain.message import lazy

        typed, _chosen = self._taken()
        if typed is None:
            self._charge(CARD, READER, None, queued=True)
        elif may_be_card(typed) and not self.host.till.catalog.is_known(typed):
            self._charge_number(CARD, typed, queued=True)
        else:
            text = lazy("Only a whole ticket can be queued: leave the amount out.")
            self.host.refuse(TillError("bad_command", text))

    def pay_again(self) -> None:
        """Charge the same card the same amount once more."""
        if self._card is not None:
            self._taken()
            self._charge(*self._card)

    def unscanned(self, scan: Scanned) -> None:
        """What a hand has typed before it stays."""
        self.typed = hand_of(self.typed, scan.text)

    def _leaving(self, sale: Sale) -> Trouble:
        paid = self.host.money(sale.paid)
        text = _(
            "{paid} was taken. Take the rest, or press {key} to give it back.", paid=paid, key=self.host.cap("abandon")
        )
        return Trouble("leaving", _("PAID IN PART"), text)

    def abandon(self) -> None:
        """Give back what was paid, and go back to the ticket; a question comes first."""
        from pos.language.verbs.paying import ABANDON

        sale = self.sale
        assert sale is not None
        asked = self.trouble is not None and self.trouble.kind == "leaving"
        self._taken()
        if not asked:
            self.trouble = self._leaving(sale)
            return
        payments = sale.payments
        given = tuple(payment for payment in payments if payment.state == "captured")
        self.host.begin(ABANDON.step(None), lambda _done: self._given_back(given), self._failed)

    def _charge(self, tender: str, card: str | CardToken, amount: int | None, *, queued: bool | None = None) -> None:
        from pos.language.verbs.paying import PAY, TakePayment

        self._card = tender, card, amount
        self.waited = 0
        step = PAY.step(TakePayment(tender, amount, number=card, due=self._due, queued=queued))
        self.host.begin(step, self._paid, self._not_charged)

    def _charge_number(self, tender: str, number: str, *, queued: bool | None = None) -> None:
        """Charge all that is due by a number: the token takes its place at once, in the step as well."""
        from pos.language.verbs.paying import PAY, TakePayment, paid_as_asked

        typed, asked = [number], TakePayment(tender, due=self._due, queued=queued)
        token: CardToken | None = None
        self._card = None

        async def charge(till: Till) -> Sale:
            nonlocal token
            token = token or await till.tokenize(typed.pop(), tender)
            self._card = tender, token, None
            return await paid_as_asked(till, asked, token)

        self.waited = 0
        step = PAY.step_by(asked, charge)
        self.host.begin(step, self._taken_in, self._not_charged)

    def _taken(self) -> tuple[str | None, int | None]:
        """What was typed and chosen, both cleared."""
        typed, quick = self.typed or None, self.quick
        self.typed, self.quick, self.trouble = "", None, self._standing
        self.host.notice = None
        return typed, quick

    def _amount(self, typed: str) -> int | None:
        from pos.domain.errors import TillError
        from pos.domain.money import typed_money

        till = self.host.till
        if is_code(typed, till):
            from pos.language.amounts import no_amount

            self.host.refuse(TillError("card_not_an_amount", no_amount(typed, till, decimal_mark())))
            return None
        try:
            return typed_money(typed, till.catalog.exponent)
        except TillError as error:
            self.host.refuse(error)
            return None

    def _paid(self, performed: CommandResult) -> None:
        self._taken_in(performed.sale)

    def _taken_in(self, sale: Sale) -> None:
        self._look()
        self._card = self.trouble = None
        if sale.state == "paid":
            self.host.home()
            self.host.find_receipt(sale.order)
        elif sale.state == "queued":
            self.host.home()
            self.host.say(queued_text(self.host.till, sale.ticket), "good")
        else:
            paid, due = self.host.money(sale.paid), self.host.money(sale.due)
            self.host.say(_("{paid} taken, {due} still due.", paid=paid, due=due), "good")

    def _given_back(self, payments: Sequence[Payment]) -> None:
        """Say what is to be handed over from the drawer, and what goes back to a card by itself."""
        money, in_hand = self.host.money, dict[str, int]()
        for payment in payments:
            if tender_of(payment).behind == "drawer":
                in_hand[payment.tender] = in_hand.get(payment.tender, 0) + payment.amount
        tenders = ((tender_named(name), amount) for name, amount in in_hand.items())
        told = [str(tender.said(tender.hand_back, amount=money(amount))) for tender, amount in tenders]
        told += [
            _("{amount} was given back to {card}.", amount=money(payment.amount), card=how_paid(payment))
            for payment in payments
            if payment.tender not in in_hand
        ]
        self.host.home()
        self.host.say(" ".join((*told, _("The ticket can be changed."))), "good")

    def _not_charged(self, error: TillError) -> None:
        """A card was not charged; that stands until something else is done about it."""
        text = error.message
        if error.code == "queue_full":
            # Once more would be a payment at once: what is to be done is the cashier's choice.
            self._card = None
            text = f"{text} {self._at_once()}"
        if error.code in TITLES:
            title = f"{_(TITLES[error.code])}{_card_of(self.sale)}"
            self._look()
            kind: Final = "declined" if self._card is not None else "unreached"
            self._tell_trouble(Trouble(kind, title, text))
        else:
            self._failed(error)

    def _at_once(self) -> str:
        """How a card is charged without the queue."""
        whole = self.host.till.would_queue(CARD, None)
        text = N_("{key} behind a typed amount charges at once.") if whole else N_("{key} charges at once.")
        return _(text, key=self.host.cap(CARD))

    def _failed(self, error: TillError) -> None:
        self._look()
        sale = self.sale
        if error.code == "payment_unknown" and sale is not None and sale.state == "checking":
            self._card = None
            self._tell_trouble(Trouble("unknown", _("NO ANSWER"), error.message))
        elif error.code in TO_TICKET:
            self._tell_trouble(Trouble("ticket", _("NOT TAKEN"), error.message))
        else:
            self.host.say(error.message, "bad")

    def _tell_trouble(self, trouble: Trouble) -> None:
        self.trouble, self.host.notice = trouble, None

    def dropped(self, keys: int) -> None:
        """Tell it in the box about the trouble, if there is one."""
        trouble = self.trouble
        if trouble is None:
            super().dropped(keys)
        else:
            self.trouble = Trouble(trouble.kind, trouble.title, trouble.text, keys)


def _card_of(sale: Sale | None) -> str:
    """The card that was tried last, as it may be shown."""
    payments = sale.payments if sale is not None else ()
    cards = [payment for payment in payments if tender_of(payment).behind == "gateway"]
    return f"  {cards[-1].brand} ••{cards[-1].last4}" if cards and cards[-1].last4 else ""
