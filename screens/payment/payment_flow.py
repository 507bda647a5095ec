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
from screens.payment.charge import Charge
from screens.payment.choices import Choice, Queueing, choices
from screens.payment.doubts import leaving, told_of
from screens.payment.entry_rows import Trouble
from screens.payment.quick_tenders import amount_of, doubt_of, is_code, may_be_card
from screens.ticket.payments import how_paid, last_card, queued_text

if TYPE_CHECKING:
    from datetime import datetime

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
    """Which of the choices was chosen by an arrow."""
    trouble: var[Trouble | None] = var(None, init=False)
    unchosen: var[bool] = var(False, init=False)
    """Whether something was refused since, so that Enter takes nothing until something is typed or chosen."""
    waited: var[int] = var(0, init=False)
    """How long a step is being waited for, in ticks of the clock."""

    def __init__(self) -> None:
        super().__init__()
        self._card: Charge | None = None
        """What is being charged."""
        self._declined: Charge | None = None
        """What was declined here last: it can be charged again until this screen is left, or a card has paid."""
        self._begun: datetime | None = None
        """When the charge was begun."""
        self._asked = ""
        """The typed amount that was asked about."""
        self._unseen = False
        """Whether what a payment has led to was not drawn yet: a key that came before it cannot answer it."""
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
        """Whether the card that was declined can be charged again."""
        return Subject(retry=self._declined is not None)

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
    def choices(self) -> tuple[Choice, ...]:
        """The ways to pay that the arrows choose among."""
        sale, till, typed = self.sale, self.host.till, self.typed
        if sale is None:
            return ()
        return choices(
            sale, till.catalog.exponent, self.host.money, typed=typed, amount=amount_of(typed, till),
            queue=self.queueing, again=self._declined.name if self._declined is not None else None,
        )  # fmt: skip

    @property
    def queueing(self) -> Queueing:
        """Whether a card may wait in the shop's queue here, or does so if nothing else is said."""
        till = self.host.till
        return "usual" if till.would_queue(CARD, None) else "offered" if till.has_queue else ""

    @property
    def picked(self) -> int | None:
        """Which of the choices Enter takes; None: none.

        That is the exact amount in cash from the start, the typed one in cash, or what an arrow has chosen. A trouble
        or a question is answered by its own keys, and after a refusal Enter is a retry: then an arrow has to choose.
        """
        if self.quick is not None:
            return self.quick
        if self.typed:
            return 0 if amount_of(self.typed, self.host.till) is not None else None
        return 0 if self.trouble is None and not self.unchosen and self.choices else None

    @property
    def asking_cash(self) -> bool:
        """Whether it is asked if so much that was typed is cash."""
        return self.trouble is not None and self.trouble.kind == "asked"

    @property
    def passed(self) -> float:
        """How much of the time has passed that the bank has for an answer, from 0 to 1."""
        patience = self.host.till.patience
        if self._begun is None or not patience:
            return 0.0
        return min(max((self.host.now - self._begun) / patience, 0.0), 1.0)

    @property
    def _standing(self) -> Trouble | None:
        """The trouble that stands until it is answered: typing answers only a question."""
        return None if self.trouble is not None and self.trouble.question else self.trouble

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

        picked = self.choices[self.quick] if self.quick is not None else None
        noted = picked is not None and picked.note and picked.action == tender.name
        if (noted and not self.sees_chosen("paying")) or not self._is_sure(tender):
            return
        typed = self._taken()
        amount = picked.amount if picked is not None and noted else None
        if typed is not None and (amount := self._amount(typed)) is None:
            return
        self.host.begin(PAY.step(TakePayment(tender.name, amount, due=self._due)), self._paid, self._failed)

    def _is_sure(self, tender: Tender) -> bool:
        """Whether what is typed is money in the drawer, as far as can be told; else it is refused, or asked once."""
        from pos.domain.errors import TillError

        till, sale, typed = self.host.till, self.sale, self.typed
        amount = amount_of(typed, till)
        if sale is None or amount is None or tender.over != "change":
            return True
        if typed == self._asked and self.asking_cash:
            return not self._unseen
        doubt = doubt_of(typed, amount, sale.cash_due, till)
        if doubt is None:
            return True
        told = told_of(doubt, typed, amount, sale, till, self.host.money)
        if isinstance(told, Trouble):
            self._asked, self._unseen = typed, True
            self.host.expect_echo(of_step=False)
            self._tell_trouble(told)
        else:
            self._taken()
            self._refuse(TillError("card_not_an_amount", told))
        return False

    def _pay_by_number(self, tender: Tender) -> None:
        """Charge the card in the reader what was typed, else all that is due; or charge a typed number.

        What is behind no gateway has no reader: what is typed is its number.
        """
        typed = self._taken()
        is_number = typed is not None and may_be_card(typed) and not self.host.till.catalog.is_known(typed)
        if tender.behind == "counter" and typed is None:
            self.unchosen = True
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

        typed = self._taken()
        if typed is None:
            self._charge(CARD, READER, None, queued=True)
        elif may_be_card(typed) and not self.host.till.catalog.is_known(typed):
            self._charge_number(CARD, typed, queued=True)
        else:
            text = lazy("Only a whole ticket can be queued: leave the amount out.")
            self._refuse(TillError("bad_command", text))

    def pay_again(self) -> None:
        """Charge the declined card once more: what was typed, else the same, or what is left to pay if that is less."""
        sale, charge = self.sale, self._declined
        if charge is None or sale is None:
            return
        typed, amount = self._taken(), charge.amount
        if typed is not None and (amount := self._amount(typed)) is None:
            return
        whole = typed is None and amount is not None and amount >= sale.due
        self._charge(charge.tender, charge.card, None if whole else amount)

    def unscanned(self, scan: Scanned) -> None:
        """What a hand has typed before it stays."""
        self.typed = hand_of(self.typed, scan.text)

    def left_behind(self) -> None:
        """An amount that did not come along is not to be paid exactly by a retry: something has to be chosen first."""
        self.unchosen = True

    def leaving(self, sale: Sale) -> Trouble:
        """The question whether a ticket is left on which a part payment stands."""
        return leaving(self.host.money(sale.paid), self.host.cap("abandon"))

    def abandon(self) -> None:
        """Give back what was paid, and go back to the ticket; a question comes first."""
        from pos.language.verbs.paying import ABANDON

        sale = self.sale
        assert sale is not None
        asked = self.trouble is not None and self.trouble.kind == "leaving"
        self._taken()
        if not asked:
            self.trouble = self.leaving(sale)
            self.host.expect_echo(of_step=False)
            return
        payments = sale.payments
        given = tuple(payment for payment in payments if payment.state == "captured")
        self.host.begin(ABANDON.step(None), lambda _done: self._given_back(given), self._failed)

    def _charge(self, tender: str, card: str | CardToken, amount: int | None, *, queued: bool | None = None) -> None:
        from pos.language.verbs.paying import PAY, TakePayment

        self._card, self._begun, self.waited = Charge(tender, card, amount), self.host.now, 0
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
            self._card = Charge(tender, token)
            return await paid_as_asked(till, asked, token)

        self._begun, self.waited = self.host.now, 0
        step = PAY.step_by(asked, charge)
        self.host.begin(step, self._taken_in, self._not_charged)

    def _taken(self) -> str | None:
        """What was typed; it is cleared, and what was chosen."""
        typed, self.host.notice = self.typed or None, None
        self.typed, self.quick, self.trouble, self._asked = "", None, self._standing, ""
        return typed

    def _amount(self, typed: str) -> int | None:
        from pos.domain.errors import TillError
        from pos.domain.money import typed_money

        till = self.host.till
        if is_code(typed, till):
            from pos.language.amounts import no_amount

            self._refuse(TillError("card_not_an_amount", no_amount(typed, till, decimal_mark())))
            return None
        try:
            return typed_money(typed, till.catalog.exponent)
        except TillError as error:
            self._refuse(error)
            return None

    def _refuse(self, error: TillError) -> None:
        """Say why what was typed is no money; Enter once more at once would take the exact amount, unmeant."""
        self.host.expect_echo(of_step=False)
        self.unchosen = True
        self.host.refuse(error)

    def _paid(self, performed: CommandResult) -> None:
        self._taken_in(performed.sale)

    def _taken_in(self, sale: Sale) -> None:
        self.host.expect_echo()
        self._look()
        if self._card is not None:
            self._card = self._declined = None
        self.trouble, self.unchosen, self._unseen = None, False, True
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
        """Say what goes back to a card by itself; what is to be handed over from the drawer is told by the till."""
        told = [
            _("{amount} was given back to {card}.", amount=self.host.money(payment.amount), card=how_paid(payment))
            for payment in payments
            if tender_of(payment).behind != "drawer"
        ]
        self.host.home()
        self.host.say(" ".join((*told, _("The ticket can be changed."))), "good")

    def _not_charged(self, error: TillError) -> None:
        """A card was not charged; that stands until something else is done about it."""
        self.host.expect_echo()
        text = error.message
        if error.code == "queue_full":
            # Once more would be a payment at once: what is to be done is the cashier's choice.
            self._card = None
            text = f"{text} {self._at_once()}"
        if error.code in TITLES:
            title = f"{_(TITLES[error.code])}  {last_card(self.sale)}".rstrip()
            self._look()
            kind: Final = "declined" if self._card is not None else "unreached"
            if self._card is not None:
                self._declined, self._card = self._card._replace(name=last_card(self.sale)), None
            self._tell_trouble(Trouble(kind, title, text))
        else:
            self._card = None
            self._failed(error)

    def _at_once(self) -> str:
        """How a card is charged without the queue."""
        whole = self.host.till.would_queue(CARD, None)
        text = N_("{key} behind a typed amount charges at once.") if whole else N_("{key} charges at once.")
        return _(text, key=self.host.cap(CARD))

    def _failed(self, error: TillError) -> None:
        self.host.expect_echo()
        self._look()
        sale = self.sale
        if error.code == "payment_unknown" and sale is not None and sale.state == "checking":
            self._card = None
            self._tell_trouble(Trouble("unknown", _("NO ANSWER"), error.message))
        elif error.code in TO_TICKET:
            self._tell_trouble(Trouble("ticket", _("NOT TAKEN"), error.message))
        else:
            self.unchosen = True
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
