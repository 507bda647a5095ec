"""What every screen of the till is: a bar above, a bar below, keys taken one by one, and a picture drawn when asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.widget import Widget

from pos.domain.i18n import _, plural
from screens.kit import actions
from screens.kit.availability import NOTHING, Subject
from screens.kit.bars import footer_row, header_row
from screens.kit.input.mouse import Mouse
from screens.kit.prompts import Prompt
from screens.kit.remarks import above_keys, beside_keys
from screens.render.panel import Panel
from screens.render.rows import Row, apart
from screens.render.sizes import is_tiny, size_classes
from screens.render.tags import ActionTag, KeyTag, Tag
from screens.terminal.internals.drawing import DrawnOnce, clear_tooltip
from screens.terminal.internals.errors import ErrorBoundary
from screens.terminal.keys import Key, Scanned

if TYPE_CHECKING:
    from pos.till.parking import HeldTicket
    from screens.kit.host import Host
    from screens.kit.input.bursts import Burst

WATCHED: Final = (
    "sale", "last_sale", "to_hand_over", "notice", "chosen", "inspecting", "happened", "checking", "queued", "aside",
    "uncharged", "parked", "server", "working", "minute", "keymap", "flashing", "progress", "training", "remark",
)  # fmt: skip
"""The app's values that every screen draws."""


class TillScreen(ErrorBoundary, DrawnOnce):
    """A screen. Keys change the till or the screen's own vars; both are watched, and what they show is drawn."""

    KIND: ClassVar[str] = ""
    AUTO_FOCUS = ""
    STEADY: ClassVar[frozenset[str]] = frozenset(("header", "footer"))
    """The panels that stay as they are, whatever is typed and wherever the arrows are."""

    def __init__(self, subject: Subject = NOTHING) -> None:
        super().__init__()
        self._subject = subject
        self._stale = False
        self._whole = True
        """Whether all panels have to be drawn next, not only those that show what is typed or chosen."""
        self._panels: dict[str | None, Panel] = {}
        self._mouse = Mouse(self)
        self._below = self._drawn_below = 1
        """How high the bar below is, and was when the screen was laid out."""

    @property
    def host(self) -> Host:
        """The app, as its screens may know it."""
        return cast("Host", self.app)

    def body(self) -> Sequence[Widget]:
        """The widgets between the bars."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Header, body, footer."""
        # Each widget takes on its style as it is mounted; the screen itself once it is in front.
        self.update_classes(size_classes(self.app.size), update=False)
        yield Panel(self._header, "header", classes="bar")
        yield from self.body()
        yield Panel(self._foot, "footer", classes="bar")

    def on_mount(self) -> None:
        """Draw whenever what is shown changes."""
        for name in WATCHED:
            self.watch(self.app, name, self.redraw, init=False)
        self.screen_layout_refresh_signal.subscribe(self, self._laid_out, immediate=True)
        self._measure(self.app.size)
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Take on the new size's classes before Textual lays the screen out, so that it is drawn once."""
        self._measure(event.size)
        if self._panels:
            # It tells a terminal that is too low, and keeps its own size when only the lines change.
            self._panels["header"].draw()

    @property
    def stale(self) -> bool:
        """Whether it is going to be drawn."""
        return self._stale

    @property
    def asking(self) -> bool:
        """Whether something is being asked beside the keys that it is going to show."""
        return False

    @property
    def in_front(self) -> bool:
        """Whether this screen is seen. Textual's `is_current` is true for the one behind it too."""
        return self.app.screen is self

    def _laid_out(self, _: object) -> None:
        """The bar below is higher or lower now: what is told of how much there is room for is known only here."""
        if self._drawn_below != self._below:
            self._drawn_below = self._below
            self.redraw()

    def _measure(self, size: Size) -> None:
        self.update_classes(size_classes(size), animate=False)
        if self._panels and self.in_front and not self.host.ending:
            self._dress()

    def _dress(self) -> None:
        """Let the bar below be as high as what is told there, then what the screen itself sets."""
        if self._below != self.host.lines_below:
            self._below = self.host.lines_below
            self._panels["footer"].styles.height = self._below
        self.dress()

    def dress(self) -> None:
        """Set captions and classes to the state; done before the panels are drawn."""

    def panel(self, name: str) -> Panel:
        """The panel of this name; for `dress`, which a query would slow down with every key."""
        return self._panels[name]

    def sees_chosen(self, *names: str) -> bool:
        """Whether what is chosen in one of these panels is seen; if not, that is told: it is never taken then.

        What is typed before the screen was first drawn is taken as on one that has room for its list.
        """
        drawn = any(panel.size for panel in self._panels.values())
        panels = [panel for name, panel in self._panels.items() if name in names and panel.is_on_screen]
        seen = any(panel.shows_chosen() for panel in panels) if drawn else not is_tiny(self.host.size)
        if not seen:
            self.host.say(_("This terminal is too small to show what is chosen: nothing was done."), "bad")
        return seen

    def redraw(self, *_: Any) -> None:
        """Draw soon, once for all that changes until then."""
        self._whole = True
        self.redraw_typing()

    def redraw_typing(self) -> None:
        """Draw soon; all but the steady panels will do."""
        if not self._stale:
            self._stale = True
            self.call_later(self._draw)

    def _draw(self) -> None:
        self._stale = False
        if self.host.ending:
            return
        if not self._panels and self.query("#footer"):
            self._panels = {panel.id: panel for panel in self.query(Panel)}
        # In a burst a screen may be left again before its widgets are there. What one behind the front would paint
        # takes the place of what the front one has to paint: Textual keeps the regions of one of them only.
        if self._panels and self.in_front:
            self._dress()
            clear_tooltip(self)
            whole, self._whole = self._whole, False
            for name, panel in self._panels.items():
                if whole or name not in self.STEADY:
                    panel.draw()

    def on_screen_resume(self) -> None:
        """Draw again after another screen was in front."""
        self.redraw()

    def take(self, key: Key) -> None:
        """Do what a key says: an action's key, or one of the screen's own."""
        action = self.host.keymap.action(self.KIND, key.name)
        if action is None:
            self.press(key)
        else:
            self.act(action)

    def act(self, action: actions.Action) -> None:
        """Do an action, or say why it cannot be done now."""
        reason = action.reason(self.host)
        if reason is None:
            self.perform(action.handler)
        else:
            self.host.say(reason, "bad")

    def act_with(self, action: actions.Action, _text: str) -> None:
        """Do an action with what is typed behind its word, on a screen that has anything to type it into."""
        self.act(action)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """What this screen itself does for actions, by the names of their handlers; all else the app does."""
        return {"go_back": self.back}

    def perform(self, handler: str) -> None:
        """Do what an action's handler does."""
        own = self.handlers().get(handler)
        if own is None:
            self.host.perform(handler)
        else:
            own()

    @property
    def subject(self) -> Subject:
        """What actions are about here besides the ticket; over another screen, what they were about there."""
        return self._subject

    def press(self, key: Key) -> None:
        """Take a key that is no action's; this screen has none."""

    def holds(self, key: Key) -> bool:
        """Whether a printable key would act here at once: then it waits until it is known whether a scan begins."""
        return False

    def meant(self, burst: Burst) -> int:
        """How many keys of a burst, from its first on, were written for this screen and are no scan."""
        return 0

    def scanned(self, scan: Scanned) -> None:
        """A scan: the screen below has it, where goods are sold; no screen takes it for keys or for an answer."""
        self.app.pop_screen()
        self.host.front.scanned(scan)

    @property
    def begun(self) -> str:
        """What was typed on the screen's line and not ended."""
        return ""

    def clear(self) -> None:
        """Forget what was typed: it was a card's data."""

    def unscanned(self, scan: Scanned) -> None:
        """A scan that was refused: whatever it has typed here goes."""

    @property
    def below(self) -> TillScreen | None:
        """The till's screen behind this one, None if there is none."""
        stack = self.app.screen_stack
        at = stack.index(self) if self in stack else 0
        screen = stack[at - 1] if at else None
        return screen if isinstance(screen, TillScreen) else None

    def left_behind(self) -> None:
        """What was typed before the key that led here was refused, which was told."""

    def covered(self, by: TillScreen) -> None:
        """Another screen comes in front."""

    def takes(self, event: events.Event) -> bool:
        """Take clicks and the wheel at once, as keys are taken: a message would wait behind later keys."""
        return isinstance(event, events.MouseEvent) and self._mouse.hear(event)

    def clicked(self, tag: Tag) -> None:
        """Do what a click on something drawn means: what its key does, refusals and all."""
        if isinstance(tag, ActionTag):
            action = actions.by_id(tag.id)
            if action.on(self.KIND):
                self.act(action)
        elif isinstance(tag, KeyTag):
            self.take(Key(tag.key, tag.key if len(tag.key) == 1 else None))

    def wheeled(self, panel: str, step: int) -> None:
        """The wheel over a panel, down (1) or up (-1): what the arrows do."""
        self.take(Key("down" if step > 0 else "up"))

    def tip(self, tag: Tag) -> str:
        """What hovering over something tells: a whole name, what an action does or why it cannot be done now."""
        if isinstance(tag, ActionTag):
            action = actions.by_id(tag.id)
            return action.reason(self.host) or _(action.help)
        return tag.tip

    def looks_on(self, _key: Key) -> bool:
        """Whether a key changes nothing but what this screen shows."""
        return False

    def back(self) -> None:
        """Escape: one step back."""
        self.app.pop_screen()

    def ask(self, prompt: Prompt) -> None:
        """Ask something on the screen's line."""
        raise NotImplementedError

    def ask_again(self) -> None:
        """What was done last was refused: if it was an answer, ask for it once more."""

    def tick(self) -> None:
        """Half a second has passed: show what that alone changes."""

    def plain_text(self) -> str:
        """What the screen is about, to be copied: the ticket, unless the screen knows better."""
        return self.host.ticket_text()

    def add_hit(self, sku: str) -> None:
        """Add a chosen product; of a weighed one the weight is asked."""
        raise NotImplementedError

    def pick_held(self, held: Sequence[HeldTicket], back: str = "") -> None:
        """Let one of the tickets that are set aside be chosen."""
        raise NotImplementedError

    def full(self) -> None:
        """Tell, once for all keys, that there is no room for what is typed on."""
        text = _("The line is full: nothing more is taken.")
        if self.host.notice is None or self.host.notice.text != text:
            self.host.say(text, "bad")

    def dropped(self, keys: int) -> None:
        """Tell that keys that were typed meanwhile were dropped."""
        told = self.host.notice
        text = plural(
            "{count} key that was typed meanwhile had no effect.",
            "{count} keys that were typed meanwhile had no effect.",
            keys,
        )
        self.host.say(f"{told.text} {text}" if told is not None else text, told.kind if told is not None else "faint")

    def _header(self, columns: int, _: int) -> Sequence[Row]:
        return (header_row(self.host, columns),)

    def _foot(self, columns: int, _: int) -> Sequence[Row]:
        """What is told above the keys, then the keys, as many as there is room for beside what is told there."""
        told = beside_keys(self.host.remark, self.host.size)
        keys = self.keys(columns - Row(told).width)
        return (*above_keys(self.host.remark, self.host.size), apart(keys.pieces, told, columns) if told else keys)

    def keys(self, columns: int) -> Row:
        """The screen's keys, as many as there is room for."""
        return footer_row(self.host, self.KIND, columns)
