"""The payment screen: digits type an amount, letters act, and what a card's gateway answers is told calmly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Container, Horizontal
from textual.widget import Widget

from pos.domain.i18n import N_, _, plural
from screens.events.panel import InspectorPanel
from screens.kit import actions
from screens.kit.bars import footer_row, inspector_caption
from screens.kit.input.scanning import hand_of, split
from screens.kit.input.slash import slash_line
from screens.payment.entry_rows import PaymentEntry
from screens.payment.payment_flow import PaymentFlowScreen
from screens.payment.quick_tenders import amount_of, is_code, most_expected, with_mark, written_ahead
from screens.payment.rows import paying_rows
from screens.render.panel import Panel
from screens.render.rows import Row
from screens.render.tags import Tag, TenderTag
from screens.terminal.keys import Key, Scanned
from screens.ticket.payments import summary_rows

if TYPE_CHECKING:
    from pos.domain.sale import Sale
    from screens.kit.input.bursts import Burst

LONGEST: Final = 24
COMMAND: Final = 200
BY_ENTER: Final = "cash"
"""The tender that Enter takes what is typed in."""


class PaymentScreen(PaymentFlowScreen):
    """Takes the payment of the current ticket, in one or several tenders."""

    KIND: ClassVar[str] = "payment"
    CSS_PATH = "screen.tcss"

    def body(self) -> Sequence[Widget]:
        """The payment at the left; the ticket or the inspector beside it, or both where there is room."""
        return (
            Horizontal(
                Panel(self._paying, "paying", frame="accent"),
                Container(
                    Panel(self._summary, "summary", frame="rim"),
                    InspectorPanel(self, "inspector", edits=False),
                    id="beside",
                ),
                id="body",
            ),
        )

    def on_mount(self) -> None:
        """Count the seconds of a card payment, where time passes."""
        super().on_mount()
        for name in ("typed", "quick", "trouble", "unchosen", "waited"):
            self.watch(self, name, self.redraw, init=False)
        self.watch(self.app, "sale", self._answered, init=False)
        if self.host.live:
            self.set_interval(0.5, self.tick)

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
    def commanding(self) -> bool:
        """Whether a command is typed."""
        return self.typed.startswith("/")

    def take(self, key: Key) -> None:
        """While a payment is being checked, digits and `/` belong to the next ticket; else letters act and digits type.

        After a `/` a command is typed, and no letter of it acts.
        """
        checked = self._checked
        special = key.char is None and key.name.startswith(("f", "ctrl+"))
        if key.char is not None and not checked and (self.commanding or (key.char == "/" and not self.typed)):
            if len(self.typed) < COMMAND:
                self.typed, self.quick, self.trouble = self.typed + key.char, None, self._standing
                self.host.notice = None
            else:
                self.full()
        elif not checked or special:
            super().take(key)
        elif key.name in ("enter", "escape") or key.name.isdecimal() or key.char == "/":
            self.host.home()
            if key.char is not None:
                self.host.front.take(key)

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
        """A scan takes no money, whatever its letters. A product goes on the ticket as long as nothing is paid.

        That is if the shop wants it so, nothing is typed, and no trouble stands. Else it is dropped, since nobody
        knows whose goods it is of. While the payment is being checked it is the next customer's.
        """
        self.host.expect_echo(of_step=False)
        if self._checked or self._goes_back(scan):
            self.host.home()
            self.host.front.scanned(scan)
            return
        self.unchosen = True
        if self.commanding:
            self.typed = hand_of(self.typed, scan.text)
        self.host.say(self._not_taken(scan), "bad")

    def _goes_back(self, scan: Scanned) -> bool:
        """Whether a scan is of a product that the customer has added before anything was paid."""
        sale, till = self.sale, self.host.till
        hand = hand_of(self.typed, scan.text) if scan.typed else self.typed
        if not self.host.scan_adds or hand or self.trouble is not None or sale is None or sale.state != "open":
            return False
        # On a slow line a hand's amount comes as fast as a scan.
        amount = amount_of(scan.text, till)
        plausible = amount is not None and amount <= most_expected(sale.cash_due, till.catalog.exponent)
        return not plausible and self.host.is_code(scan.text)

    def clear(self) -> None:
        """Forget what was typed."""
        self.typed = ""

    def _not_taken(self, scan: Scanned) -> str:
        from pos.till.till_input import shortened

        till, code = self.host.till, split(scan.text).rest
        if is_code(scan.text, till):
            return _("That is a code, not an amount: nothing was taken.")
        product = till.catalog.find(code) if code else None
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
                if self.typed:
                    self.quick = None
                self.typed, self.trouble = self.typed[:-1], self._standing
            case "up" | "left" | "down" | "right":
                self._choose(-1 if key.name in ("up", "left") else 1)
            case char if char in "0123456789.," and len(self.typed) < LONGEST:
                self.typed = with_mark(self.typed) if char in ".," else self.typed + char
                self.quick, self.trouble = None, self._standing
                self.host.notice = None
            case _ if key.char is not None and not key.char.isspace() and len(self.typed) < LONGEST:
                # What means nothing here makes no amount of what stands beside it: Enter tells, and takes nothing.
                self.typed, self.quick, self.trouble = self.typed + key.char, None, self._standing
                self.host.notice = None
            case _ if key.char is not None and not key.char.isspace():
                self.full()

    def back(self) -> None:
        """Escape: clear, or go back to the ticket; a part payment is not left silently."""
        if self.typed or self.quick is not None:
            self.typed, self.quick, self.trouble = "", None, self._standing
        elif self.sale is not None and self.sale.state == "part_paid":
            self.trouble = None if self.trouble is not None else self.leaving(self.sale)
            self.host.expect_echo(of_step=False)
        else:
            self.host.notice = None
            self.host.home()

    def _choose(self, step: int) -> None:
        """Choose among what is shown: with an amount typed, what takes that. A command that is typed has no choices."""
        if self.commanding:
            return
        # Where nothing is chosen the first arrow goes to an end of the list.
        begin = -1 if self.picked is None else self.picked
        self.trouble = self._standing
        if many := len(self.choices):
            self.quick = (begin + step) % many if begin >= 0 else 0 if step > 0 else many - 1

    def clicked(self, tag: Tag) -> None:
        """A sum of notes is chosen; the chosen one is taken."""
        if not isinstance(tag, TenderTag):
            super().clicked(tag)
        elif tag.index == self.picked:
            self._enter()
        elif tag.index < len(self.choices):
            self.quick, self.trouble = tag.index, self._standing
            self.host.notice = None

    def wheeled(self, panel: str, step: int) -> None:
        """Over the payment the wheel chooses a way to pay, unless something is typed."""
        if panel == "paying" and not self.typed:
            super().wheeled(panel, step)

    def _enter(self) -> None:
        if (line := slash_line(self.typed)) is not None:
            self.typed = ""
            if line.verb is None or not line.verb.stays:
                self.host.home()
            self.host.command(line)
            return
        if self.typed and self.quick is None:
            self.pay(BY_ENTER)
            return
        picked, found = self.picked, self.choices
        if picked is None and not (self.trouble is not None and self.trouble.question):
            self.host.say(_("Nothing is chosen: type an amount, or choose a way to pay with ↑↓."), "bad")
            return
        # What is chosen from the start is taken by a key that was meant for it, and that came after it was seen.
        if picked is None or picked >= len(found) or (self.quick is None and self._unseen):
            return
        if not self.sees_chosen("paying"):
            return
        action = found[picked].action
        if action:
            self.act(actions.by_id(action))
        else:
            self.pay(BY_ENTER)

    def dress(self) -> None:
        """Captions, and what is seen at the right; what is drawn now has been seen by who presses the next key."""
        self._unseen = False
        self.set_class(self.host.inspecting and not self.host.roomy, "-inspecting")
        sale = self.sale
        title = _("Pay ticket {ticket}", ticket=sale.called) if sale is not None else _("Pay")
        self.panel("paying").caption(title)
        items = sale.items if sale is not None else 0
        self.panel("summary").caption(_("Ticket"), plural("{count} item", "{count} items", items))
        self.panel("inspector").caption(*inspector_caption(self.host.cap))

    def _paying(self, columns: int, lines: int) -> Sequence[Row]:
        typed, till = self.typed, self.host.till
        entry = PaymentEntry(
            typed=typed,
            numeric=is_code(typed, till),
            amount=amount_of(typed, till),
            choices=self.choices,
            picked=self.picked,
            trouble=self.trouble,
            passed=self.passed,
        )
        return paying_rows(self.host, entry, self.sale, columns, lines)

    def keys(self, columns: int) -> Row:
        """The keys; while a card is charged Escape takes that back."""
        charging = self.host.working and self.sale is not None and self.sale.state == "charging"
        named = {"back": _("Cancel the card")} if charging else {}
        return footer_row(self.host, self.KIND, columns, named=named)

    def _summary(self, columns: int, lines: int) -> Sequence[Row]:
        return summary_rows(self.sale, self.host.money, columns, lines)
