"""The Settings screen: every setting with its value and who says so; what is changed is saved and seen at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual.containers import Container
from textual.reactive import var
from textual.widget import Widget

from pos.domain.i18n import N_, _, plural
from pos.worker import run_in_thread
from screens.kit.empty import NOTHING_FITS
from screens.kit.input.scanning import SHORTEST_SUFFIX, hand_of
from screens.kit.listing import NEAR
from screens.kit.open_till_screen import OpenTillScreen
from screens.kit.prompts import Prompt
from screens.kit.search_screen import STEPS
from screens.kit.typing_screen import LONGEST, TypingScreen
from screens.render.panel import Panel
from screens.render.rows import Piece, Row, row, sentence, wrapped
from screens.render.tags import PlaceTag, Tag
from screens.settings.entries import LATER, Choosing, SettingEntry, choices, entries, fitting
from screens.settings.rebinding import NO_KEY, Swapping, how_to_press, swappable
from screens.settings.rows import about_rows, entries_rows, offered_rows
from screens.terminal.keys import ENTER, Key, Scanned

if TYPE_CHECKING:
    from pos.domain.errors import TillError
    from pos.settings.loading import InForce
    from pos.settings.sources import Sources
    from screens.kit.input.bursts import Burst

THEME: Final = "screen.theme"
FORCED: Final = N_("{place} says what this is, and comes before the settings file.")
SAVED: Final = N_("Saved: {name} is {value}.")
SAVED_FOR_LATER: Final = N_("Saved: {name} is {value} from the next start on.")
SETTINGS: Final = "settings"
"""The action that opens this screen; its key closes it too."""


async def _loaded(sources: Sources) -> InForce | TillError:
    """The settings in force, or what is wrong with them."""
    from pos.domain.errors import TillError
    from pos.settings.loading import load

    try:
        return await run_in_thread(load, sources)
    except TillError as error:
        return error


class SettingsScreen(TypingScreen, OpenTillScreen):
    """A list to search and to choose from. Enter changes: it lists the choices, asks for a text, or waits for a key."""

    KIND: ClassVar[str] = "settings"
    CSS_PATH = "screen.tcss"

    place: var[str | None] = var(None, init=False)
    """The name of the entry that an arrow or a click has chosen; the first one is, while it does not fit."""
    found: var[InForce | None] = var(None, init=False)
    """The settings in force; None until they are read."""
    trouble: var[str] = var("", init=False)
    """Why the settings cannot be read."""
    choosing: var[Choosing | None] = var(None, init=False)
    capturing: var[SettingEntry | None] = var(None, init=False)
    """The action that waits for its new key."""
    swapping: var[Swapping | None] = var(None, init=False)

    def body(self) -> Sequence[Widget]:
        """The line, the list, and all about the chosen setting."""
        return (
            self.line_panel(),
            Container(
                Panel(self._list, "list", frame="rim", title=_("Settings")),
                Panel(self._about, "about", frame="rim"),
                id="body",
            ),
        )

    def on_mount(self) -> None:
        """Read what is in force."""
        super().on_mount()
        for name in ("place", "found", "trouble", "capturing", "swapping"):
            self.watch(self, name, self.redraw, init=False)
        sources = self.host.sources
        if sources is None:
            self.host.say(_("This till was opened without settings: nothing can be changed here."), "bad")
        else:
            self.host.wait_for(partial(_loaded, sources), self._read)

    def _read(self, found: InForce | TillError) -> None:
        from pos.domain.errors import TillError

        if isinstance(found, TillError):
            self.trouble = found.message
        else:
            self.found = found

    def watch_choosing(self, _before: Choosing | None, choosing: Choosing | None) -> None:
        """A theme is seen while it is chosen."""
        if choosing is not None and choosing.entry.item.name == THEME:
            self.app.theme = choosing.offered[choosing.index]
        self.redraw()

    @property
    def _asks_key(self) -> bool:
        """Whether a key is waited for, or a swap is to be answered."""
        return self.capturing is not None or self.swapping is not None

    @property
    def entries(self) -> tuple[SettingEntry, ...]:
        """The settings that fit what is typed; all of them while something is asked."""
        return self._fitting[0]

    @property
    def _fitting(self) -> tuple[tuple[SettingEntry, ...], bool]:
        listed = entries(self.found, self.host.keymap) if self.found is not None else ()
        return fitting(listed, "" if self.prompt is not None else self.typed.strip())

    @property
    def guessed(self) -> bool:
        """Whether the settings only come near to what is typed, and no arrow has chosen one yet."""
        listed, guessed = self._fitting
        return guessed and self.place not in [entry.item.name for entry in listed]

    @property
    def index(self) -> int:
        """Which of the entries that fit is chosen."""
        names = [entry.item.name for entry in self.entries]
        return names.index(self.place) if self.place in names else 0

    @property
    def chosen(self) -> SettingEntry | None:
        """The setting that Enter changes."""
        if self.choosing is not None:
            return self.choosing.entry
        listed = self.entries
        if self.swapping is not None:
            return self.swapping.entry
        return self.capturing or (listed[self.index] if listed and not self.guessed else None)

    def take(self, key: Key) -> None:
        """While a key is asked for, whatever is pressed is it; a key of the screen below goes there."""
        asked = self.capturing or (self.swapping.entry if self.swapping is not None else None)
        action = self.host.keymap.action(self.below.KIND, key.name) if self.below is not None else None
        if asked is not None:
            self._capture(asked, key)
        elif key.char is not None or action is None or self.host.keymap.action(self.KIND, key.name) is not None:
            super().take(key)
        elif not self.keeps_answer():
            self._close()
            if action.id != SETTINGS:
                self.host.front.take(key)

    def _capture(self, entry: SettingEntry, key: Key) -> None:
        """A key that was pressed for an action; Enter swaps it with the one that has it, if that was asked."""
        swapping, self.capturing, self.swapping = self.swapping, None, None
        if key.name == "escape":
            self.host.say(_("{action} keeps its key.", action=entry.label))
        elif swapping is not None and key.name == "enter":
            self._write(swapping.settings(self.host.keymap), lambda: swapping.told(self.host.keymap))
        elif self.found is not None and (swap := swappable(self.host.keymap, self.found, entry, key.name)) is not None:
            self.host.notice, self.swapping = None, swap
        else:
            self._save(entry, "none" if key.name == NO_KEY else key.name)

    def _close(self) -> None:
        """Leave, whatever is asked; a theme that was only looked at is not kept."""
        if (choosing := self.choosing) is not None:
            self.choosing = None
            self.app.theme = choosing.theme
        self.leave()

    def press(self, key: Key) -> None:
        """What was told of what was typed before does not count any longer."""
        typed = self.typed
        super().press(key)
        if key.name != "enter" and self.prompt is None and self.typed != typed:
            self.host.notice = None

    def type(self, char: str) -> None:
        """While one of a list is chosen, what is typed goes to the first that begins so, else that has it."""
        super().type(char)
        if (choosing := self.choosing) is not None:
            typed, offered = self.typed.strip().lower(), choosing.offered
            fitting = [offer for offer in offered if offer.lower().startswith(typed)]
            fitting += [offer for offer in offered if typed in offer.lower()]
            if fitting:
                self.choosing = replace(choosing, index=offered.index(fitting[0]))

    def move(self, name: str) -> None:
        """Arrows choose; Del goes back to the default."""
        if self.prompt is not None:
            return
        if name in STEPS and (choosing := self.choosing) is not None:
            at = min(max(choosing.index + STEPS[name], 0), len(choosing.offered) - 1)
            self.typed, self.choosing = "", replace(choosing, index=at)
        elif name in STEPS:
            step = 0 if self.guessed else STEPS[name]
            self._point(min(max(self.index + step, 0), max(len(self.entries) - 1, 0)))
        elif name == "delete" and self.choosing is None and (entry := self.chosen) is not None:
            self._save(entry, None)

    def _point(self, index: int) -> None:
        entries = self.entries
        if index < len(entries):
            self.place, self.host.notice = entries[index].item.name, None

    def submit(self, text: str) -> None:
        """Enter: change what is chosen; a scan goes to the ticket, as everywhere."""
        if len(text) >= SHORTEST_SUFFIX and text.isdecimal():
            self.scan("", text)
            return
        if (choosing := self.choosing) is not None:
            if text.lower() not in choosing.offered[choosing.index].lower():
                self.typed = text
                self.host.say(_(NOTHING_FITS), "bad")
                return
            if not self.sees_chosen("list"):
                return
            self.choosing = None
            self._save(choosing.entry, choosing.offered[choosing.index])
            return
        self.typed = text
        if (entry := self.chosen) is not None:
            if self.sees_chosen("list"):
                self._change(entry)
        elif self.found is not None:
            self.leave_refused(text)
            self.host.say(_(NEAR if self.entries else NOTHING_FITS), "bad")

    def holds(self, key: Key) -> bool:
        """While a key is asked for, whatever is pressed is it, but for the first one of a scan."""
        return self._asks_key and key.char is not None

    def meant(self, burst: Burst) -> int:
        """What is written in one piece with the key that opens the screen is searched for."""
        return len(burst.text) if burst.ahead and not self._asks_key else 0

    def scanned(self, scan: Scanned) -> None:
        """A scan is no setting and no key; of a secret, which nobody sees, it is what was pasted."""
        if self.prompt is not None and self.prompt.secret:
            self.typed = (hand_of(self.typed, scan.text) + scan.text)[:LONGEST]
        elif self._asks_key or self.prompt is not None:
            self.typed = hand_of(self.typed, scan.text)
            self.tell_no_answer(scan.text)
        else:
            super().scanned(scan)

    def scan(self, hand: str, code: str) -> None:
        """A scan goes to the ticket, as everywhere."""
        self._close()
        self.host.home()
        self.host.front.scanned(Scanned("enter", text=code))

    def _change(self, entry: SettingEntry) -> None:
        if entry.forced:
            self.host.say(_(FORCED, place=entry.place), "bad")
            return
        self.typed, self.host.notice = "", None
        self.place = entry.item.name
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
                    secret=entry.item.kind == "secret",
                )
            )

    def _save(self, entry: SettingEntry, text: str | None) -> None:
        """Write it to the file and let it count; whatever is wrong is told, and nothing changes."""
        if entry.forced:
            self.host.say(_(FORCED, place=entry.place), "bad")
            return

        def told() -> str:
            now = next((each for each in self.entries if each.item.name == entry.item.name), entry)
            return _(SAVED_FOR_LATER if entry.section in LATER else SAVED, name=now.label, value=now.value)

        self._write({entry.item.name: text}, told)

    def _write(self, texts: dict[str, str | None], told: Callable[[], str]) -> None:
        from pos.bootstrap import store_at
        from pos.settings.loading import STORE
        from pos.settings.saving import change_all

        def changed(sources: Sources) -> InForce:
            if store := texts.get(STORE):
                # One that this version does not have would keep the till from starting.
                store_at(store)
            return change_all(sources, texts)

        def saved(found: InForce) -> None:
            self.found = found
            self.host.adopt(found.settings)
            self.host.say(told(), "good")

        if self.host.sources is not None:
            self.host.wait_for(partial(run_in_thread, changed, self.host.sources), saved)

    def clicked(self, tag: Tag) -> None:
        """An entry is chosen; the chosen one is changed, or taken."""
        if not isinstance(tag, PlaceTag) or self.prompt is not None or self._asks_key:
            super().clicked(tag)
        elif (choosing := self.choosing) is not None:
            if tag.index == choosing.index:
                self.take(ENTER)
            else:
                self.choosing = replace(choosing, index=tag.index)
        elif tag.index == self.index and not self.guessed:
            self.take(ENTER)
        else:
            self._point(tag.index)

    def back(self) -> None:
        """Escape: back to the list and to the theme that was, then to what is typed, then away."""
        if (choosing := self.choosing) is not None:
            self.typed, self.choosing = "", None
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
            return how_to_press(self.capturing)
        if (swapping := self.swapping) is not None:
            return swapping.hint
        entry = self.chosen
        return entry.about if entry is not None and not self.panel("about").display else ""

    def dress(self) -> None:
        """Caption the line and the list by what is being changed: a text, a key, or two keys that swap."""
        super().dress()
        line, listed = self.panel("line"), self.panel("list")
        if self.prompt is not None:
            line.caption(self.prompt.title, _("⏎ saves it · Esc keeps it"))
        elif self.capturing is not None:
            line.caption(_("Press the new key for {action}", action=self.capturing.label), "")
        elif self.swapping is not None:
            line.caption(
                _("Shall {first} and {second} swap their keys?",
                  first=self.swapping.entry.label, second=_(self.swapping.other.label)),
                _("⏎ swaps them · Esc keeps them"),
            )  # fmt: skip
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
            note = plural("{count} setting", "{count} settings", len(self.entries))
            listed.caption(_("Settings"), _("{found} · Esc shows all", found=note) if self.typed else note)
        entry = self.chosen
        self.panel("about").caption(entry.item.name if entry is not None else "", "")

    def _list(self, columns: int, lines: int) -> Sequence[Row]:
        if (choosing := self.choosing) is not None:
            return offered_rows(choosing.offered, choosing.index, choosing.entry.value, columns, lines)
        if self.trouble:
            told = [line for fault in self.trouble.splitlines() for line in wrapped(f"✗ {fault}", columns)]
            return [row(Piece(line, "bad")) for line in told]
        listed = self.entries
        if not listed:
            return sentence(_(NOTHING_FITS) if self.found is not None else "…", columns)
        typed, guesses = "" if self.prompt is not None else self.typed, self._fitting[1]
        return entries_rows(listed, self.chosen, columns, lines, typed, guesses=guesses)

    def _about(self, columns: int, lines: int) -> Sequence[Row]:
        entry = self.chosen
        return about_rows(entry, columns, lines) if entry is not None else ()
