"""The home screen: the scan line, what is found below it, and the ticket with its totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from pos.domain.i18n import N_, _, current_language, plural
from screens.catalog import glance
from screens.catalog.drawer import Drawer
from screens.catalog.lists import ListsScreen
from screens.kit import listing
from screens.kit.bars import inspector_caption
from screens.kit.hand_over import HAND_OVER_SIGN, hand_over_badge, hand_over_text
from screens.kit.line import LINE_TITLE
from screens.render.panel import Panel
from screens.render.rows import Piece, Row, row, wrapped
from screens.render.sizes import WIDE, is_tiny
from screens.render.tags import KeyTag
from screens.ticket import rows as ticket
from screens.ticket.last_sale import Waiting, last_sale_rows, waiting_rows
from screens.ticket.price_steps import chosen_rows, chosen_title
from screens.ticket.touched import TouchedLine

if TYPE_CHECKING:
    from pos.domain.sale import Sale

BROWSE: Final = N_("→ browse")
HINT: Final = N_("{help} help · {menu} all actions · / commands")


class CatalogScreen(ListsScreen):
    """Where a ticket is made. Whatever is printable goes to the scan line, whatever was done last."""

    KIND: ClassVar[str] = "sale"
    SIGNED = True
    STEADY = ListsScreen.STEADY | {"ticket", "steps", "totals", "shelf", "stock", "today"}

    def __init__(self) -> None:
        super().__init__()
        self._drawn_ticket: tuple[Sale, tuple[object, ...], Sequence[Row]] | None = None
        self._drawn_to_give: Mapping[str, int] = {}
        self._drawer = Drawer()
        self._touched = TouchedLine(self.set_timer, self._calm)

    def body(self) -> Sequence[Widget]:
        """The scan line and the drawer below it; ticket and totals; what there is room for beside them."""
        from screens.events.panel import InspectorPanel

        return (
            self.line_panel(),
            Panel(self._list, "list", frame="rim", raised=True, gap=False),
            Horizontal(
                Vertical(
                    Panel(self._ticket, "ticket", frame="rim", gap=False),
                    Panel(self._to_give, "hand_over", frame="bad"),
                    Panel(self._totals, "totals", frame="rim"),
                    id="left",
                ),
                Vertical(
                    Panel(self._steps, "steps", frame="rim"),
                    Panel(self._stock, "stock", frame="rim"),
                    Panel(self._shelf, "shelf", frame="rim"),
                    Panel(self._today, "today", frame="rim"),
                    InspectorPanel(self, "inspector"),
                    id="right",
                ),
                id="body",
            ),
        )

    @property
    def hint(self) -> str:
        """How a list that is open is filtered; the first keys to know, until there is a ticket."""
        if (self.held or self.browsing) and not self.typed and self.prompt is None:
            return _("Letters filter this list · Esc closes it")
        begun = self.typed or self.prompt is not None or self._listing is not None
        if begun or (self.host.current is not None and self.host.current.lines):
            return ""
        return _(HINT, help=self.host.cap("help"), menu=self.host.cap("menu"))

    def dress(self) -> None:
        """Captions, and which panels are seen."""
        host, listed = self.host, self._listing
        if self.has_class("-listing") != (listed is not None):
            # The ticket's chosen line is marked only while nothing is chosen in a list.
            self.redraw()
        self.set_class(listed is not None, "-listing")
        self.set_class(host.inspecting and not host.roomy, "-inspecting")
        self.set_class(host.chosen_line is not None, "-begun")
        self.set_class(bool(host.to_hand_over), "-handing-over")
        self.set_class(glance.has_room(*host.size), "-glance")
        self._dress_to_give()
        super().dress()
        line = self.panel("line")
        panel = self.panel("list")
        self._drawer = self._drawer.opened(listed, host.size.height, self.line_height)
        panel.styles.height = self._drawer.lines
        if self.prompt is not None:
            line.caption(self.prompt.title, self.prompt.hint)
        else:
            note, tag = (_(BROWSE), KeyTag("right")) if self._browses_here else ("", None)
            line.caption(_(LINE_TITLE), listed.note if listed is not None else note, tag if listed is None else None)
        panel.caption(*((listed.title, listed.hint) if listed is not None else ("", "")))
        self.panel("shelf").caption(_("Catalog"), _(BROWSE), KeyTag("right"))
        self.panel("stock").caption(_("Stock"), _("on hand → after this ticket"))
        today = host.till.today if host.opened else None
        self.panel("today").caption(_("Today at this till"), glance.today_note(today, host))
        self.panel("steps").caption(chosen_title(host.chosen_line))
        sale = host.current
        over = host.last_sale is not None and (sale is None or not sale.lines)
        self.panel("totals").caption(_("Last sale") if over else "")
        name = _("Ticket {ticket}", ticket=sale.called) if sale is not None else _("Next ticket")
        if sale is not None and sale.member_name:
            name += f" · {sale.member_name}"
        items = sale.items if sale is not None else 0
        self.panel("inspector").caption(*inspector_caption(host.cap))
        self.panel("ticket").caption(name, plural("{count} item", "{count} items", items) if items else "")

    def _dress_to_give(self) -> None:
        """What is to be given back is seen whole, in as many lines as it takes; where there are few, without a box."""
        panel, tiny = self.panel("hand_over"), is_tiny(self.host.size)
        panel.caption(_("GIVE BACK"), _("⏎ it is done"))
        panel.frame = "" if tiny else "bad"
        columns = panel.room[0] if panel.room[0] > 0 else self.host.size.width - (0 if tiny else 4)
        panel.styles.height = len(self._to_give_rows(columns)) + (0 if tiny else 2)

    def say_given(self) -> None:
        """The customer has what was to be given back, says who has seen how much that is."""
        if self._sees_to_give:
            self.host.handed_over()
        else:
            self.host.say(_("What is to be given back is not seen here: make the terminal larger."), "bad")

    @property
    def _sees_to_give(self) -> bool:
        """Whether what is to be given back was drawn, and stands there whole."""
        panel, screen = self.panel("hand_over"), self.host.size
        columns, lines = panel.room
        most = min(lines, screen.height - self.host.lines_below - panel.region.y - (1 if panel.frame else 0))
        drawn = self._drawn_to_give == self.host.to_hand_over
        return drawn and panel.is_on_screen and 0 < len(self._to_give_rows(columns)) <= most

    @property
    def _browses_here(self) -> bool:
        """Whether the line tells how to browse: there is no shelf beside the ticket, and nothing is typed."""
        seen = self.host.size.width >= WIDE and not (self.has_class("-glance") and self.has_class("-begun"))
        return self.host.opened and not self.typed and not seen

    def _ticket(self, columns: int, lines: int) -> Sequence[Row]:
        host = self.host
        sale = host.current
        if not host.opened:
            return ()
        if sale is None or not (sale.lines or sale.coupons):
            aside = () if self.held else host.till.held_tickets()
            waiting = Waiting(host.last_sale, aside, host.till.catalog.products)
            return waiting_rows(waiting, host, columns, lines)
        quiet = self._listing is not None
        drawn = self._drawn_ticket
        if drawn is not None and drawn[0] is not sale and host.live and host.motion:
            self._touched.drawn(drawn[0], sale)
        touched = self._touched.line
        key = (host.chosen, quiet, touched, columns, lines, current_language())
        if drawn is None or drawn[0] is not sale or drawn[1] != key:
            products = host.till.catalog.products
            style = ticket.TicketStyle(host.money, products, wide=columns >= 60, quiet=quiet, touched=touched)
            drawn = self._drawn_ticket = (sale, key, ticket.ticket_rows(sale, host.chosen, style, columns, lines))
        return drawn[2]

    def _calm(self) -> None:
        """The line that lit up is as the others again."""
        if self.in_front and not self.host.ending:
            self.panel("ticket").draw()
        else:
            self.redraw()

    def _steps(self, columns: int, lines: int) -> Sequence[Row]:
        line = self.host.chosen_line
        if line is None:
            return ()
        return chosen_rows(line, ticket.TicketStyle(self.host.money, self.host.till.catalog.products), columns, lines)

    def _to_give(self, columns: int, _lines: int) -> Sequence[Row]:
        self._drawn_to_give = self.host.to_hand_over
        return self._to_give_rows(columns)

    def _to_give_rows(self, columns: int) -> Sequence[Row]:
        amounts, money = self.host.to_hand_over, self.host.money
        text = hand_over_text(amounts, money)
        if is_tiny(self.host.size) and amounts:
            text = f"{HAND_OVER_SIGN} {hand_over_badge(amounts, money)[0]}"
        return [row(Piece(line, "strong")) for line in wrapped(text, columns)]

    def _totals(self, columns: int, lines: int) -> Sequence[Row]:
        sale, last = self.host.current, self.host.last_sale
        if last is not None and (sale is None or not sale.lines):
            return last_sale_rows(last, self.host, columns, lines)
        if sale is not None:
            return ticket.totals_rows(sale, self.host.money, self.host.symbol, columns, lines)
        if not self.host.opened:
            return ()
        from pos.domain.sale import Sale

        return ticket.totals_rows(Sale(ticket=""), self.host.money, self.host.symbol, columns, lines)

    def _list(self, columns: int, lines: int) -> Sequence[Row]:
        listed = self._listing
        return listing.listing_rows(listed, self._picked(listed), columns, lines) if listed is not None else ()

    def _stock(self, columns: int, lines: int) -> Sequence[Row]:
        return glance.stock_rows(self.host.current, self.host.till.catalog, columns, lines) if self.host.opened else ()

    def _today(self, columns: int, lines: int) -> Sequence[Row]:
        return glance.today_rows(self.host.till.today, self.host, columns, lines) if self.host.opened else ()

    def _shelf(self, columns: int, lines: int) -> Sequence[Row]:
        if not self.host.opened:
            return ()
        return listing.listing_rows(listing.categories_listing(self.host.till.catalog), None, columns, lines)
