"""The Cart screen: every line with every step of its price, to look at and to change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from pos.domain.i18n import _, plural
from screens.kit import actions
from screens.kit.bars import inspector_caption
from screens.kit.input.scanning import resolve
from screens.kit.input.slash import slash_line
from screens.kit.keymap import cap_of
from screens.kit.line import LINE_TITLE
from screens.kit.line_screen import LineScreen
from screens.render.panel import Panel
from screens.render.rows import Row, sentence
from screens.ticket.price_steps import chosen_rows, chosen_title, ended, sum_rows, table_rows
from screens.ticket.rows import TicketStyle


class CartScreen(LineScreen):
    """All lines in a table; below it the chosen line step by step, and the totals."""

    KIND: ClassVar[str] = "cart"
    SIGNED = True
    CSS_PATH = "screen.tcss"

    def body(self) -> Sequence[Widget]:
        """The line, the table, the steps and the totals; beside them the inspector."""
        from screens.events.panel import InspectorPanel

        return (
            self.line_panel(),
            Horizontal(
                Vertical(
                    Panel(self._table, "table", frame="rim"),
                    Horizontal(
                        Panel(self._steps, "steps", frame="rim"),
                        Panel(self._sums, "sums", frame="rim"),
                        id="below",
                    ),
                    id="left",
                ),
                InspectorPanel(self, "inspector"),
                id="body",
            ),
        )

    def move(self, name: str) -> None:
        """Arrows choose a line; Del takes it off."""
        steps = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8}
        if self.prompt is not None:
            return
        if name in steps:
            self.choose_line(steps[name])
        elif name == "delete":
            self.act(actions.by_id("void"))

    def submit(self, text: str) -> None:
        """Enter: a command, or a scan."""
        if (line := slash_line(text)) is not None:
            self.host.command(line)
        elif (scan := resolve(text, self.host.till.catalog.is_known, lambda: None)) is not None:
            self.add(scan)

    def leave(self) -> None:
        """Back to the ticket."""
        self.host.home()

    def dress(self) -> None:
        """Captions, and whether the inspector is seen."""
        super().dress()
        self.set_class(self.host.inspecting and not self.host.roomy, "-inspecting")
        line, sale = self.panel("line"), self.host.current
        if self.prompt is not None:
            line.caption(self.prompt.title, self.prompt.hint)
        else:
            keys = {"void": cap_of("delete"), "back": self.host.cap("back")}
            line.caption(_(LINE_TITLE), _("+ − quantity · {void} void · {back} back", **keys))
        items = sale.items if sale is not None else 0
        name = _("Cart · ticket {ticket}", ticket=sale.called) if sale is not None else _("Cart")
        self.panel("table").caption(name, plural("{count} item", "{count} items", items))
        self.panel("steps").caption(chosen_title(self.host.chosen_line))
        self.panel("sums").caption(_("Totals"))
        self.panel("inspector").caption(*inspector_caption(self.host.cap))

    @property
    def _look(self) -> TicketStyle:
        return TicketStyle(self.host.money, self.host.till.catalog.products)

    def _table(self, columns: int, lines: int) -> Sequence[Row]:
        sale = self.host.current
        if sale is None or not sale.lines:
            return sentence(_("There is no line on this ticket: scan something, or Esc goes back."), columns)
        return table_rows(sale, self.host.chosen, self._look, columns, lines)

    def _steps(self, columns: int, lines: int) -> Sequence[Row]:
        line = self.host.chosen_line
        return chosen_rows(line, self._look, columns, lines) if line is not None else ()

    def _sums(self, columns: int, lines: int) -> Sequence[Row]:
        sale = self.host.current
        if sale is None:
            return ()
        return ended(sum_rows(sale, self.host.money, columns), lines, 2)
