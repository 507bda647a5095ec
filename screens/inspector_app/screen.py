"""The inspector's screen without a till of its own behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Final, Protocol, cast

from pos.domain.i18n import N_, _
from pos.domain.terminal_text import clean
from screens.inspector.screen import InspectorScreen
from screens.kit.actions import WATCHING
from screens.render.rows import Piece, Row, apart

if TYPE_CHECKING:
    from screens.kit.values import Identity

STATES: Final = {
    "": ("○ ", "warn", N_("looking for the till…")),
    "waiting": ("○ ", "warn", N_("no till is open")),
    "live": ("● ", "good", N_("live")),
    "gone": ("○ ", "warn", N_("the till was closed")),
}
"""Mark, its kind, and words for how it stands with the till."""
GONE: Final = N_("What happened stays here. The till is waited for.")


class InspectorHost(Protocol):
    """What the screen may know of the app that listens."""

    wanted: str
    minute: str

    @property
    def identity(self) -> Identity | None:
        """Whose till it is."""
        ...

    @property
    def connection(self) -> str:
        """How it stands with the till."""
        ...

    @property
    def watermark(self) -> str:
        """What tells that it is an exercise; empty if it is none."""
        ...


class InspectorAppScreen(InspectorScreen):
    """The only screen of its app. Nothing that is typed here goes to a till."""

    KIND: ClassVar[str] = WATCHING
    # Its app loads the style sheet: a screen that takes the place of the first one may bring none.
    CSS_PATH = None

    @property
    def inspector_host(self) -> InspectorHost:
        """The app that listens, as this screen may know it."""
        return cast("InspectorHost", self.app)

    def on_mount(self) -> None:
        """Draw too when the till comes and goes."""
        super().on_mount()
        self.watch(self.app, "connection", self.redraw, init=False)

    def leave(self) -> None:
        """Escape with nothing to clear: the newest event is followed again."""
        self.chosen = None

    def nothing(self) -> str:
        """Which till is waited for, if none is open yet."""
        return self.inspector_host.wanted if self.inspector_host.connection == "waiting" else super().nothing()

    @property
    def hint(self) -> str:
        """That the till is waited for, if it was closed."""
        return _(GONE) if self.inspector_host.connection == "gone" else super().hint

    def scan(self, hand: str, code: str) -> None:
        """A scan finds events, as typing does."""
        self.submit(hand + code)

    def _is_scan(self, text: str) -> bool:
        """There is no ticket here: a code that is typed finds events."""
        return False

    def _header(self, columns: int, _lines: int) -> Sequence[Row]:
        """Whose till it is, whether it is open, and the time there."""
        app, identity = self.inspector_host, self.inspector_host.identity
        mark = [Piece(f" {app.watermark} ", "pick")] if app.watermark else []
        shop = clean(identity.shop).upper() if identity is not None else "TILLKEY"
        start = [*mark, Piece(" "), Piece(shop, "strong")]
        if identity is not None:
            start.append(Piece("  " + _("lane {name}", name=clean(identity.lane))))
        start += [Piece("  ·  "), Piece(_("inspector"), "strong")]
        sign, kind, words = STATES[app.connection]
        end = [Piece(sign, kind), Piece(_(words))]
        if app.minute:
            end += [Piece("  ·  "), Piece(app.minute)]
        return (apart(start, (*end, Piece(" ")), columns),)
