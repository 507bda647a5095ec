"""What the arrows choose in on the home screen, and what Enter and clicks do with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from textual.reactive import var

from pos.domain.i18n import _
from screens.catalog.completion import commands_listing, complete
from screens.catalog.coupon_hits import coupon_of, with_coupons
from screens.catalog.drawer import room_below
from screens.kit import listing
from screens.kit.actions import by_id
from screens.kit.filtering import Filter, fitting
from screens.kit.input.scanning import resolve, split
from screens.kit.input.slash import SlashLine, slash_line
from screens.kit.line_screen import LineScreen
from screens.kit.listing import Listing
from screens.kit.prompts import Prompt
from screens.render.tags import HitTag, Tag
from screens.terminal.keys import ENTER

if TYPE_CHECKING:
    from pos.domain.sale import Sale
    from pos.till.parking import HeldTicket


class Place(NamedTuple):
    """What was chosen in a list, by its key, and what was typed then: a guess is meant for that only."""

    key: str
    typed: str = ""


class ListsScreen(LineScreen):
    """A screen whose line finds things in a list below it; without a list the arrows choose a line of the ticket."""

    place: var[Place | None] = var(None, init=False)
    """What an arrow or a click has chosen in the list; it stays chosen as long as it is among the entries."""
    browsing: var[bool] = var(False, init=False)
    """Whether the arrows are in the categories."""
    category: var[str | None] = var(None, init=False)
    held: var[Sequence[HeldTicket]] = var((), init=False)
    """Tickets of which one is to be taken up."""

    def __init__(self) -> None:
        super().__init__()
        self._found: tuple[str, Sale | None, Listing] | None = None
        self._back = ""
        """The ticket that was set aside so that another one is chosen."""
        self._filters: dict[str | None, Filter] = {}
        """What finds among the categories, None, and in each that was opened."""

    def watch_place(self) -> None:
        """Draw the choice."""
        self.redraw_typing()

    def watch_browsing(self) -> None:
        """Draw the frame."""
        self.redraw()

    def type(self, char: str) -> None:
        """Type: letters filter the list that is open, and leave the place; a number is a code or a quantity."""
        if self.prompt is None and self.browsing and not any(map(str.isalpha, self.typed + char)):
            self._leave_lists()
        if (self.typed or char).startswith("/") or not (self.typed or self.browsing or self.held):
            self.place = None
        super().type(char)

    def move(self, name: str) -> None:
        """Arrows choose: in the list if there is one, else among the ticket's lines."""
        steps = {"up": -1, "down": 1, "pageup": -8, "pagedown": 8, "home": -10_000, "end": 10_000}
        if self.prompt is not None and self._listing is None:
            return
        if name in steps and (listed := self._listing) is not None:
            step = steps[name] if self._picked(listed) is not None else 0
            self._choose(listed, min(max(self._at(listed) + step, 0), max(len(listed.keys) - 1, 0)))
        elif name in steps:
            self.choose_line(steps[name])
        elif name == "right" and not self.typed:
            if not self.browsing:
                self.browsing, self.place = True, None
            elif self.category is None and (listed := self._listing) is not None:
                self._open_category(listed.key(self._at(listed)))
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
        assert listed is not None
        chosen = self._picked(listed)
        self._choose(listed, index)
        if self.prompt is None and self.category is None and self._browsed(self.typed) is not None:
            self.typed = ""
            self._open_category(key)
        elif index == chosen and self._searching:
            times, self.typed = split(self.typed).times, ""
            if (code := coupon_of(key)) is not None:
                self.put_on(by_id("coupon"), code)
            elif times:
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
            back, self.held, self._back = self._back, (), ""
            if back:
                self.host.take_up(back)
        elif self.browsing:
            self._up()
        elif self._handing_over:
            self.say_given()
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
        self.place = None
        return listed.key(picked) if listed is not None and picked is not None else None

    def pick_held(self, held: Sequence[HeldTicket], back: str = "") -> None:
        """Let one of the tickets set aside be chosen; Escape takes up the one that was set aside for it, if any."""
        self._leave_lists()
        self.host.notice = None
        self.held, self.place, self._back = held, None, back
        self.redraw()

    def submit(self, text: str) -> None:
        """Enter: a command, a code, the chosen hit, or what is chosen in a list, if it is seen there."""
        if (line := slash_line(text)) is not None:
            self._submit_command(line, text)
        elif self.browsing and text and self._is_code_itself(text):
            self._leave_lists()
            self.submit(text)
        elif self.held:
            self._take_held(text)
        elif self.browsing and (listed := self._browsed(text)) is not None:
            self._take_from(text, listed, self._open_category if self.category is None else self._add_from_category)
        elif text:
            self._leave_lists(place=self.place)
            if not self.does_code(text):
                self._look_up(text)
        elif self._handing_over:
            self.say_given()
        if not (self.held or self.browsing or self.typed):
            self.place = None

    def _submit_command(self, line: SlashLine, text: str) -> None:
        listed = commands_listing(line, self.KIND, self.host.cap)
        suggestion = complete(line, listed.key(self._at(listed)))
        if suggestion is not None and not self._sees_list():
            self.typed = text
        elif suggestion is None:
            self.host.command(line)
        else:
            self._complete(suggestion)

    def _is_code_itself(self, text: str) -> bool:
        """Whether a line is a code of the shop as it stands, which is meant whatever is chosen in a list."""
        return self.host.is_code(text) or any(map(self.host.till.catalog.is_named, (text, text.upper())))

    def _take_from(self, text: str, listed: Listing, take: Callable[[str], None]) -> None:
        """Take what is chosen in a list that is open, if there is anything, it is seen, and it is no guess."""
        picked = self._picked(listed)
        key = listed.key(picked) if picked is not None else None
        if not listed.keys:
            self.typed = text
            self.host.say(listed.empty, "bad")
        elif key is None:
            self.leave_refused(text)
            self.host.say(_("Nothing is called so: ↓ chooses what comes near."), "bad")
        elif not self._sees_list():
            self.typed = text
        else:
            take(key)

    def _take_held(self, text: str) -> None:
        """Take up the chosen one of the tickets set aside that fit; a code of the shop is sold all the same."""
        listed = self._held_like(text)
        if text and not listed.keys and self.host.is_code(text):
            self._leave_lists()
            self.complete(text)
        elif text and not listed.keys:
            self.leave_refused(text)
            self.host.say(_("No ticket is set aside as “{name}”.", name=text), "bad")
        else:
            self._take_from(text, listed, self._take_up)

    def _take_up(self, name: str) -> None:
        self.held = ()
        self.host.take_up(name)

    def _add_from_category(self, sku: str) -> None:
        self.place = Place(sku)
        self.add_hit(sku)

    def _held_like(self, text: str) -> Listing:
        """The tickets set aside that fit a text."""
        listed = listing.held_listing(self.held, self.host, self.host.till.catalog.products)
        if not text.strip():
            return listed
        return listed.filtered(text, fitting(text, {each.name: each.name for each in self.held}))

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
        super().scan(hand, code)

    def _look_up(self, text: str) -> None:
        """What a hand has typed: a code, or the chosen hit, unless that is a guess that no arrow has chosen."""
        catalog, hits = self.host.till.catalog, self._hits(split(text).searched)
        scan = resolve(text, catalog.is_known, lambda: hits().key(self._at(hits())))
        if scan is None:
            self.typed = split(text).times
        elif not scan.chosen:
            self.add(scan)
        elif self._picked(hits()) is None:
            self.leave_refused(text)
            self._tell_guess(text, hits().key(0))
        elif not self._sees_list():
            self.typed = text
        elif (code := coupon_of(hits().key(self._at(hits())))) is not None:
            self.put_on(by_id("coupon"), code)
        elif scan.line in catalog.products:
            self.add_hit(scan.line)
        else:
            self.add(scan)

    def _tell_guess(self, text: str, key: str | None) -> None:
        """Say that nothing is called so, and what an arrow and Enter would take in its place."""
        rest = split(text).rest
        if (code := coupon_of(key)) is not None:
            told = _("Nothing is called “{text}”. ↓ ⏎ takes the coupon {code}.", text=rest, code=code)
        else:
            name = self.host.till.catalog.products[key or ""].name
            told = _("Nothing is called “{text}”. ↓ ⏎ adds {name}.", text=rest, name=name)
        self.host.say(told, "bad")

    def _at(self, listed: Listing) -> int:
        """The place in a list of what was chosen there; the first, if it is not among the entries."""
        return listed.keys.index(self.place.key) if self.place is not None and self.place.key in listed.keys else 0

    def _picked(self, listed: Listing) -> int | None:
        """Which entry of a list is chosen; none as long as only an arrow chooses the first, and none has."""
        at = self._at(listed)
        key = listed.key(at)
        if key in listed.guesses:
            return at if self.place == Place(key or "", listed.typed) else None
        chosen = self.place is not None and key == self.place.key
        return None if key in listed.by_arrow and not chosen else at

    def _choose(self, listed: Listing, index: int) -> None:
        if (key := listed.key(index)) is not None:
            self.place = Place(key, listed.typed)

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

    def _open_category(self, name: str | None) -> None:
        self.category, self.place = name, None
        self.redraw()

    def _up(self) -> None:
        if self.category is not None:
            self.place, self.category = Place(self.category), None
        else:
            self.browsing, self.place = False, None
        self.redraw()

    def _leave_lists(self, *, place: Place | None = None) -> None:
        self.browsing, self.category, self.held, self.place = False, None, (), place

    @property
    def _listing(self) -> Listing | None:
        """The list that the arrows choose in; None: they choose a line of the ticket."""
        if not self.host.opened or self.prompt is not None:
            return self.prompt.offers(self.typed) if self.prompt is not None else None
        if (line := slash_line(self.typed)) is not None:
            return commands_listing(line, self.KIND, self.host.cap)
        if self.held:
            return self._held_like(self.typed)
        if self.browsing and (listed := self._browsed(self.typed)) is not None:
            return listed
        searched = split(self.typed).searched
        return self._hits(searched)() if searched else None

    def _browsed(self, text: str) -> Listing | None:
        """What fits a text in the categories, or in the one that is open.

        None if nothing does: then it is looked for in the whole catalog.
        """
        if not self.browsing:
            return None
        catalog, name = self.host.till.catalog, self.category
        if name is None:
            listed = listing.categories_listing(catalog)
        else:
            listed = listing.products_listing(catalog, self.host, name)
        if not text.strip():
            return listed
        if name not in self._filters:
            texts = {key: key for key in listed.keys}
            if name is not None:
                texts = {sku: f"{catalog.products[sku].name} {sku}" for sku in listed.keys}
            self._filters[name] = Filter(texts)
        found = self._filters[name].fitting(text)
        return listed.filtered(text, found) if found.keys and not found.guessed else None

    def _hits(self, searched: str) -> _Hits:
        return _Hits(self, searched)

    def find(self, searched: str) -> Listing:
        """What a text finds; searched once, however often it is asked for."""
        sale, till = self.host.current, self.host.till
        if self._found is None or self._found[0] != searched or self._found[1] is not sale:
            hits = listing.hits_listing(till.catalog, self.host, searched)
            self._found = (searched, sale, with_coupons(hits, till, sale, self.host.now, searched))
        return self._found[2]

    def say_given(self) -> None:
        """The customer has what was to be given back, says who has seen how much that is."""
        raise NotImplementedError

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
