"""The menu of demos: each flow with the one line that it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.reactive import var
from textual.screen import Screen

from pos.demo.flows import Flow
from pos.domain.i18n import N_, _
from screens.kit.keymap import cap_of
from screens.render.panel import Panel
from screens.render.parts import part
from screens.render.rows import BLANK, Piece, Row, left, row, wrapped

if TYPE_CHECKING:
    from screens.render.tags import Tag

INTRO: Final = N_("Each plays itself in the real screens, on a shop of its own that is thrown away.")


class FlowMenu(Screen[None]):
    """Choose a flow with the arrows or its number."""

    AUTO_FOCUS = ""

    index: var[int] = var(0, init=False)

    def __init__(self, flows: Sequence[Flow], play: Callable[[Flow], None], *, leave: bool) -> None:
        """`play` is told the chosen flow; with `leave`, Escape goes back to what was played before."""
        super().__init__()
        self._flows = flows
        self._play = play
        self._leave = leave

    def compose(self) -> ComposeResult:
        """One panel, with a row for each flow."""
        yield Panel(self._rows, "flows", frame="accent", title=_("Demos"))

    def on_mount(self) -> None:
        """Say what the keys do."""
        self.query_one(Panel).caption(_("Demos"), _("↑↓ choose · ⏎ play · {key} end", key=cap_of("ctrl+q")))

    def watch_index(self) -> None:
        """Draw the choice."""
        self.query_one(Panel).draw()

    def tip(self, _tag: Tag) -> str:
        """Nothing is told of what is pointed at."""
        return ""

    def take(self, key: str) -> None:
        """Arrows choose, Enter and a flow's number play, Escape goes back to what was played before."""
        if key in ("up", "down"):
            self.index = min(max(self.index + (1 if key == "down" else -1), 0), len(self._flows) - 1)
        elif key.isdecimal() and 1 <= int(key) <= len(self._flows):
            self.index = int(key) - 1
        elif key == "escape" and self._leave:
            self.app.pop_screen()
        if key == "enter" or (key.isdecimal() and 1 <= int(key) <= len(self._flows)):
            self.app.pop_screen()
            self._play(self._flows[self.index])

    def _rows(self, columns: int, lines: int) -> Sequence[Row]:
        intro = [row(Piece(text, "faint")) for text in wrapped(_(INTRO), columns)]
        rows: list[Row] = []
        starts: list[int] = []
        for number, flow in enumerate(self._flows, start=1):
            starts.append(len(rows))
            chosen = "chosen" if number - 1 == self.index else ""
            rows.append(Row((left(f"{number} ", 3, "key"), left(flow.name, max(columns - 3, 0), "strong")), chosen))
            rows += [Row((Piece("   "), Piece(text)), chosen) for text in wrapped(flow.title, max(columns - 3, 8))]
        room = max(lines - len(intro) - 1, 1)
        return part(rows, room, starts[self.index]).within([*intro, BLANK], ())
