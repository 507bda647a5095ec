"""The payment screen: digits type an amount, letters act, and what a card's gateway answers is told calmly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Container, Horizontal
from textual.reactive import var
from textual.widget import Widget

from pos.domain.words import N_, _, decimal_mark, plural
from screens.acting.keys import Key, Scanned
from screens.acting.scanning import hand_of, split
from screens.acting.tenders import is_code, may_be_card, quick_tenders, with_mark, written_ahead
from screens.base import TillScreen
from screens.drawing.panel import Panel
from screens.drawing.rows import Row
from screens.drawing.tags import Tag, Tender
from screens.parts.bars import inspector_caption
from screens.parts.inspector import Inspector
from screens.parts.paying import how_paid, paying_rows, summary_rows
from screens.parts.tendering import Desk, Trouble

if TYPE_CHECKING:
    from pos.domain.errors import TillError
    from pos.domain.sale import Payment, Sale
    from screens.acting.bursts import Burst

LONGEST: Final = 24
COMMAND: Final = 200
STAYING: Final = ("gateway", "wait", "expect", "say")
"""Commands that change nothing on the ticket; for any other the till goes back to it first."""
TO_TICKET: Final = ("price_changed", "out_of_stock", "coupon_exhausted")
TITLES: Final = {
    "payment_declined": N_("DECLINED"),
    "payment_cancelled": N_("CANCELLED"),
    "gateway_down": N_("NOT CHARGED"),
}
"""How a card that was not charged is told of, by the error's code."""


class PaymentScreen(TillScreen):
    """Takes the payment of the current ticket, in one or several tenders."""

    KIND: ClassVar[str] = "payment"
    CSS_PATH = "payment.tcss"

    typed: var[str] = var("", init=False)
    quick: var[int | None] = var(None, init=False)
    """Which quick tender was chosen by an arrow."""
    trouble: var[Trouble | None] = var(None, init=False)
    waited: var[int] = var(0, init=False)
    """How long a card is being waited for, in ticks of the clock."""

    def __init__(self) -> None:
        super().__init__()
        self._card: tuple[str, int | None] | None = None
        self._due: int | None = None
        """What was shown as due when the cashier came here, or after their last step: no other due is taken."""

    def body(self) -> Sequence[Widget]:
        """The payment at the left; the ticket or the inspector beside it, or both where there is room."""
        return (
            Horizontal(
                Panel(self._paying, "paying", frame="accent"),
                Container(
                    Panel(self._summary, "summary", frame="rim"),
                    Inspector(self, "inspector", edits=False),
                    id="beside",
                ),
                id="body",
            ),
        )

    def on_mount(self) -> None:
        """Count the seconds of a card payment, where time passes."""
        super().on_mount()
        for name in ("typed", "quick", "trouble", "waited"):
            self.watch(self, name, self.redraw, init=False)
        self.watch(self.app, "sale", self._answered, init=False)
        if self.host.live:
            self.set_interval(0.5, self.tick)

    def _look(self) -> None:
        """What is due is what the cashier sees now."""
        self._due = self.sale.due if self.sale is not None else None

    def tick(self) -> None:
        """Count how long a card is waited for."""
        if self.host.working:
            self.waited += 1

    def _answered(self, sale: Sale | None) -> None:
        """A payment that was being checked is not any longer: the ticket's screen says what became of it."""
        if self._checked and self.in_front and (sale is None or sale.state != "checking"):
            self.host.home()

    def on_screen_resume(self) -> None:
        """Draw again after another screen was in front; the answer may have come meanwhile."""
        super().on_screen_resume()
        self._look()
        self._answered(self.sale)

    @property
    def sale(self) -> Sale | None:
        """The ticket that is paid."""
        return self.host.sale

    @property
    def can_retry(self) -> bool:
        """Whether the last card can be charged again."""
        return self._card is not None and self.trouble is not None and self.trouble.kind == "declined"

    @property
    def commanding(self) -> bool:
        """Whether a command is typed."""
        return self.typed.startswith("/")

    @property
    def tenders(self) -> tuple[int, ...]:
        """The amounts that the arrows choose among."""
        till = self.host.till
        return quick_tenders(self.sale.cash_due, till.catalog.exponent) if self.sale is not None and till else ()

    def take(self, key: Key) -> None:
        """While a payment is being checked, digits and `/` belong to the next ticket; else letters act and digits type.

        After a `/` a command is typed, and no letter of it acts.
        """
        checked = self._checked
        special = key.char is None and key.name.startswith(("f", "ctrl+"))
        if key.char is not None and not checked and (self.commanding or (key.char == "/" and not self.typed)):
            self.typed, self.quick, self.trouble = (self.typed + key.char)[:COMMAND], None, self._standing
            self.host.notice = None
        elif not checked or special:
            super().take(key)
        elif key.name in ("enter", "escape") or key.name.isdecimal() or key.char == "/":
            self.host.home()
            if key.char is not None:
                self.host.take(key)

    @property
    def _checked(self) -> bool:
        """Whether the payment is being checked, so that whatever is typed belongs to the next ticket."""
        return self.trouble is not None and self.trouble.kind == "unknown"

    def holds(self, key: Key) -> bool:
        """Every key acts or types an amount, unless a command is typed."""
        return key.char is not None and (self._checked or not self.commanding)

    def meant(self, burst: Burst) -> int:
        """What is written in one piece with F12 and makes sense as what a cashier types ahead; a card's number."""
        if self._checked or self.commanding:
            return 0
        if burst.text.startswith("/") and burst.ahead:
            return len(burst.text)
        return written_ahead(burst, self._acts, self.host.is_code)

    def _acts(self, char: str) -> bool:
        return self.host.keymap.action(self.KIND, char) is not None

    def scanned(self, scan: Scanned) -> None:
        """A scan takes no money, whatever its letters: it is dropped, since nobody knows whose goods it is of.

        While the payment is being checked it is the next customer's.
        """
        if self._checked:
            self.host.home()
            self.host.front.scanned(scan)
            return
        if self.commanding:
            self.typed = hand_of(self.typed, scan.text)
        self.host.say(self._not_taken(scan), "bad")

    def _not_taken(self, scan: Scanned) -> str:
        from pos.till.editing import shortened

        till, code = self.host.till, split(scan.text).rest
        if is_code(scan.text, till):
            return _("That is a code, not an amount: nothing was taken.")
        product = till.catalog.find(code) if till is not None and code else None
        if product is not None:
            text = N_("{name} was scanned: nothing was taken, and it is not on the ticket.")
            return _(text, name=product.name)
        if scan.ended:
            return _("“{code}” was scanned: nothing was taken.", code=shortened(scan.text))
        return _("“{text}” came faster than hands type: nothing was taken.", text=shortened(scan.text))

    def press(self, key: Key) -> None:
        """Digits type, arrows choose, Enter takes what was typed or chosen."""
        match key.name:
            case "enter":
                self._enter()
            case "backspace":
                self.typed = self.typed[:-1]
            case "up" | "left" | "down" | "right":
                self._choose(-1 if key.name in ("up", "left") else 1)
            case char if char in "0123456789.," and len(self.typed) < LONGEST:
                self.typed = with_mark(self.typed) if char in ".," else self.typed + char
                self.quick, self.trouble = None, self._standing
                self.host.notice = None

    @property
    def _standing(self) -> Trouble | None:
        """The trouble that stands until it is answered: typing answers only whether to leave."""
        return None if self.trouble is not None and self.trouble.kind == "leaving" else self.trouble

    def back(self) -> None:
        """Escape: clear, or go back to the ticket; a part payment is not left silently."""
        if self.typed or self.quick is not None:
            self.typed, self.quick = "", None
        elif self.sale is not None and self.sale.state == "part_paid":
            self.trouble = None if self.trouble is not None else self._leaving(self.sale)
        else:
            self.host.notice = None
            self.host.home()

    def _leaving(self, sale: Sale) -> Trouble:
        paid = self.host.money(sale.paid)
        text = _(
            "{paid} was taken. Take the rest, or press {key} to give it back.", paid=paid, key=self.host.cap("abandon")
        )
        return Trouble("leaving", _("PAID IN PART"), text)

    def _choose(self, step: int) -> None:
        if self.tenders:
            many = len(self.tenders)
            # The exact amount has a key of its own, so that the first arrow goes to the first note.
            begin = min(1, many - 1) if step > 0 else many - 1
            self.quick = begin if self.quick is None else (self.quick + step) % many
            self.typed, self.trouble = "", self._standing

    def clicked(self, tag: Tag) -> None:
        """A quick tender is chosen; the chosen one is taken."""
        if not isinstance(tag, Tender):
            super().clicked(tag)
        elif tag.index == self.quick:
            self._enter()
        elif tag.index < len(self.tenders):
            self.typed, self.quick, self.trouble = "", tag.index, self._standing
            self.host.notice = None

    def wheeled(self, panel: str, step: int) -> None:
        """Over the payment the wheel chooses a quick tender, unless something is typed."""
        if panel == "paying" and not self.typed:
            super().wheeled(panel, step)

    def _enter(self) -> None:
        if self.commanding:
            line, self.typed = self.typed[1:], ""
            if line.partition(" ")[0].lower() not in STAYING:
                self.host.home()
            self.host.command(line)
            return
        nothing_to_take = self.sale is not None and not self.sale.cash_due and not self.typed
        if self.typed or self.quick is not None or nothing_to_take:
            self.pay_cash()

    def pay_cash(self) -> None:
        """Take what was typed or chosen in cash, else exactly what is due."""
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
        till = self.host.till
        assert till is not None
        self.host.begin(till.pay_cash(amount, due=self._due), self._taken_in, self._failed)

    def pay_card(self) -> None:
        """Charge the card in the reader what was typed, else all that is due; or charge a typed card number."""
        typed, _ = self._taken()
        till = self.host.till
        assert till is not None
        if typed is not None and may_be_card(typed) and not till.catalog.is_known(typed):
            self._charge(typed, None)
        elif typed is None:
            self._charge("reader", None)
        elif (amount := self._amount(typed)) is not None:
            self._charge("reader", amount)

    def pay_again(self) -> None:
        """Charge the same card the same amount once more."""
        if self._card is not None:
            self._taken()
            self._charge(*self._card)

    def abandon(self) -> None:
        """Give back what was paid, and go back to the ticket; a question comes first."""
        till, sale = self.host.till, self.sale
        assert till is not None
        assert sale is not None
        asked = self.trouble is not None and self.trouble.kind == "leaving"
        self._taken()
        if not asked:
            self.trouble = self._leaving(sale)
            return
        payments = sale.payments
        given = tuple(payment for payment in payments if payment.state == "captured")
        self.host.begin(till.abandon(), lambda _: self._given_back(given), self._failed)

    def _charge(self, number: str, amount: int | None) -> None:
        till = self.host.till
        assert till is not None
        self._card, self.waited = (number, amount), 0
        self.host.begin(till.pay_card(number, amount, due=self._due), self._taken_in, self._not_charged)

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
        assert till is not None
        if is_code(typed, till):
            from pos.language.amounts import no_amount

            self.host.refuse(TillError("card_not_an_amount", no_amount(typed, till, decimal_mark())))
            return None
        try:
            return typed_money(typed, till.catalog.exponent)
        except TillError as error:
            self.host.refuse(error)
            return None

    def _taken_in(self, sale: Sale) -> None:
        from screens.receipt import ReceiptScreen

        self._look()
        self._card = self.trouble = None
        if sale.state == "paid":
            self.host.home()
            self.host.show(ReceiptScreen(sale.order))
        else:
            paid, due = self.host.money(sale.paid), self.host.money(sale.due)
            self.host.say(_("{paid} taken, {due} still due.", paid=paid, due=due), "good")

    def _given_back(self, payments: Sequence[Payment]) -> None:
        """Say what is to be handed over from the drawer, and what goes back to a card by itself."""
        money, cash = self.host.money, sum(payment.amount for payment in payments if payment.tender == "cash")
        cards = [payment for payment in payments if payment.tender != "cash"]
        told = [_("Give {amount} back in cash.", amount=money(cash))] if cash else []
        told += [
            _("{amount} was given back to {card}.", amount=money(payment.amount), card=how_paid(payment))
            for payment in cards
        ]
        self.host.home()
        self.host.say(" ".join((*told, _("The ticket can be changed."))), "good")

    def _not_charged(self, error: TillError) -> None:
        """A card was not charged; that stands until something else is done about it."""
        if error.code in TITLES:
            title = f"{_(TITLES[error.code])}{_card_of(self.sale)}"
            self._look()
            self._tell_trouble(Trouble("declined", title, error.message))
        else:
            self._failed(error)

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

    def dress(self) -> None:
        """Captions, and what is seen at the right."""
        self.set_class(self.host.inspecting and not self.host.roomy, "-inspecting")
        sale = self.sale
        title = _("Pay ticket {ticket}", ticket=sale.ticket) if sale is not None else _("Pay")
        self.panel("paying").caption(title, self._note(sale))
        items = sale.items if sale is not None else 0
        self.panel("summary").caption(_("Ticket"), plural("{count} item", "{count} items", items))
        self.panel("inspector").caption(*inspector_caption(self.host))

    def _note(self, sale: Sale | None) -> str:
        """What else can be done, in the frame."""
        cap = self.host.cap
        if self.trouble is not None and self.trouble.kind == "unknown":
            return _("⏎ or the next scan goes on")
        if self.host.working:
            charging = sale is not None and sale.state == "charging"
            return _("{key} cancels the card", key=cap("back")) if charging else ""
        if sale is not None and sale.state == "part_paid":
            return _("{key} gives back what was paid", key=cap("abandon"))
        return _("{key} back to the ticket", key=cap("back"))

    def _paying(self, columns: int, lines: int) -> Sequence[Row]:
        desk = Desk(self.typed, self.quick, self.tenders, self.waited, self.trouble)
        return paying_rows(self.host, desk, columns, lines)

    def _summary(self, columns: int, lines: int) -> Sequence[Row]:
        return summary_rows(self.host, self.sale, columns, lines)


def _card_of(sale: Sale | None) -> str:
    """The card that was tried last, as it may be shown."""
    cards = [payment for payment in sale.payments if payment.tender == "card"] if sale is not None else []
    return f"  {cards[-1].brand} ••{cards[-1].last4}" if cards and cards[-1].last4 else ""
