"""The Coupon screen: type a code, see what counts and why not, take one off."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Container
from textual.reactive import var
from textual.widget import Widget

from pos.domain.i18n import N_, _, current_language
from pos.domain.terminal_text import clean, width
from screens.coupon.details import detail_rows
from screens.kit.filtering import ALL_AGAIN, Filter
from screens.kit.input.slash import slash_line
from screens.kit.line_screen import LineScreen
from screens.kit.listing import marked
from screens.kit.misplaced import misplaced
from screens.render.panel import Panel
from screens.render.parts import part_of
from screens.render.rows import Piece, Row, apart, left, row, sentence, wrapped
from screens.render.tags import PlaceTag, Tag
from screens.terminal.keys import ENTER, Key
from screens.ticket.coupon_text import CouponStanding, rule, standing

if TYPE_CHECKING:
    from pos.domain.sale import Sale, SaleCoupon
    from pos.till.till import Till

CODE = 13
STEPS: Final = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8}
MOST_OFFERED: Final = 100
"""Coupons of the shop that are listed: each prices the ticket once, after each change of it. Any code can be typed."""
TITLE = N_("Coupon code")


class CouponScreen(LineScreen):
    """The coupons on the ticket, and below them those of the shop with what stands in their way."""

    KIND: ClassVar[str] = "coupon"
    CSS_PATH = "screen.tcss"

    place: var[str | None] = var(None, init=False)
    """The code that was chosen by an arrow; it stays chosen as long as it is listed."""

    def __init__(self) -> None:
        super().__init__()
        self._swap: tuple[str, str] | None = None
        """The code of a coupon that was refused, and the one in whose place Enter takes it."""
        self._judged: tuple[Sale | None, str, dict[str, CouponStanding]] = (None, "", {})
        self._filter: tuple[Sequence[str], Filter] = ((), Filter({}))

    def body(self) -> Sequence[Widget]:
        """The line and the two lists; where there is room, the chosen coupon in full below or beside them."""
        return (
            self.line_panel(),
            Container(
                Container(
                    Panel(self._applied, "applied", frame="rim"),
                    Panel(self._offered, "offered", frame="rim"),
                    id="coupons",
                ),
                Panel(self._details, "details", frame="rim"),
                id="body",
            ),
        )

    def watch_place(self) -> None:
        """Draw the choice."""
        self.redraw_typing()

    @property
    def on_ticket(self) -> tuple[str, ...]:
        """The codes of the coupons on the ticket, in the order in which they were entered."""
        sale = self.host.current
        return tuple(coupon.code for coupon in sale.coupons) if sale is not None else ()

    @property
    def offers(self) -> dict[str, CouponStanding]:
        """The shop's other codes that are switched on: what counts now, what misses something, what is over."""
        till, sale = self.host.till, self.host.sale
        if sale is None:
            return {}
        now = self.host.now
        minute = f"{now:%Y-%m-%d %H:%M}"
        if self._judged[0] is not sale or self._judged[1] != minute:
            shown, coupons, put_on = self.host.current or type(sale)(ticket=""), till.catalog.coupons, self.on_ticket
            codes = (code for code in coupons if coupons[code].active and code not in put_on)
            judged = {code: standing(till, shown, code, now) for code in islice(codes, MOST_OFFERED)}
            self._judged = (sale, minute, dict(sorted(judged.items(), key=lambda item: item[1].rank)))
        return self._judged[2]

    @property
    def shown(self) -> tuple[str, ...]:
        """Those of the shop's other codes that fit what is typed, by themselves, else by their rules."""
        offers, text = self.offers, self.typed.strip()
        if not text or self.marked or text.startswith("/"):
            return tuple(offers)
        codes = tuple(offers)
        if self._filter[0] != codes:
            till = self.host.till
            rules = {code: rule(till.catalog.coupons[code], till) for code in codes}
            self._filter = codes, Filter({code: code for code in codes}, rules)
        return self._filter[1].fitting(text).keys

    @property
    def listed(self) -> tuple[str, ...]:
        """What the arrows go through: the codes on the ticket, then those of the shop that are shown."""
        return (*self.on_ticket, *self.shown)

    @property
    def index(self) -> int | None:
        """The place of what is chosen among all that is listed; None if nothing is."""
        return self.listed.index(self.place) if self.place in self.listed else None

    @property
    def chosen(self) -> str | None:
        """The code that is chosen among those that are listed; None if none is."""
        return self.place if self.place in self.listed else None

    @property
    def _roomy(self) -> bool:
        """Whether the chosen coupon is told in full in a panel of its own."""
        return self.panel("details").display

    @property
    def detailed(self) -> str | None:
        """The coupon that is told in full: the one whose code is typed, else the chosen one."""
        code = self.typed.strip().upper()
        return code if code in self.host.till.catalog.coupons else self.chosen

    def take(self, key: Key) -> None:
        """Arrows choose among all coupons again, once what was typed was refused: it is no search."""
        if key.name in STEPS and (self.marked or not self.shown):
            self.typed = ""
        super().take(key)

    def move(self, name: str) -> None:
        """Arrows choose; Del takes the chosen coupon off."""
        from pos.language.verbs.ticket import COUPON, ChangeCoupon

        listed, before = self.listed, len(self.on_ticket) if self.typed else 0
        if name in STEPS and len(listed) > before:
            at = before - 1 if self.index is None else self.index
            self.place = listed[min(max(at + STEPS[name], 0), len(listed) - 1)]
        elif name == "delete" and (code := self.chosen) is not None:
            if not self.sees_chosen("applied", "offered"):
                return
            self.host.attempt(COUPON.step(ChangeCoupon(code, off=True)), _("{name} was taken off.", name=code))
            self.place = None
        elif self.host.keymap.action("sale", name) is not None:
            self.host.notice = None
            self.host.home()
            self.host.front.take(Key(name))

    def submit(self, text: str) -> None:
        """Enter: put the typed or the chosen code on the ticket. A product's barcode is a scan, here as everywhere."""
        from pos.domain.errors import TillError
        from pos.language.verbs.ticket import COUPON, ChangeCoupon

        # What is listed is what fits the text, which Enter has taken from the line.
        self.typed = text
        chosen, self.typed = None if self._is_coupon(text) else self.chosen, ""
        code = chosen or text
        swap, self._swap = self._swap, None
        if swap is not None and text.upper() == swap[0]:
            self._take_in_place(*swap)
        elif text and self._is_scan(text):
            self.scan("", text)
        elif (line := slash_line(text)) is not None:
            self.host.home()
            self.host.command(line)
        elif chosen and not self.sees_chosen("applied", "offered"):
            self.typed = text
        elif code == text and not self._is_coupon(text) and (told := misplaced(self.host, text)) is not None:
            self.host.refuse(TillError("coupon_unknown", told))
            self.leave_refused(text)
        elif code and self.host.attempt(COUPON.step(ChangeCoupon(code))):
            self.place = None
            self._tell(code.upper())
        else:
            self.leave_refused(text)
            if code:
                self._offer_swap(code)

    def _offer_swap(self, code: str) -> None:
        """Of a coupon that was refused beside another one: say that Enter takes it in its place."""
        error = self.host.refusal
        if error is None or error.code != "coupon_not_stackable":
            return
        code, other = code.upper(), str(error.details["other"])
        self.leave_refused(code)
        self.place, self._swap = None, (code, other)
        text = N_("{code} cannot be combined with {other}. ⏎ takes it in its place.")
        self.host.say(_(text, code=code, other=other), "bad")

    def _take_in_place(self, code: str, other: str) -> None:
        """Take one coupon off, so that another one is taken; it stays where that is refused all the same."""
        from pos.language.verbs.ticket import COUPON, ChangeCoupon

        if not self.host.attempt(COUPON.step(ChangeCoupon(other, off=True))):
            return
        if self.host.attempt(COUPON.step(ChangeCoupon(code))):
            self._tell(code)
            return
        told = self.host.notice
        self.host.attempt(COUPON.step(ChangeCoupon(other)))
        self.leave_refused(code)
        self.host.notice = told

    def scan(self, hand: str, code: str) -> None:
        """A scanned coupon is put on; goods go to the ticket."""
        if self._is_coupon(code) or not self.host.is_code(code):
            self.place = None
            self.submit(code)
            self.typed = ""
            return
        self.host.home()
        home = self.host.front
        assert isinstance(home, LineScreen)
        home.scan(hand, code)

    def _is_coupon(self, code: str) -> bool:
        return code.upper() in self.host.till.catalog.coupons

    def _is_scan(self, text: str) -> bool:
        return super()._is_scan(text) and not self._is_coupon(text)

    def _tell(self, code: str) -> None:
        sale = self.host.current
        found = [coupon for coupon in sale.coupons if coupon.code == code] if sale is not None else []
        if found and found[0].amount:
            self.host.say(_("{code} takes {amount} off.", code=code, amount=self.host.money(found[0].amount)), "good")
        elif found:
            reason = self._why(found[0])
            self.host.say(_("{code} is on the ticket, but takes nothing off: {reason}.", code=code, reason=reason))

    def _why(self, coupon: SaleCoupon) -> str:
        from pos.domain.reason_text import reason_text

        return reason_text(coupon, self.host.money)

    def leave(self) -> None:
        """Back to the ticket."""
        self.host.notice = None
        self.app.pop_screen()

    @property
    def hint(self) -> str:
        """The chosen offer in full."""
        code = self.chosen
        if code is None or code not in self.offers or self._roomy:
            return ""
        return self._in_full(self.host.till, code)

    def dress(self) -> None:
        """Captions; the total is in sight here too."""
        sale = self.host.current
        super().dress()
        line = self.panel("line")
        self.panel("details").caption(clean(self.detailed or "") or _("Coupon in full"))
        line.caption(_(TITLE), _("⏎ puts it on the ticket · {key} back", key=self.host.cap("back")))
        many = len(self.on_ticket)
        applied = self.panel("applied")
        due = self.host.money(sale.due if sale is not None else 0)
        total = current_language().locale_format.with_symbol(due, self.host.symbol)
        applied.caption(_("On this ticket · {total} due", total=total), _("↑↓ Del takes one off") if many else "")
        applied.styles.height = min(max(many, 1), 5) + 2
        note = _("↑↓ choose · ⏎ put on · letters filter")
        if self.typed and len(self.shown) < len(self.offers):
            note = _(ALL_AGAIN, found=len(self.shown), all=len(self.offers))
        self.panel("offered").caption(self._of_how_many, note)

    @property
    def _of_how_many(self) -> str:
        """What the shop's list is, and whether there is more than it shows."""
        count = len(self.host.till.catalog.coupons)
        if count <= MOST_OFFERED:
            return _("Coupons of this shop")
        return _("Coupons of this shop · {most} of {count}: type the code of others", most=MOST_OFFERED, count=count)

    def _applied(self, columns: int, lines: int) -> Sequence[Row]:
        sale = self.host.current
        if sale is None or not sale.coupons:
            choose = N_("No coupon yet: ↓ ⏎ puts one on, or its code.")
            return sentence(_(choose if self.offers else N_("No coupon yet: type or scan a code.")), columns)

        def drawn(number: int, coupon: SaleCoupon) -> Row:
            mark = Piece("✓ ", "good") if coupon.amount else Piece("· ", "warn")
            amount = f"−{self.host.money(coupon.amount)}" if coupon.amount else self.host.money(0)
            pieces = (mark, left(clean(coupon.code), CODE, "strong"), Piece(clean(self._why(coupon))))
            kind = "chosen" if number == self.index else ""
            tip = PlaceTag(number, f"{clean(coupon.code)}: {clean(self._why(coupon))}")
            return apart(pieces, (Piece(f" {amount}"),), columns, kind, tip)

        return part_of(sale.coupons, lines, self.index, drawn)

    def _offered(self, columns: int, lines: int) -> Sequence[Row]:
        till, offers = self.host.till, self.offers
        if not offers:
            every = N_("The ticket has every coupon of this shop.")
            return sentence(_(every if self.on_ticket else N_("This shop has no coupon: Esc sells on.")), columns)
        shown, typed = self.shown, "" if self.marked else self.typed
        if not shown:
            none = N_("No coupon here is called so: Enter tries it as a code, Esc shows all.")
            return sentence(_(none), columns)
        at = None if self.index is None else self.index - len(self.on_ticket)
        many = len(self.on_ticket)
        longest = max(width(clean(offer.short)) for offer in offers.values())

        def drawn(number: int, code: str) -> Row:
            tip = PlaceTag(many + number, self._in_full(till, code))
            return Row(self._offer(till, code, columns, longest, typed), "chosen" if number == at else "", tip)

        return part_of(shown, lines, at if at is not None and at >= 0 else 0, drawn)

    def _in_full(self, till: Till, code: str) -> str:
        return f"{clean(code)}: {rule(till.catalog.coupons[code], till)} · {clean(self.offers[code].words)}"

    def _details(self, columns: int, lines: int) -> Sequence[Row]:
        till, sale, code = self.host.till, self.host.current, self.detailed
        if sale is None:
            return ()
        if code is None:
            about = _("Choose a coupon with ↑↓, or type its code: its rule and what is missing are told here.")
            return [row(Piece(line, "faint")) for line in wrapped(about, columns)]
        found = self.offers.get(code) or self._standing_on_ticket(code) or CouponStanding(1, "")
        return detail_rows(till, sale, code, found, self.host.now, columns, lines)

    def _standing_on_ticket(self, code: str) -> CouponStanding | None:
        sale = self.host.current
        for coupon in sale.coupons if sale is not None else ():
            if coupon.code == code:
                amount = self.host.money(coupon.amount)
                words = _("takes {amount} off", amount=amount) if coupon.amount else self._why(coupon)
                return CouponStanding(0 if coupon.amount else 1, words)
        return None

    def clicked(self, tag: Tag) -> None:
        """A coupon is chosen; a chosen one of the shop is put on the ticket."""
        if not isinstance(tag, PlaceTag):
            super().clicked(tag)
        elif self.index == tag.index and tag.index >= len(self.on_ticket):
            self.take(ENTER)
        elif tag.index < len(self.listed):
            self.place = self.listed[tag.index]

    def _offer(self, till: Till, code: str, columns: int, longest: int, typed: str) -> tuple[Piece, ...]:
        """A coupon with its rule, and what it takes off or what stands in its way, in at most half of the room."""
        found = self.offers[code]
        room = max(columns - CODE - 4, 20)
        words = max(room - longest, room // 2)
        return (
            Piece("  ") if found.rank else Piece("✓ ", "good"),
            *marked(clean(code), typed, CODE, "" if found.rank else "strong"),
            *marked(rule(till.catalog.coupons[code], till), typed, words),
            Piece("  "),
            left(clean(found.short), room - words, "faint" if found.rank else "good"),
        )
