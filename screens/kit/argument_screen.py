"""Screens on whose line what is typed before an action's key, or behind its word, is meant for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.domain.i18n import _
from screens.kit.holding import hold
from screens.kit.input.arguments import argument, concerns, is_count
from screens.kit.open_till_screen import OpenTillScreen
from screens.kit.typing_screen import TypingScreen
from screens.terminal.keys import ENTER, Key

if TYPE_CHECKING:
    from screens.kit.actions import Action


SAYING: Final = ("sale", "cart", "coupon", "payment", "receipt")
"""The kinds of screen that say what was done before they came; on others it is told beside the sale."""


class ArgumentScreen(TypingScreen, OpenTillScreen):
    """A screen on which an action takes what is typed, and tells what it does not take."""

    def act(self, action: Action) -> None:
        """Do an action with what was typed before its key. What it does not take is cleared, and told."""
        text = self.typed.strip()
        if not text or text.startswith("/") or self.prompt is not None or not concerns(action):
            super().act(action)
            return
        given = argument(action.id, text, self.host.till)
        self.clear()
        if (reason := action.reason(self.host)) is not None:
            self.host.say(reason, "bad")
            self.tell_left(text)
        elif action.id == "void" and is_count(text):
            key = self.host.cap("void")
            self.host.say(_("“{text}” names no line: {key} takes off the chosen one.", text=text, key=key), "bad")
        elif given is None:
            self.host.notice = None
            super().act(action)
            self.tell_left(text)
            self.host.front.left_behind()
        elif action.id == "recall":
            self._recall(given)
        elif action.id == "hold" and not self.host.asks.hold_name:
            hold(self.host, given)
        elif action.id == "coupon" and given.upper() in self.host.till.catalog.coupons:
            self.put_on(action, given)
        else:
            self.give(action, given)

    def give(self, action: Action, given: str) -> None:
        """Type what an action takes where that leads to: into its question, or on its screen."""
        super().act(action)
        front = self.host.front
        if front is self and self.prompt is None:
            self.tell_left(given)
            return
        for char in given:
            front.take(Key(char, char))
        if action.id != "pay" and not self._is_ambiguous(given):
            front.take(ENTER)

    def _is_ambiguous(self, given: str) -> bool:
        """Whether the question that an argument was typed into finds several answers, which nobody has seen yet."""
        if self.prompt is None or self.prompt.scans(given):
            return False
        listed = self.prompt.offers(given)
        return listed is not None and len(listed.keys) > 1

    def act_with(self, action: Action, text: str) -> None:
        """Do an action with what is typed behind its word, as if it stood before its key."""
        self.typed = text
        self.act(action)

    def put_on(self, action: Action, code: str) -> None:
        """Put a coupon on; one that takes nothing off is shown with the reason, and beside which other it cannot be."""
        from pos.language.verbs.ticket import COUPON, ChangeCoupon

        if not self.host.attempt(COUPON.step(ChangeCoupon(code))):
            if self.host.refusal is not None and self.host.refusal.code == "coupon_not_stackable":
                self.give(action, code)
            return
        sale = self.host.current
        taken = {coupon.code: coupon.amount for coupon in sale.coupons} if sale is not None else {}
        if amount := taken.get(code.upper()):
            text = _("{code} takes {amount} off.", code=code.upper(), amount=self.host.money(amount))
            self.host.say(text, "good")
        else:
            super().act(action)

    def _recall(self, name: str) -> None:
        """Take up the ticket that was set aside under a name; without one let another be chosen."""
        held = self.host.till.held_tickets()
        found = [ticket.name for ticket in held if ticket.name.casefold() == name.casefold()]
        if found:
            self.host.take_up(found[0])
        else:
            self.host.front.pick_held(held)
            self.host.say(_("No ticket is set aside as “{name}”. These are:", name=name), "bad")

    def tell_left(self, text: str) -> None:
        """Tell that what was typed is gone, behind what is said of what was done."""
        told = self.host.notice
        left = _("“{text}” was not taken along.", text=text)
        if self.host.working:
            self.host.say_after(left)
            return
        if self.host.front is not self and self.host.kind not in SAYING:
            self.host.toast(left)
            return
        self.host.say(f"{told.text} {left}" if told is not None else left, told.kind if told is not None else "faint")
