"""The menu of demos: each flow with the one line that it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.reactive import var
from textual.screen import Screen

from pos.demo.flows import Flow
from pos.domain.i18n import N_, _
from pos.domain.terminal_text import clean
from screens.kit.empty import NOTHING_FITS
from screens.kit.filtering import ALL_AGAIN, Filter, Fitting
from screens.kit.keymap import cap_of
from screens.kit.listing import as_guess, marked
from screens.render.panel import Panel
from screens.render.parts import part
from screens.render.rows import BLANK, Piece, Row, left, row, sentence, wrapped
from screens.render.tags import PlaceTag

if TYPE_CHECKING:
    from screens.render.tags import Tag

LONGEST: Final = 40
STEPS: Final = {"up": -1, "down": 1, "home": -10_000, "end": 10_000}
"""How much can be typed."""
INTRO: Final = N_("Each plays itself in the real screens, on a shop of its own that is thrown away.")


class FlowMenu(Screen[None]):
    """Choose a flow with the arrows, by its number, or by letters of its name."""

    AUTO_FOCUS = ""

    place: var[str] = var("", init=False)
    """The number of the flow that an arrow has chosen; it stays chosen as long as it fits what is typed."""
    typed: var[str] = var("", init=False)

    def __init__(self, flows: Sequence[Flow], play: Callable[[Flow], None], *, leave: bool) -> None:
        """`play` is told the chosen flow; with `leave`, Escape goes back to what was played before."""
        super().__init__()
        self._flows = {str(number): flow for number, flow in enumerate(flows, start=1)}
        self._filter = Filter(
            {number: flow.name for number, flow in self._flows.items()},
            {number: f"{flow.name} {flow.title}" for number, flow in self._flows.items()},
        )
        self._play = play
        self._leave = leave

    def compose(self) -> ComposeResult:
        """One panel, with a row for each flow."""
        yield Panel(self._rows, "flows", frame="accent", title=_("Demos"))

    def on_mount(self) -> None:
        """Say what the keys do."""
        self._draw()

    def watch_place(self) -> None:
        """Draw the choice."""
        self._draw()

    def watch_typed(self) -> None:
        """Draw what fits."""
        self._draw()

    def _draw(self) -> None:
        panel = self.query_one(Panel)
        if self.typed:
            note = _(ALL_AGAIN, found=len(self.fitting.keys), all=len(self._flows))
            panel.caption(f"{_('Demos')} · {clean(self.typed)}▏", note)
        else:
            keys = _("↑↓ choose · ⏎ play · letters filter · {key} end", key=cap_of("ctrl+q"))
            panel.caption(_("Demos"), keys)
        panel.draw()

    @property
    def fitting(self) -> Fitting:
        """The numbers of the flows that fit what is typed."""
        return self._filter.fitting(self.typed)

    @property
    def index(self) -> int:
        """Which of the flows that fit is chosen: the first, until an arrow chooses."""
        keys = self.fitting.keys
        return keys.index(self.place) if self.place in keys else 0

    @property
    def picked(self) -> int | None:
        """Which of them Enter plays; None: they only come near to what is typed, and no arrow has chosen."""
        found = self.fitting
        return None if found.guessed and self.place not in found.keys else self.index

    def tip(self, _tag: Tag) -> str:
        """Nothing is told of what is pointed at."""
        return ""

    def take(self, key: str, char: str | None = None) -> None:
        """Arrows choose, letters filter, Enter and a flow's number play, Escape clears, then goes back.

        `char` is what the key types.
        """
        keys = self.fitting.keys
        if key in STEPS and keys:
            step = STEPS[key] if self.picked is not None else 0
            self.place = keys[min(max(self.index + step, 0), len(keys) - 1)]
        elif key == "enter" and self.picked is not None and keys:
            self._begin(self._flows[keys[self.picked]])
        elif key == "backspace":
            self.typed = self.typed[:-1]
        elif key == "escape" and self.typed:
            self.typed = ""
        elif key == "escape" and self._leave:
            self.app.pop_screen()
        elif not self.typed and key in self._flows:
            self._begin(self._flows[key])
        elif char is not None and char.isprintable() and len(self.typed) < LONGEST:
            self.typed += char

    def _begin(self, flow: Flow) -> None:
        self.app.pop_screen()
        self._play(flow)

    def _rows(self, columns: int, lines: int) -> Sequence[Row]:
        intro = [row(Piece(text, "faint")) for text in wrapped(_(INTRO), columns)]
        keys = self.fitting.keys
        if not keys:
            return [*intro, BLANK, *sentence(_(NOTHING_FITS), columns)]
        rows: list[Row] = []
        starts: list[int] = []
        for place, number in enumerate(keys):
            flow = self._flows[number]
            starts.append(len(rows))
            chosen, tag = "chosen" if place == self.picked else "", PlaceTag(place)
            name = as_guess(flow.name, guess=self.fitting.guessed)
            typed = "" if self.fitting.guessed else self.typed
            head = (left(f"{number} ", 3, "key"), *marked(name, typed, columns - 3, "strong"))
            rows.append(Row(head, chosen, tag))
            about = wrapped(flow.title, max(columns - 3, 8))
            rows += [Row((Piece("   "), Piece(text)), chosen, tag) for text in about]
        room = max(lines - len(intro) - 1, 1)
        return part(rows, room, starts[self.index]).within([*intro, BLANK], ())
