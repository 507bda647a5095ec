"""What befalls a simulation by itself, announced: somebody at work is killed, the bank is late, the server is away."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple, Protocol

from pos.domain.i18n import _
from pos.simulate.shop import LATENCY, TIMEOUT, SimulatedShop

AWAY: Final = 1.0
"""Seconds for which the server is away, and after which who was killed begins again."""
LATE: Final = TIMEOUT + 1
"""Seconds that the bank takes then, and for how long it does so."""


class Crew(Protocol):
    """Those who are at work."""

    def kill(self, number: int) -> None:
        """End one at once."""
        ...

    def begin(self, number: int) -> None:
        """Let one begin anew."""
        ...


class Blow(NamedTuple):
    """What happens, and what is said of it: once so large a share is sold, or after so many seconds if that is sooner.

    It waits for `after` seconds since the one before it.
    """

    said: str
    strike: Callable[[], object]
    share: float = 0.0
    at: float = 0.0
    after: float = 0.0


class Chaos:
    """Strikes one blow after the other."""

    def __init__(self, blows: Iterable[Blow] = ()) -> None:
        """Without blows nothing happens."""
        self._coming = deque(blows)
        self._last = 0.0

    def until(self, seconds: float, share: float) -> Iterator[str]:
        """Do what is due after so many seconds, with so large a share sold; what is said of each."""
        while self._coming:
            blow = self._coming[0]
            if seconds < self._last + blow.after or (share < blow.share and seconds < blow.at):
                return
            self._coming.popleft()
            blow.strike()
            self._last = seconds
            yield _("{seconds} s: {what}", seconds=f"{seconds:.0f}", what=blow.said)

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return not self._coming


def usual(
    shop: SimulatedShop, crew: Crew, killed: str, begun: str, seconds: float, *, by_sales: bool = True
) -> Iterator[Blow]:
    """All that may befall a simulation that lasts so long: `killed` and `begun` are said of the first one at work.

    `by_sales`: in time for something to be sold after it.
    """
    never = 2.0
    late = _("the bank answers after {seconds} s", seconds=f"{LATE:.0f}")
    yield Blow(killed, lambda: crew.kill(1), share=0.1 if by_sales else never, at=seconds * 0.2)
    yield Blow(begun, lambda: crew.begin(1), after=AWAY)
    yield Blow(late, lambda: shop.bank.take(LATE), share=0.3 if by_sales else never, at=seconds * 0.4)
    yield Blow(_("the bank answers at once again"), lambda: shop.bank.take(LATENCY), after=LATE)
    yield Blow(_("the server is pulled out"), shop.server.stop, share=0.6 if by_sales else never, at=seconds * 0.7)
    yield Blow(_("the server is back"), shop.server.start, after=AWAY)
