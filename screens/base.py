"""What every screen of the till is: a bar above, a bar below, keys taken one by one, and a picture drawn when asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size
from textual.reactive import var
from textual.screen import Screen
from textual.widget import Widget

from pos.domain.words import N_, _, plural
from screens.acting import actions
from screens.acting.keys import Key
from screens.acting.mouse import Mouse
from screens.acting.prompts import Prompt
from screens.drawing.panel import Panel
from screens.drawing.rows import Row
from screens.drawing.sizes import is_tiny, size_classes
from screens.drawing.tags import Act, Line, Pressed, Tag
from screens.enduring import Enduring
from screens.parts.bars import footer_row, header_row
from screens.parts.line import LINE_TITLE, line_rows, shown, told_rows

if TYPE_CHECKING:
    from pos.till.setting_aside import HeldTicket
    from screens.host import Host

SOLD_BY: Final = N_("{name} is sold by {unit}: {key} changes how much.")
LONGEST: Final = 200
"""How much can be typed on one line."""


WATCHED: Final = (
    "sale", "notice", "chosen", "inspecting", "happened", "checking", "parked", "working", "minute", "keymap",
    "flashing", "progress", "training",
)  # fmt: skip
"""The app's values that every screen draws."""


class TillScreen(Enduring, Screen[None]):
    """A screen. Keys change the till or the screen's own vars; both are watched, and what they show is drawn."""

    KIND: ClassVar[str] = ""
    AUTO_FOCUS = ""
    STEADY: ClassVar[frozenset[str]] = frozenset(("header", "footer"))
    """The panels that stay as they are, whatever is typed and wherever the arrows are."""

    def __init__(self) -> None:
        super().__init__()
        self._stale = False
        self._whole = True
        """Whether all panels have to be drawn next, not only those that show what is typed or chosen."""
        self._panels: dict[str | None, Panel] = {}
        self._mouse = Mouse(self)

    @property
    def host(self) -> Host:
        """The app, as what it is."""
        return cast("Host", self.app)

    def body(self) -> Sequence[Widget]:
        """The widgets between the bars."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Header, body, footer."""
        yield Panel(self._header, "header", classes="bar")
        yield from self.body()
        yield Panel(self._footer, "footer", classes="bar")

    def on_mount(self) -> None:
        """Draw whenever what is shown changes."""
        for name in WATCHED:
            self.watch(self.app, name, self.redraw, init=False)
        self._measure(self.app.size)
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """Take on the new size's classes before Textual lays the screen out, so that it is drawn once."""
        self._measure(event.size)

    def _screen_resized(self, size: Size) -> None:
        """Lay out for a new size and paint that. Each widget that changed asks for both again: they are done."""
        super()._screen_resized(size)
        for widget in self.walk_children(Widget, with_self=True):
            widget._layout_required = widget._repaint_required = False

    @property
    def in_front(self) -> bool:
        """Whether this screen is seen. Textual's `is_current` is true for the one behind it too."""
        return self.app.screen is self

    def _measure(self, size: Size) -> None:
        self.update_classes(size_classes(size), animate=False)
        if self._panels and self.in_front:
            self.dress()

    def dress(self) -> None:
        """Set captions and classes to the state; done before the panels are drawn."""

    def panel(self, name: str) -> Panel:
        """The panel of this name; for `dress`, which a query would slow down with every key."""
        return self._panels[name]

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
        if not self._panels and self.query("#footer"):
            self._panels = {panel.id: panel for panel in self.query(Panel)}
        # In a burst a screen may be left again before its widgets are there. What one behind the front would paint
        # takes the place of what the front one has to paint: Textual keeps the regions of one of them only.
        if self._panels and self.in_front:
            self.dress()
            self._clear_tooltip()
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
            action.run(self.host)
        else:
            self.host.say(reason, "bad")

    def press(self, key: Key) -> None:
        """A key that no action has."""

    def _forward_event(self, event: events.Event) -> None:
        """Take clicks and the wheel at once, as keys are taken: a message would wait behind later keys."""
        if not (isinstance(event, events.MouseEvent) and self._mouse.hear(event)):
            super()._forward_event(event)

    def clicked(self, tag: Tag) -> None:
        """Do what a click on something drawn means: what its key does, refusals and all."""
        if isinstance(tag, Act):
            action = actions.by_id(tag.id)
            if self.KIND in action.screens:
                self.act(action)
        elif isinstance(tag, Pressed):
            self.take(Key(tag.key, tag.key if len(tag.key) == 1 else None))

    def wheeled(self, panel: str, step: int) -> None:
        """The wheel over a panel, down (1) or up (-1): what the arrows do."""
        self.take(Key("down" if step > 0 else "up"))

    def tip(self, tag: Tag) -> str:
        """What hovering over something tells: a whole name, what an action does or why it cannot be done now."""
        if isinstance(tag, Act):
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

    def tick(self) -> None:
        """Half a second has passed: show what that alone changes."""

    def plain_text(self) -> str:
        """What the screen is about, to be copied: the ticket, unless the screen knows better."""
        from screens.acting.sharing import ticket_text

        return ticket_text(self.host)

    def pick_held(self, held: Sequence[HeldTicket]) -> None:
        """Let one of the tickets that are set aside be chosen."""
        raise NotImplementedError

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

    def _footer(self, columns: int, _: int) -> Sequence[Row]:
        return (footer_row(self.host, self.KIND, columns),)


class LineScreen(TillScreen):
    """A screen with a line to type on, which also asks the questions that actions ask in its place."""

    typed: var[str] = var("", init=False)
    prompt: var[Prompt | None] = var(None, init=False)

    def watch_typed(self) -> None:
        """Draw what was typed."""
        self.redraw_typing()

    def watch_prompt(self) -> None:
        """Draw the question."""
        self.redraw()

    def one_more(self, more: int) -> None:
        """`+` and `-`: change the chosen line by one. The last one of a line is never taken off so."""
        line = self.host.chosen_line
        assert line is not None
        if line.unit != "each":
            self.host.say(_(SOLD_BY, name=line.name, unit=line.unit, key=self.host.cap("quantity")), "bad")
        elif line.quantity + more < 1:
            self.host.say(
                _("This is the last {name}: {key} takes it off.", name=line.name, key=self.host.cap("void")), "bad"
            )
        elif more < 0:
            self.host.attempt(lambda till: till.one_fewer(line.line))
        else:
            self.host.attempt(lambda till: till.set_quantity(line.line, line.quantity + more))

    def choose_line(self, step: int) -> None:
        """Choose another line of the ticket."""
        sale = self.host.current
        numbers = [line.line for line in sale.lines] if sale is not None else []
        if numbers:
            at = numbers.index(self.host.chosen) if self.host.chosen in numbers else len(numbers)
            self.host.chosen = numbers[min(max(at + step, 0), len(numbers) - 1)]

    @property
    def hint(self) -> str:
        """What stands below the line while there is nothing else to say."""
        return ""

    def line_panel(self) -> Panel:
        """The line in its frame."""
        return Panel(self._line, "line", title=_(LINE_TITLE), frame="accent")

    def ask(self, prompt: Prompt) -> None:
        """Turn the line into a question."""
        self.typed = ""
        self.host.notice = None
        self.prompt = prompt

    def take(self, key: Key) -> None:
        """An action's key ends a question that was not answered."""
        if (
            self.prompt is not None
            and key.name != "escape"
            and self.host.keymap.action(self.KIND, key.name) is not None
        ):
            self.prompt, self.typed = None, ""
        super().take(key)

    def clicked(self, tag: Tag) -> None:
        """A line is chosen, unless a question is open; an action ends the question, as its key does."""
        if isinstance(tag, Line):
            sale = self.host.current
            if self.prompt is None and sale is not None and any(line.line == tag.number for line in sale.lines):
                self.host.chosen = tag.number
            return
        if isinstance(tag, Act) and self.prompt is not None and tag.id != "back":
            self.prompt, self.typed = None, ""
        super().clicked(tag)

    def press(self, key: Key) -> None:
        """Type, correct, answer, or what the screen makes of the key."""
        if key.name == "enter":
            self._enter()
        elif key.name == "escape":
            self.back()
        elif key.name == "backspace":
            self.typed = self.typed[:-1]
        elif key.name == "ctrl+u":
            self.typed = ""
        elif key.char is None:
            self.move(key.name)
        elif len(self.typed) < LONGEST:
            self.type(key.char)

    def type(self, char: str) -> None:
        """A printable key."""
        self.typed += char

    def changes_line(self, char: str) -> bool:
        """Whether a key is `+` or `-` on an empty line, which changes the chosen line."""
        return char in "+-" and not self.typed and self.prompt is None and self.host.chosen_line is not None

    def back(self) -> None:
        """Escape: end the question, clear the line, or leave."""
        if self.prompt is not None or self.typed:
            self.prompt, self.typed = None, ""
        else:
            self.leave()

    def leave(self) -> None:
        """Escape with nothing to clear."""
        self.app.pop_screen()

    def move(self, name: str) -> None:
        """A key that neither types nor means an action: arrows and the like."""

    def submit(self, text: str) -> None:
        """Enter on the line, no question being asked; `text` may be empty."""
        raise NotImplementedError

    def _enter(self) -> None:
        text, prompt = self.typed.strip(), self.prompt
        if prompt is None:
            self.typed = ""
            self.submit(text)
        elif text or prompt.empty:
            self.typed, self.prompt = "", None
            if self._is_scan(text):
                self.submit(text)
            else:
                prompt.apply(shown(self.host, text))

    def _is_scan(self, text: str) -> bool:
        """Whether a question was answered by a scan: the code of a product, as long as a barcode."""
        till = self.host.till
        return len(text) >= 8 and text.isdecimal() and till is not None and till.catalog.is_known(text)

    def dress(self) -> None:
        """A message of two lines is seen whole."""
        told, line = told_rows(self.host, self.hint, max(self.host.size.width - 4, 1)), self.panel("line")
        line.set_class(len(told) > 1, "-tall-message")
        line.frame = "refused" if self.host.flashing else "accent"

    def _line(self, columns: int, lines: int) -> Sequence[Row]:
        hint = self.prompt.title if self.prompt is not None and is_tiny(self.host.size) else self.hint
        return line_rows(self.host, self.typed, hint, columns, lines)
