"""The app of the manual: a page, the contents beside it, and a line to search all pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Markdown, MarkdownViewer, OptionList, Static
from textual.widgets.option_list import Option

from pos.domain.i18n import _
from pos.domain.terminal_text import clean, width
from pos.manual import INDEX
from screens.kit.empty import NOTHING_FITS
from screens.kit.filtering import ALL_AGAIN, Filter, Fitting
from screens.kit.listing import as_guess
from screens.kit.theming import Themed
from screens.manual.passages import Passage, found, passages_of
from screens.render.rows import left

if TYPE_CHECKING:
    from pos.manual import Page

WIDE: Final = 110
"""From how many columns on the contents stand beside the page; on fewer they take its place."""
ROOMY: Final = 60
"""From how many columns on there is room for blanks beside the words of a table."""
MOVES: Final = frozenset(("up", "down", "pageup", "pagedown", "home", "end"))
LONGEST: Final = 40
"""How much can be typed over the contents."""
PIECES: Final = "MarkdownHeader, MarkdownParagraph, MarkdownTableCellContents, MarkdownFence"
"""What a page is drawn of: a widget for each piece of it."""


Mode = Literal["page", "contents", "find"]
"""What the keys are for."""


class PageViewer(MarkdownViewer):
    """A page; where a link leads is decided by the screen."""

    async def go(self, location: str | PurePath) -> None:
        """Follow a link."""
        screen = self.screen
        assert isinstance(screen, ManualScreen)
        await screen.follow(str(location))


class Contents(OptionList):
    """All pages; what is typed here leaves those that fit."""

    def on_key(self, event: events.Key) -> None:
        """A letter filters; all other keys are for the list and the screen."""
        screen = self.screen
        assert isinstance(screen, ManualScreen)
        if screen.typed_over(event.key, event.character if event.is_printable else None):
            event.stop()
            event.prevent_default()


class ManualScreen(Screen[None]):
    """The pages, one at a time."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        ("slash,ctrl+f", "find"),
        ("n,f3", "hit(1)"),
        ("N,shift+f3", "hit(-1)"),
        ("tab,c", "contents"),
        ("space", "scroll"),
        ("left", "page(-1)"),
        ("right", "page(1)"),
        ("escape", "back"),
        ("q", "app.quit"),
    ]

    def __init__(self, pages: Sequence[Page], first: Page) -> None:
        super().__init__()
        self._pages = {page.name: page for page in pages}
        self._page = first
        self._passages: tuple[Passage, ...] = ()
        self._words = ""
        self._hits: Sequence[Passage] = ()
        self._hit = 0
        self._mode: Mode = "page"
        self._typed = ""
        """What is typed over the contents."""
        self._place: str | None = None
        """What an arrow has chosen there, before it was typed."""
        self._filter = Filter({page.name: page.title for page in pages}, {page.name: page.about for page in pages})
        self._notice = ""
        """What stands at the foot instead of the keys, until something is done."""

    def compose(self) -> ComposeResult:
        """The contents and the page; below, what the keys do, or the line that is searched by."""
        with Horizontal():
            yield Contents(id="contents")
            yield PageViewer(id="page", show_table_of_contents=False, open_links=False)
        yield Static(id="foot", markup=False)
        yield Input(id="find", placeholder=_("Words to find on all pages"))

    async def on_mount(self) -> None:
        """Show the first page; the index begins with the contents."""
        await self.show(self._page)
        self._turn("contents" if self._page.name == INDEX else "page")

    def on_resize(self) -> None:
        """Put the contents beside the page where there is room for both."""
        self.set_class(self.size.width < ROOMY, "narrow")
        self._fit()
        self._list()

    @property
    def _viewer(self) -> PageViewer:
        return self.query_one(PageViewer)

    @property
    def _document(self) -> Markdown:
        return self.query_one(Markdown)

    async def show(self, page: Page) -> None:
        """Turn to a page."""
        self._page, self._notice = page, ""
        await self._document.update(page.text)
        self._viewer.scroll_home(animate=False)
        self._list()
        self._tell()

    def _list(self) -> None:
        """The contents: every page, and the headings of the one that is shown; alone, with what each page is for."""
        options: list[Option] = []
        here = 0
        fitting, contents = self._fitting, self.query_one(OptionList)
        titles = max((width(page.title) for page in self._pages.values()), default=0) + 4
        for name in fitting.keys:
            page = self._pages[name]
            title = as_guess(page.title, guess=fitting.guessed)
            text = title if self.wide else left(title, min(titles, self.size.width // 2)).text + page.about
            options.append(Option(Content(text), id=page.name))
            if page.name == (self._place or self._page.name):
                here = len(options) - 1
            if page == self._page and not self._typed:
                headings = self._document.table_of_contents[1:]
                options += (Option(Content("  " * (level - 1) + text), id=block) for level, text, block in headings)
        contents.set_options(options)
        contents.highlighted = here if options and not fitting.guessed else None

    @property
    def _fitting(self) -> Fitting:
        """The pages that fit what is typed over the contents."""
        return self._filter.fitting(self._typed)

    def typed_over(self, key: str, char: str | None) -> bool:
        """Filter the contents by what is typed over them; whether the key does that."""
        if self._mode != "contents":
            return False
        typed = self._typed
        if key in MOVES:
            self._place = None
        elif key == "backspace":
            typed = typed[:-1]
        elif char is not None and char != "/" and (typed or not char.isspace()):
            typed = (typed + char)[:LONGEST]
        if typed == self._typed:
            return False
        if self._place is None and (chosen := self.query_one(OptionList).highlighted_option) is not None:
            self._place = chosen.id
        self._typed = typed
        self._list()
        self._tell()
        return True

    @on(OptionList.OptionSelected)
    async def _chosen(self, chosen: OptionList.OptionSelected) -> None:
        name = chosen.option_id or ""
        if name in self._pages:
            await self.show(self._pages[name])
        else:
            self._viewer.scroll_to_widget(self.query_one(f"#{name}"), top=True, animate=False)
        self._turn("page")

    async def follow(self, location: str) -> None:
        """Go where a link leads: to a page or a heading; of anything else tell its name."""
        path, _sharp, anchor = location.partition("#")
        name = PurePath(path).stem
        if path and (PurePath(path).parent != PurePath() or name not in self._pages):
            self._notice = _("Not in the manual: {place}", place=clean(location))
            self._tell()
            return
        if path:
            await self.show(self._pages[name])
        if anchor:
            self._document.goto_anchor(anchor)

    def _turn(self, mode: Mode) -> None:
        """Let the keys be for the page, the contents, or the line that is searched by."""
        self._mode, self._notice = mode, ""
        if self._typed or self._place:
            self._typed, self._place = "", None
            self._list()
        self._fit()
        heard = {"page": self._document, "contents": self.query_one("#contents"), "find": self.query_one("#find")}[mode]
        # At once and without scrolling: else what is hidden hands the focus on, and the page goes to its beginning.
        self.set_focus(heard, scroll_visible=False)

    @property
    def wide(self) -> bool:
        """Whether there is room for the contents beside a page."""
        return self.size.width >= WIDE

    def _fit(self) -> None:
        contents = self.query_one("#contents")
        contents.set_class(self.wide, "beside")
        contents.display = self.wide or self._mode == "contents"
        self._viewer.display = self.wide or self._mode != "contents"
        self.query_one("#find").display = self._mode == "find"
        self.query_one("#foot").display = self._mode != "find"
        self._tell()

    def _tell(self) -> None:
        """The line at the foot: where the search stands, and the keys."""
        keys = _("Tab contents · ←→ page · / find · Esc leave")
        if self._mode == "contents":
            keys = _("↑↓ choose · ⏎ read · letters filter · / find · Esc back")
        if self._words:
            keys = _("No page has {words}. / find · Esc back", words=clean(self._words))
        if self._hits:
            here = self._hits[self._hit]
            place = f"{self._hit + 1}/{len(self._hits)} {self._pages[here.page].title} › {here.heading}"
            keys = _("{place} · n N next, back · / find · Esc end", place=place)
        if self._typed:
            keys = f"{clean(self._typed)}▏ · {self._told_fitting()}"
        self.query_one("#foot", Static).update(self._notice or keys)

    def _told_fitting(self) -> str:
        many = len(self._fitting.keys)
        return _(ALL_AGAIN, found=many, all=len(self._pages)) if many else _(NOTHING_FITS)

    def action_contents(self) -> None:
        """Go to the contents, and back to the page."""
        self._turn("page" if self._mode == "contents" else "contents")

    def action_scroll(self) -> None:
        """Go on by a screen."""
        self._viewer.scroll_page_down(animate=False)

    async def action_page(self, step: int) -> None:
        """Turn to the page before or after this one."""
        names = list(self._pages)
        at = names.index(self._page.name) + step
        if 0 <= at < len(names):
            await self.show(self._pages[names[at]])

    def action_find(self) -> None:
        """Open the line that is searched by."""
        self.query_one("#find", Input).value = ""
        self._turn("find")

    @on(Input.Submitted)
    async def _find(self, typed: Input.Submitted) -> None:
        """Look for words on all pages, and turn to the first passage from this page on."""
        if not self._passages:
            self._passages = tuple(each for page in self._pages.values() for each in passages_of(page))
        self._words = typed.value.strip()
        self._hits = found(self._passages, self._words)
        names = list(self._pages)
        here = names.index(self._page.name)
        self._hit = next((at for at, hit in enumerate(self._hits) if names.index(hit.page) >= here), 0)
        self._turn("page")
        await self.action_hit(0)

    async def action_hit(self, step: int) -> None:
        """Turn to a passage that was found, so many after this one; after the last comes the first."""
        for piece in self.query(".hit"):
            piece.remove_class("hit")
        if self._hits:
            self._hit = (self._hit + step) % len(self._hits)
            hit = self._hits[self._hit]
            if hit.page != self._page.name:
                await self.show(self._pages[hit.page])
            pieces = list(self._document.query(PIECES))
            for piece in pieces[hit.first : hit.first + hit.pieces]:
                piece.add_class("hit")
            self.call_after_refresh(self._viewer.scroll_to_widget, pieces[hit.first], animate=False, center=True)
        self._tell()

    def action_back(self) -> None:
        """Close the line that is searched by, end the search, or leave."""
        if self._typed:
            self._typed = ""
            self._list()
            self._tell()
        elif self._mode == "find" or (self._mode == "contents" and self._page.name != INDEX):
            self._turn("page")
        elif self._words:
            self._words, self._hits = "", ()
            for piece in self.query(".hit"):
                piece.remove_class("hit")
            self._tell()
        else:
            self.app.exit()


class ManualApp(Themed):
    """Shows the manual, from a page on."""

    TITLE = "Tillkey"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, pages: Sequence[Page], first: Page) -> None:
        super().__init__()
        self._pages, self._first = pages, first

    def get_default_screen(self) -> Screen[None]:
        """The one screen of the manual."""
        return ManualScreen(self._pages, self._first)

    def action_help_quit(self) -> None:
        """Ctrl+C leaves, as it does elsewhere."""
        self.exit()
