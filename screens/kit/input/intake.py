"""The intake of keys: one at a time, in order, whatever the screen is busy with. A burst is sacred.

A scanner writes a code and its end in one piece, and the next scan may follow at once. So no key is ever forwarded
to a widget, where it would wait behind others: the app takes each one as it comes and hands it to the screen that is
in front at that moment.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile
from typing import Final, Protocol

from textual import events

from screens.kit.input.bursts import BURST, Burst, ScanContext, linked, of_hands
from screens.terminal.keys import ENTER, PAUSE, Key, Scanned, keys_of, seen_before

LONGEST: Final = 2000
"""Printable keys of one burst that are kept: no scan and no swipe has as many, and no line takes them."""


class KeyTarget(Protocol):
    """Who the keys are for."""

    @property
    def occupied(self) -> bool:
        """Whether keys have to wait: the till is opening, or a step that takes time is under way."""
        ...

    def take(self, key: Key) -> None:
        """Do what a key says, at once."""
        ...

    def urgent(self, key: Key) -> bool:
        """Do what a key says although the host is occupied, if it is one of the few that may; whether it was."""
        ...

    def kept(self) -> None:
        """A key was put by for later."""
        ...


class Intake:
    """Takes keys in order; keeps them while the host is occupied, and tells a scan from a hand if there is a judge.

    Keys that would act at once wait for what follows them, as long as it may be a scan; all others are taken as they
    come, and of those that a scan has typed its end tells.
    """

    def __init__(self, host: KeyTarget, *, same_burst: float = BURST, scan_context: ScanContext | None = None) -> None:
        self._host = host
        self._scan_context = scan_context
        self._same_burst = same_burst
        self._waiting: deque[Key] = deque()
        self._last = float("-inf")
        self._after_cr = False
        self._dropping = False
        self._listening = False
        """Whether somebody listens for the pause after the last key."""
        self._run: list[Key] = []
        """The printable keys that were taken last, as far as they are one burst."""
        self._long = 0
        """How many printable keys of the burst there were whose last one came last."""
        self._before: Key | None = None
        """The key before them."""

    @property
    def heard_at(self) -> float:
        """When the last key came, in seconds of the terminal's clock."""
        return self._last

    @property
    def waiting(self) -> tuple[Key, ...]:
        """The keys that were put by."""
        return tuple(key for key in self._waiting if key is not PAUSE) if self._host.occupied else ()

    def hear(self, event: events.Key, *, by_hand: bool = False) -> None:
        """Take a key event, or put it by. `by_hand`: whenever it came, it belongs to no burst."""
        of_burst = event.time - self._last < self._same_burst and not by_hand
        self._last = event.time
        if event.key == "ctrl+j" and self._after_cr:
            self._after_cr = False
            return
        self._after_cr = event.key in ("enter", "ctrl+m")
        self._dropping = self._dropping and of_burst
        if not self._dropping:
            at, seen = None if by_hand else event.time, seen_before(event)
            for key in keys_of(event):
                follows = self._listening and bool(self._waiting)
                key = replace(key, at=at, by_hand=by_hand, seen=seen, follows=follows)
                if self._too_long(key):
                    self._hold()
                else:
                    self._put(key)

    def paste(self, text: str, at: float = 0.0) -> None:
        """Take pasted text as a scanner would write it, its line ends as Enter."""
        for key in _typed(text):
            key = replace(key, at=at, by_hand=False)
            if not self._too_long(key):
                self._waiting.append(key)
        self.drain()
        self.pause()
        if self._waiting and self._host.occupied:
            self._host.kept()

    def pause(self) -> None:
        """So long after the last key nothing more of its burst will come."""
        self._listening = False
        if self._waiting and self._waiting[-1] is not PAUSE:
            self._waiting.append(PAUSE)
            self.drain()

    def drain(self) -> None:
        """Take the keys that were put by, as long as nothing occupies the host again."""
        while self._waiting and not self._host.occupied and self._take_next():
            if self._host.occupied:
                self._offer()

    def drop(self) -> int:
        """Forget the keys that were put by, and those of the same burst that are still on their way; how many."""
        dropped = sum(key is not PAUSE for key in self._waiting)
        self._waiting.clear()
        self._dropping = True
        return dropped

    def _put(self, key: Key) -> None:
        if self._host.occupied and self._host.urgent(key):
            return
        before = self._waiting[-1] if self._waiting else None
        self._waiting.append(key)
        if key.char is None or not linked(before, key, self._same_burst):
            self.drain()
        if self._waiting and self._host.occupied:
            self._host.kept()
        self._hold()

    def _hold(self) -> None:
        """Have it told when nothing follows the keys that wait."""
        if self._waiting and self._scan_context is not None:
            self._listening = self._scan_context.held()

    def _too_long(self, key: Key) -> bool:
        """Whether a key is one too many of its burst: it stands in the last one's place then, and is not taken."""
        kept = self._waiting or self._run
        goes_on = bool(kept) and key.char is not None and kept[-1].char is not None
        self._long = self._long + 1 if goes_on and linked(kept[-1], key, self._same_burst) else 1
        if self._long > LONGEST:
            kept[-1] = replace(key, follows=True)
        return self._long > LONGEST

    def _offer(self) -> None:
        """Do of the keys behind the one that has occupied the host what is urgent, as if they had come after it."""
        following, self._waiting = self._waiting, deque()
        self._waiting.extend(key for key in following if key is PAUSE or not self._host.urgent(key))

    def _take_next(self) -> bool:
        """Take the first key, or a scan; whether there was enough to know which."""
        key = self._waiting[0]
        if self._scan_context is None or key.by_hand or key.char is None or not self._scan_context.holds(key):
            self._take(self._waiting.popleft())
            return True
        run = self._begun()
        if len(run) == len(self._waiting):
            return False
        following = self._waiting[len(run)]
        ended = following == ENTER and linked(run[-1], following, self._same_burst)
        burst = self._burst(self._run_with(run), ended=ended)
        typed = len(burst.text) - len(run)
        of_hand = of_hands(burst, self._scan_context) - typed
        if of_hand > 0:
            self._let_act(min(of_hand, len(run)), ended=ended)
        else:
            for _ in range(len(run) + ended):
                self._waiting.popleft()
            self._begin_run(following if ended else run[-1])
            self._host.take(Scanned("enter", at=following.at, text=burst.text, ended=ended, typed=typed))
        return True

    def _begun(self) -> list[Key]:
        """The printable keys of one burst that wait first."""
        run: list[Key] = []
        for key in takewhile(lambda key: key.char is not None, self._waiting):
            if run and not linked(run[-1], key, self._same_burst):
                break
            run.append(key)
        return run

    def _let_act(self, many: int, *, ended: bool) -> None:
        """Let so many keys be a hand's, and their Enter too if none is left before it; the rest is judged by itself."""
        hands = [replace(self._waiting.popleft(), by_hand=True) for _ in range(many)]
        if ended and self._waiting[0] == ENTER:
            hands.append(replace(self._waiting.popleft(), by_hand=True))
        self._waiting.extendleft(reversed(hands))

    def _take(self, key: Key) -> None:
        if key is PAUSE:
            self._begin_run(None)
            return
        if key.char is not None and not key.by_hand:
            if self._run and not linked(self._run[-1], key, self._same_burst):
                self._run = []
            self._run.append(key)
        else:
            before, key = key, self._scanned(key) if key == ENTER else key
            self._begin_run(before)
        self._host.take(key)

    def _scanned(self, enter: Key) -> Key:
        """Enter, or the scan that it ends."""
        if self._scan_context is None or not self._run or not linked(self._run[-1], enter, self._same_burst):
            return enter
        burst = self._burst(self._run, ended=True)
        if of_hands(burst, self._scan_context):
            return enter
        return Scanned("enter", at=enter.at, text=burst.text, typed=len(self._run))

    def _run_with(self, keys: list[Key]) -> list[Key]:
        """The burst that was begun, with more keys if they are of it."""
        return [*self._run, *keys] if self._run and linked(self._run[-1], keys[0], self._same_burst) else keys

    def _burst(self, run: list[Key], *, ended: bool) -> Burst:
        before = self._before if linked(self._before, run[0], self._same_burst) else None
        if before is not None and before.seen != run[0].seen:
            # Something was drawn between them: it was not written ahead of what the key before it has brought.
            before = None
        return Burst("".join(key.char or "" for key in run), ended, before.name if before is not None else "")

    def _begin_run(self, before: Key | None) -> None:
        self._run, self._before = [], before


def _typed(text: str) -> Iterator[Key]:
    for char in text.replace("\r\n", "\n"):
        if char in "\r\n\t":
            yield ENTER
        elif char.isprintable():
            yield Key(char, char)
