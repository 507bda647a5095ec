"""What the arrows choose in on the home screen, and what Enter and clicks do with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.reactive import var

from pos.domain.i18n import _
from pos.domain.spelling import folded
from screens.catalog.completion import commands_listing, complete
from screens.catalog.drawer import room_below
from screens.kit import listing
from screens.kit.input.scanning import resolve, split
from screens.kit.input.slash import SlashLine, slash_line
from screens.kit.line_screen import LineScreen
from screens.kit.listing import Listing
from screens.kit.prompts import Prompt
from screens.render.tags import HitTag, Tag
from screens.terminal.keys import ENTER

if TYPE_CHECKING:
    from pos.till.parking import HeldTicket


class ListsScreen(LineScreen):
    """A screen whose line finds things in a list below it; without a list the arrows choose a line of the ticket."""

    index: var[int] = var(0, init=False)
    """Which entry of the list is chosen."""
    pointed: var[bool] = var(False, init=False)
    """Whether an arrow or a click has chosen it."""
    browsing: var[bool] = var(False, init=False)
    """Whether the arrows are in the categories."""
    category: var[str | None] = var(None, init=False)
    held: var[Sequence[HeldTicket]] = var((), init=False)
    """Tickets of which one is to be taken up."""

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[str, Listing] | None = None

    def watch_index(self) -> None:
        """Draw the choice."""
        self.redraw_typing()

    def watch_pointed(self) -> None:
        """Draw the choice."""
        self.redraw_typing()

    def watch_browsing(self) -> None:
        """Draw the frame."""
        self.redraw()

    def type(self, char: str) -> None:
        """Type: what was chosen in a list is not meant any longer."""
        if self.prompt is None and not self.held:
            self._leave_lists()
        self.index, self.pointed = 0, False
        super().type(char)

    def move(self, name: str) -> None:
        """Arrows choose: in the list if there is one, else among the ticket's lines."""
        steps = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8}
        if self.prompt is not None and self._listing is None:
            return
        if name in steps and (listed := self._listing) is not None:
            if self._picked(listed) is not None:
                self.index = min(max(self.index + steps[name], 0), max(len(listed.keys) - 1, 0))
            self.pointed = True
        elif name in steps:
            self.choose_line(steps[name])
        elif name == "right" and not self.typed:
            if not self.browsing:
                self.browsing, self.index = True, 0
            elif self.category is None:
                self._open_category()
        elif name == "left" and self.browsing:
            self._up()

    def clicked(self, tag: Tag) -> None:
        """An entry of the list is chosen, the chosen one is taken; a category opens."""
        if not isinstance(tag, HitTag):
            super().clicked(tag)
            return
        if self.prompt is None and self._listing is None and not self.typed:
            self.browsing = True
        listed = self._listing
        if listed is not None and tag.key in listed.keys:
            self._point(tag.key, listed.keys.index(tag.key))

    def _point(self, key: str, index: int) -> None:
        """A click on an entry of the list. A hit is added although what is typed may be the code of another."""
        listed = self._listing
        chosen = self._picked(listed) if listed is not None else None
        self.index, self.pointed = index, True
        if self.browsing and self.category is None:
            self._open_category()
        elif index == chosen and self._searching:
            times, self.typed, self.index, self.pointed = split(self.typed).times, "", 0, False
            if times:
                self.add_line(times + key)
            else:
                self.add_hit(key)
        elif index == chosen:
            self.take(ENTER)

    @property
    def _searching(self) -> bool:
        """Whether what is typed searches the products, and is no answer, no command and no ticket's name."""
        return bool(self.typed) and self.prompt is None and not self.held and not self.typed.startswith("/")

    def wheeled(self, panel: str, step: int) -> None:
        """Over the ticket the wheel chooses a line, over the list an entry."""
        if panel == "ticket" and self.prompt is None:
            self.choose_line(step)
        elif panel == "shelf" and self._listing is None:
            self.move("right")
        elif panel == "list":
            self.move("down" if step > 0 else "up")

    def leave(self) -> None:
        """Escape goes one list back; the ticket stays as it is."""
        if self.held:
            self.held = ()
        elif self.browsing:
            self._up()
        elif self._handing_over:
            self.host.to_hand_over = ""
        else:
            self.host.notice = None
        self.redraw()

    def ask(self, prompt: Prompt) -> None:
        """Ask in the scan line."""
        self._leave_lists()
        super().ask(prompt)

    def chosen_in(self, listed: Listing | None) -> str | None:
        """The chosen entry of a list that is offered, which is none as long as it is a guess, or is not seen."""
        picked = self._picked(listed) if listed is not None and listed.keys and self._sees_list() else None
        self.index, self.pointed = 0, False
        return listed.key(picked) if listed is not None and picked is not None else None

    def pick_held(self, held: Sequence[HeldTicket]) -> None:
        """Let one of the tickets set aside be chosen."""
        self._leave_lists()
        self.host.notice = None
        self.held, self.index = held, 0
        self.redraw()

    def submit(self, text: str) -> None:
        """Enter: a command, a code, the chosen hit, or what is chosen in a list, if it is seen there."""
        index, pointed = self.index, self.pointed
        self.index, self.pointed = 0, False
        if (line := slash_line(text)) is not None:
            suggestion = complete(line, commands_listing(line, self.KIND, self.host.cap).key(index))
            if suggestion is not None and not self._sees_list():
                self.typed = text
            elif suggestion is None:
                self.host.command(line)
            else:
                self._complete(suggestion)
        elif self.held and text:
            self._take_up_named(text, index)
        elif text:
            self._leave_lists()
            if self.does_code(text):
                return
            self._look_up(text, index, pointed=pointed)
        elif (self.held or self.browsing) and not self._sees_list():
            self.index = index
        elif self._handing_over:
            self.host.to_hand_over = ""
        elif self.held:
            name, self.held = self.held[min(index, len(self.held) - 1)].name, ()
            self.host.take_up(name)
        elif self.browsing and self.category is None:
            self.index = index
            self._open_category()
        elif self.browsing:
            self.index = index
            sku = self._listing.key(index) if self._listing is not None else None
            if sku is not None:
                self.add_hit(sku)

    def _take_up_named(self, text: str, index: int) -> None:
        """Take up the chosen one of the tickets set aside that fit; a code of the shop is sold all the same."""
        found = self._held_like(text)
        if found and not self._sees_list():
            self.typed = text
        elif found:
            self.held = ()
            self.host.take_up(found[min(index, len(found) - 1)].name)
        elif self.host.is_code(text):
            self._leave_lists()
            self.complete(text)
        else:
            self.leave_refused(text)
            self.host.say(_("No ticket is set aside as “{name}”.", name=text), "bad")

    def _held_like(self, text: str) -> Sequence[HeldTicket]:
        """The tickets set aside in whose name a text stands."""
        wanted = folded(text)
        return [ticket for ticket in self.held if wanted in folded(ticket.name)]

    def _complete(self, suggestion: str) -> None:
        """Do a suggested action; begin a suggested command, so that its words can be typed."""
        verb = suggestion.rstrip("|")
        if verb == suggestion:
            self.host.command(SlashLine(verb))
        else:
            self.typed = f"/{verb} "

    def scan(self, hand: str, code: str) -> None:
        """A scan: whatever was searched for or listed is dropped for it."""
        self._leave_lists()
        self.index, self.pointed = 0, False
        super().scan(hand, code)

    def _look_up(self, text: str, index: int, *, pointed: bool) -> None:
        """What a hand has typed: a code, or the chosen hit, unless that is a guess that no arrow has chosen."""
        catalog, hits = self.host.till.catalog, self._hits(split(text).searched)
        scan = resolve(text, catalog.is_known, lambda: hits().key(index))
        if scan is None:
            self.typed = split(text).times
        elif scan.chosen and not pointed and (key := hits().key(index)) in hits().guesses:
            self.leave_refused(text)
            name = catalog.products[key].name
            self.host.say(_("Nothing is called “{text}”. ↓ ⏎ adds {name}.", text=split(text).rest, name=name), "bad")
        elif scan.chosen and not self._sees_list():
            self.typed = text
        elif scan.chosen and scan.line in catalog.products:
            self.add_hit(scan.line)
        else:
            self.add(scan)

    def _picked(self, listed: Listing) -> int | None:
        """Which entry of a list is chosen; none as long as all are guesses and no arrow has chosen."""
        return self.index if self.pointed or listed.key(self.index) not in listed.guesses else None

    def _sees_list(self) -> bool:
        """Whether there is room for the list, around the entry that is chosen; if not, that is told."""
        if room_below(self.host.size.height, self.line_height):
            return True
        self.host.say(_("This terminal is too small to show what is chosen: nothing was done."), "bad")
        return False

    def add_hit(self, sku: str) -> None:
        """Add a chosen product; of a weighed one the weight is asked."""
        from pos.language.verbs.lines import ADD, AddProduct

        product = self.host.till.catalog.products[sku]
        if not self.asks_weight(product):
            self.host.attempt(ADD.step(AddProduct(sku)))

    def _open_category(self) -> None:
        listed = self._listing
        self.category = listed.key(self.index) if listed is not None else None
        self.index = 0
        self.redraw()

    def _up(self) -> None:
        if self.category is not None:
            self.index = list(self.host.till.catalog.categories).index(self.category)
            self.category = None
        else:
            self.browsing, self.index = False, 0
        self.redraw()

    def _leave_lists(self) -> None:
        self.browsing, self.category, self.held = False, None, ()

    @property
    def _listing(self) -> Listing | None:
        """The list that the arrows choose in; None: they choose a line of the ticket."""
        if not self.host.opened or self.prompt is not None:
            return self.prompt.offers(self.typed) if self.prompt is not None else None
        if (line := slash_line(self.typed)) is not None:
            return commands_listing(line, self.KIND, self.host.cap)
        if self.held:
            return listing.held_listing(self._held_like(self.typed), self.host.now.tzinfo)
        searched = split(self.typed).searched
        if searched:
            return self._hits(searched)()
        if not self.browsing:
            return None
        if self.category is None:
            return listing.categories_listing(self.host.till.catalog)
        return listing.products_listing(self.host.till.catalog, self.host, self.category)

    def _hits(self, searched: str) -> _Hits:
        return _Hits(self, searched)

    def find(self, searched: str) -> Listing:
        """What a text finds; searched once, however often it is asked for."""
        if self._found is None or self._found[0] != searched:
            self._found = (searched, listing.hits_listing(self.host.till.catalog, self.host, searched))
        return self._found[1]

    @property
    def _handing_over(self) -> bool:
        """Whether Enter says that the customer was given what they are to have."""
        return bool(self.host.to_hand_over) and not (self.held or self.browsing)


class _Hits:
    """A search that is made when its answer is wanted: Enter on a known code never waits for one."""

    def __init__(self, screen: ListsScreen, searched: str) -> None:
        self._screen = screen
        self._searched = searched

    def __call__(self) -> Listing:
        return self._screen.find(self._searched)
