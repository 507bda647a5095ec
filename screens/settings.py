"""The Settings screen: every setting with its value and who says so; what is changed is saved and seen at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Container
from textual.reactive import var
from textual.widget import Widget

from pos.domain.text import clean
from pos.domain.words import N_, _, plural
from screens.acting import actions
from screens.acting.keymap import cap_of
from screens.acting.keys import ENTER, Key
from screens.acting.prompts import Prompt
from screens.acting.scanning import SHORTEST_SUFFIX
from screens.base import LineScreen
from screens.drawing.panel import Panel, window
from screens.drawing.rows import BLANK, Piece, Row, left, row, wrapped
from screens.drawing.tags import Place, Tag
from screens.parts.entries import LATER, SECTIONS, Entry, choices, entries, fitting
from screens.scrolling import STEPS

if TYPE_CHECKING:
    from pos.domain.errors import TillError
    from pos.settings.loading import InForce
    from pos.settings.sources import Sources

TITLE: Final = N_("Settings")
NAME: Final = 18
VALUE: Final = 24
SHORT: Final = 4
"""How many lines there are about a setting on the smallest terminal."""
THEME: Final = "screen.theme"
FORCED: Final = N_("{place} says what this is, and comes before the settings file.")
SAVED: Final = N_("Saved: {name} is {value}.")
SAVED_FOR_LATER: Final = N_("Saved: {name} is {value} from the next start on.")
NO_KEY: Final = "backspace"
"""What takes a key away while a new one is asked for."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """A setting whose value is chosen from a list, and the theme to go back to."""

    entry: Entry
    offered: tuple[str, ...]
    index: int
    theme: str


async def _loaded(sources: Sources) -> InForce | TillError:
    """The settings in force, or what is wrong with them."""
    from pos.domain.errors import TillError
    from pos.settings.loading import load

    try:
        return await asyncio.to_thread(load, sources)
    except TillError as error:
        return error


class SettingsScreen(LineScreen):
    """A list to search and to choose from. Enter changes: it lists the choices, asks for a text, or waits for a key."""

    KIND: ClassVar[str] = "settings"
    CSS_PATH = "settings.tcss"

    index: var[int] = var(0, init=False)
    """Which entry is chosen, of those that fit what is typed."""
    found: var[InForce | None] = var(None, init=False)
    """The settings in force; None until they are read."""
    trouble: var[str] = var("", init=False)
    """Why the settings cannot be read."""
    choosing: var[Choosing | None] = var(None, init=False)
    capturing: var[Entry | None] = var(None, init=False)
    """The action that waits for its new key."""

    def body(self) -> Sequence[Widget]:
        """The line, the list, and all about the chosen setting."""
        return (
            self.line_panel(),
            Container(
                Panel(self._list, "list", frame="rim", title=_(TITLE)),
                Panel(self._about, "about", frame="rim"),
                id="body",
            ),
        )

    def on_mount(self) -> None:
        """Read what is in force."""
        super().on_mount()
        sources = self.host.sources
        if sources is None:
            self.host.say(_("This till was opened without settings: nothing can be changed here."), "bad")
        else:
            self.host.begin(_loaded(sources), self._read)

    def _read(self, found: InForce | TillError) -> None:
        from pos.domain.errors import TillError

        if isinstance(found, TillError):
            self.trouble = found.message
        else:
            self.found = found

    def watch_trouble(self) -> None:
        """Draw what is wrong."""
        self.redraw()

    def watch_index(self) -> None:
        """Draw the choice."""
        self.redraw()

    def watch_found(self) -> None:
        """Draw the values."""
        self.redraw()

    def watch_choosing(self, _before: Choosing | None, choosing: Choosing | None) -> None:
        """A theme is seen while it is chosen."""
        if choosing is not None and choosing.entry.item.name == THEME:
            self.app.theme = choosing.offered[choosing.index]
        self.redraw()

    def watch_capturing(self) -> None:
        """Draw the question."""
        self.redraw()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The settings that fit what is typed; all of them while something is asked."""
        listed = entries(self.host, self.found) if self.found is not None else ()
        return fitting(listed, "" if self.prompt is not None else self.typed.strip())

    @property
    def chosen(self) -> Entry | None:
        """The setting that Enter changes."""
        if self.choosing is not None:
            return self.choosing.entry
        listed = self.entries
        return self.capturing or (listed[min(self.index, len(listed) - 1)] if listed else None)

    def take(self, key: Key) -> None:
        """While a key is asked for, whatever is pressed is it."""
        if self.capturing is None:
            super().take(key)
            return
        entry, self.capturing = self.capturing, None
        if key.name == "escape":
            self.host.say(_("{action} keeps its key.", action=entry.label))
        else:
            self._save(entry, "none" if key.name == NO_KEY else key.name)

    def press(self, key: Key) -> None:
        """What is typed begins a new choice."""
        typed = self.typed
        super().press(key)
        if key.name != "enter" and self.prompt is None and self.typed != typed:
            self.index, self.host.notice = 0, None

    def type(self, char: str) -> None:
        """While one of a list is chosen there is nothing to type."""
        if self.choosing is None:
            super().type(char)

    def move(self, name: str) -> None:
        """Arrows choose; Del goes back to the default."""
        if self.prompt is not None:
            return
        if name in STEPS and (choosing := self.choosing) is not None:
            at = min(max(choosing.index + STEPS[name], 0), len(choosing.offered) - 1)
            self.choosing = Choosing(choosing.entry, choosing.offered, at, choosing.theme)
        elif name in STEPS:
            self.index = min(max(self.index + STEPS[name], 0), max(len(self.entries) - 1, 0))
            self.host.notice = None
        elif name == "delete" and self.choosing is None and (entry := self.chosen) is not None:
            self._save(entry, None)

    def submit(self, text: str) -> None:
        """Enter: change what is chosen; a scan goes to the ticket, as everywhere."""
        if len(text) >= SHORTEST_SUFFIX and self._is_scan(text):
            self.host.home()
            for char in text:
                self.host.take(Key(char, char))
            self.host.take(ENTER)
            return
        self.typed = text
        if (choosing := self.choosing) is not None:
            self.choosing = None
            self._save(choosing.entry, choosing.offered[choosing.index])
        elif (entry := self.chosen) is not None:
            self._change(entry)
        elif self.found is not None:
            self.host.say(_("Nothing fits that. Type fewer letters, or Esc to begin again."), "bad")

    def _change(self, entry: Entry) -> None:
        if entry.forced:
            self.host.say(_(FORCED, place=entry.place), "bad")
            return
        self.typed, self.host.notice = "", None
        self.index = self.entries.index(entry)
        if entry.item.kind == "key":
            self.capturing = entry
        elif offered := choices(entry, tuple(sorted(self.app.available_themes))):
            at = offered.index(entry.value) if entry.value in offered else 0
            self.choosing = Choosing(entry, offered, at, self.app.theme)
        else:
            self.ask(
                Prompt(
                    _("{name}: type the new value", name=entry.item.name),
                    _("Allowed: {allowed} · Esc keeps it", allowed=entry.allowed),
                    lambda text: self._save(entry, text),
                )
            )

    def _save(self, entry: Entry, text: str | None) -> None:
        """Write it to the file and let it count; whatever is wrong is told, and nothing changes."""
        from pos.settings.saving import change

        sources = self.host.sources
        if sources is None:
            return
        if entry.forced:
            self.host.say(_(FORCED, place=entry.place), "bad")
            return

        def saved(found: InForce) -> None:
            self.found = found
            self.host.adopt(found.settings)
            now = next((each for each in self.entries if each.item.name == entry.item.name), entry)
            self.host.say(
                _(SAVED_FOR_LATER if entry.section in LATER else SAVED, name=now.label, value=now.value), "good"
            )

        self.host.begin(asyncio.to_thread(change, sources, entry.item.name, text), saved)

    def clicked(self, tag: Tag) -> None:
        """An entry is chosen; the chosen one is changed, or taken."""
        if not isinstance(tag, Place) or self.prompt is not None or self.capturing is not None:
            super().clicked(tag)
        elif (choosing := self.choosing) is not None:
            if tag.index == choosing.index:
                self.take(ENTER)
            else:
                self.choosing = Choosing(choosing.entry, choosing.offered, tag.index, choosing.theme)
        elif tag.index == self.index:
            self.take(ENTER)
        else:
            self.index, self.host.notice = min(tag.index, max(len(self.entries) - 1, 0)), None

    def back(self) -> None:
        """Escape: back to the list and to the theme that was, then to what is typed, then away."""
        if (choosing := self.choosing) is not None:
            self.choosing = None
            self.app.theme = choosing.theme
        else:
            super().back()

    def leave(self) -> None:
        """Back to the screen below."""
        self.host.notice = None
        self.app.pop_screen()

    @property
    def hint(self) -> str:
        """How to answer; what the chosen one does, where there is no other room for it."""
        if self.prompt is not None:
            return self.prompt.hint
        if self.capturing is not None:
            word = actions.by_id(self.capturing.key).word
            none = _("{key} takes its key away; it stays as /{word}.", key=cap_of(NO_KEY), word=word) if word else ""
            return " ".join(part for part in (_("Esc keeps {cap}.", cap=self.capturing.value), none) if part)
        entry = self.chosen
        return entry.about if entry is not None and not self.query_one("#about").display else ""

    def dress(self) -> None:
        """Captions."""
        super().dress()
        line, listed = self.query_one("#line", Panel), self.query_one("#list", Panel)
        if self.prompt is not None:
            line.caption(self.prompt.title, _("⏎ saves it · Esc keeps it"))
        elif self.capturing is not None:
            line.caption(_("Press the new key for {action}", action=self.capturing.label), "")
        elif self.choosing is not None:
            line.caption(
                _("Choose {name}", name=self.choosing.entry.item.name), _("↑↓ choose · ⏎ saves it · Esc keeps it")
            )
        else:
            line.caption(
                _("Which setting? Type a part of its name"), _("↑↓ choose · ⏎ change · Del default · Esc back")
            )
        if self.choosing is not None:
            listed.caption(self.choosing.entry.item.name, "")
        else:
            listed.caption(_(TITLE), plural("{count} setting", "{count} settings", len(self.entries)))
        entry = self.chosen
        self.query_one("#about", Panel).caption(entry.item.name if entry is not None else "", "")

    def _list(self, columns: int, lines: int) -> Sequence[Row]:
        if self.choosing is not None:
            return self._offered(self.choosing, columns, lines)
        listed = self.entries
        if self.trouble:
            told = [line for fault in self.trouble.splitlines() for line in wrapped(f"✗ {fault}", columns)]
            return [row(Piece(line, "bad")) for line in told]
        if not listed:
            return (row(Piece(_("Nothing fits that.") if self.found is not None else "…", "faint")),)
        chosen = self.chosen
        rows: list[Row] = []
        section, focus = "", 0
        for number, entry in enumerate(listed):
            if entry.section != section:
                section = entry.section
                rows += [*([BLANK] if rows else []), row(Piece(_(SECTIONS[section]), "accent"))]
            is_it = chosen is not None and entry.item.name == chosen.item.name
            if is_it:
                focus = len(rows)
            rows.append(self._row(entry, number, columns, chosen=is_it))
        first = window(len(rows), lines, focus)
        return rows[first : first + lines]

    def _row(self, entry: Entry, number: int, columns: int, *, chosen: bool) -> Row:
        kind = "faint" if entry.forced else ""
        value = min(VALUE + max(columns - 76, 0) // 3, max(columns - NAME - 14, 10))
        mark = "✎ " if entry.set else "  "
        pieces = (
            Piece("▸ " if chosen else "  "),
            left(clean(entry.label), NAME, kind or "strong"),
            Piece(" "),
            Piece(mark, "accent"),
            left(clean(entry.value), value, kind),
            Piece(" "),
            left(entry.near, max(columns - NAME - value - 6, 0), "faint"),
        )
        return Row(pieces, "chosen" if chosen else "", Place(number, entry.about))

    def _offered(self, choosing: Choosing, columns: int, lines: int) -> Sequence[Row]:
        first = window(len(choosing.offered), lines, choosing.index)
        return [
            Row(
                (
                    Piece("▸ " if number == choosing.index else "  "),
                    Piece("● " if offer == choosing.entry.value else "○ ", "accent"),
                    left(clean(offer), columns - 4),
                ),
                "chosen" if number == choosing.index else "",
                Place(number),
            )
            for number, offer in enumerate(choosing.offered[first : first + lines], start=first)
        ]

    def _about(self, columns: int, lines: int) -> Sequence[Row]:
        """All about the chosen setting: what it does first, as much as there is room for."""
        entry = self.chosen
        if entry is None:
            return ()
        told = [(_("Default"), entry.default), (_("Allowed"), entry.allowed)]
        if lines > SHORT:
            told = [(_("Is"), clean(entry.value)), (_("From"), entry.place), *told]
        width = max(len(name) for name, _text in told) + 2
        about = [row(line) for line in wrapped(entry.about, columns)]
        rows = [*about, BLANK] if lines > SHORT else about[: lines - len(told)]
        for name, text in told:
            first, *rest = wrapped(text, max(columns - width, 8)) or [""]
            rows.append(row(left(name, width, "faint"), first))
            rows += [row(" " * width + line) for line in rest]
        if lines > len(rows) + 1:
            when = N_("It counts from the next start on.") if entry.section in LATER else N_("It counts at once.")
            rows += [BLANK, *(row(Piece(line, "faint")) for line in wrapped(_(when), columns))]
        return rows[:lines]
