"""A shop of a test: one store, one bank and one clock for as many tills as the test opens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.domain.i18n import ENGLISH, Language, using_language
from pos.locales import AUTO, language_of
from pos.testing.bank import Bank
from pos.testing.defaults import NOW, SIZE, THEME
from pos.testing.doubles import Doubles
from pos.testing.isolation import plain_surroundings
from pos.testing.opening import DEMO, Goods, read_goods

if TYPE_CHECKING:
    from pos.domain.catalog_file import CatalogFile
    from pos.domain.ports import Store
    from pos.stores.redis.options import ServerOptions
    from pos.till.till import Till
    from screens.testing.cashier import Cashier

__tracebackhide__ = True


class Shop:
    """Opens tills on one store, with one `bank` and one `clock`. Made by `open_shop`."""

    def __init__(
        self,
        store: Store,
        goods: CatalogFile | None,
        clock: FrozenClock,
        bank: Bank,
        language_in_use: Language,
        *,
        thrown_away: bool,
    ) -> None:
        self.clock = clock
        self.bank = bank
        self._store = store
        self._goods = goods
        self._speech = language_in_use
        self._thrown_away = thrown_away
        self._ids = SequentialIds()
        self._lanes: set[str] = set()

    @contextmanager
    def open_till(self, lane: str = "1") -> Iterator[Till]:
        """The till in a lane, without a screen, until the block ends. Raises ValueError if it is open already."""
        with self._lane(lane):
            till = self._opened(lane)
            try:
                yield till
            finally:
                till.close()

    @asynccontextmanager
    async def open_till_app(
        self,
        lane: str = "1",
        *,
        size: str | tuple[int, int] = SIZE,
        theme: str = THEME,
        no_color: bool = False,
        same_burst: float = 0.0,
        ready: bool = True,
        catch: bool = False,
    ) -> AsyncIterator[Cashier]:
        """The app on the till in a lane, and someone at its keyboard, until the block ends.

        The arguments are those of `pos.testing.open_till_app`. Raises ValueError if the lane's till is open already.
        """
        from screens.testing.app_runner import run_app

        with self._lane(lane):
            async with run_app(
                lambda: self._opened(lane), Doubles(self.clock, self.bank),
                language_in_use=self._speech, size=size, theme=theme, no_color=no_color, same_burst=same_burst,
                ready=ready, catch=catch,
            ) as cashier:  # fmt: skip
                yield cashier

    @contextmanager
    def _lane(self, lane: str) -> Iterator[None]:
        if lane in self._lanes:
            raise ValueError(f"The till in lane {lane!r} is open already: open another with `lane=`.")
        self._lanes.add(lane)
        try:
            yield
        finally:
            self._lanes.discard(lane)

    def _opened(self, lane: str) -> Till:
        from pos.bootstrap import open_till

        return open_till(
            self._store,
            catalog=self._goods if self._store.view.get("shop", "shop") is None else None,
            lane=lane,
            clock=self.clock,
            ids=self._ids,
            gateway=self.bank,
            throwaway=self._thrown_away,
        )


@contextmanager
def open_shop(
    catalog: Goods = DEMO,
    *,
    language: str = ENGLISH.code,
    locale: str = AUTO,
    now: datetime = NOW,
    gateway: str = "",
    latency: float = 0.0,
    patience: float = 5.0,
    store: Path | str | None = None,
    server: ServerOptions | None = None,
) -> Iterator[Shop]:
    """A shop until the block ends, in which `open_till` and `open_till_app` open one till per lane.

    The arguments are those of `pos.testing.open_till_app`. Raises TillError `catalog_invalid`, `bad_command` for
    words that the bank does not know, and what opening a store raises.
    """
    from pos.bootstrap import open_store

    goods = read_goods(catalog)
    clock = FrozenClock(now)
    bank = Bank(clock, latency=latency, timeout=patience)
    bank.say(gateway)
    language_in_use = language_of(language, locale, {})
    with plain_surroundings(), using_language(language_in_use):
        opened = open_store(store, server)
        try:
            yield Shop(opened, goods, clock, bank, language_in_use, thrown_away=store is None)
        finally:
            opened.close()
