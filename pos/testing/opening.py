"""A till about which everything is foretold, for a test: alone, or with the app that runs on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pos.clock_and_ids import FrozenClock, SequentialIds
from pos.domain.i18n import ENGLISH, using_language
from pos.locales import AUTO, language_of
from pos.testing.bank import Bank
from pos.testing.defaults import NOW, SIZE, THEME
from pos.testing.doubles import Doubles
from pos.testing.extending import extended
from pos.testing.isolation import plain_surroundings

if TYPE_CHECKING:
    from pos.domain.catalog_file import CatalogFile
    from pos.domain.ports import Clock, Gateway
    from pos.stores.redis.options import ServerOptions
    from pos.till.till import Till
    from screens.testing.app_runner import AppMaker
    from screens.testing.cashier import Cashier

__tracebackhide__ = True

Goods = Path | Mapping[str, Any] | str
"""A catalog: a JSON file, what is in such a file, or `demo` for the demo shop."""
DEMO: Final = "demo"


def read_goods(catalog: Goods) -> CatalogFile | None:
    """What is in a catalog; None for the demo shop. Raises TillError `catalog_invalid`: file, place and field."""
    from pos.domain.errors import TillError
    from pos.till.catalog_loading import parse_catalog, read_catalog

    if catalog == DEMO:
        return None
    try:
        if isinstance(catalog, Mapping):
            return parse_catalog(dict(catalog), "the test's catalog")
        return read_catalog(Path(catalog))
    except TillError as error:
        raise error.with_traceback(None) from None


def make_till(
    catalog: Goods | CatalogFile | None = DEMO,
    *,
    clock: Clock,
    gateway: Gateway,
    store: Path | str | None = None,
    training: bool = False,
    server: ServerOptions | None = None,
) -> Till:
    """A till on a store that is thrown away, or at an address, with ids that are counted; for `training` on its copy.

    Raises TillError `catalog_invalid`, and what `open_till` raises.
    """
    from pos.bootstrap import open_till
    from pos.domain.catalog_file import CatalogFile
    from pos.stores.typed_address import typed_address

    contents = catalog if catalog is None or isinstance(catalog, CatalogFile) else read_goods(catalog)
    return open_till(
        typed_address(store) if isinstance(store, str) else store,
        catalog=contents, clock=clock, ids=SequentialIds(), gateway=gateway, training=training, server=server,
    )  # fmt: skip


@contextmanager
def open_till_alone(
    catalog: Goods = DEMO,
    *,
    language: str = ENGLISH.code,
    locale: str = AUTO,
    now: datetime = NOW,
    gateway: str = "",
    latency: float = 0.0,
    patience: float = 5.0,
    store: Path | str | None = None,
    training: bool = False,
    server: ServerOptions | None = None,
    extensions: Sequence[object] = (),
    opening: Callable[[], Till] | None = None,
    **_of_the_screen: object,
) -> Iterator[Till]:
    """A till without a screen until the block ends; the arguments are those of `open_till_app`."""
    clock = FrozenClock(now)
    bank = Bank(clock, latency=latency, timeout=patience)
    with plain_surroundings(), using_language(language_of(language, locale, {})), extended(*extensions):
        made = opening() if opening else make_till(
            catalog, clock=clock, gateway=bank, store=store, training=training, server=server
        )  # fmt: skip
        till = Doubles(clock, bank).adopt(made, gateway)
        try:
            yield till
        finally:
            till.close()


@asynccontextmanager
async def open_till_app(
    catalog: Goods = DEMO,
    *,
    size: str | tuple[int, int] = SIZE,
    theme: str = THEME,
    no_color: bool = False,
    language: str = ENGLISH.code,
    locale: str = AUTO,
    now: datetime = NOW,
    gateway: str = "",
    latency: float = 0.0,
    patience: float = 5.0,
    store: Path | str | None = None,
    training: bool = False,
    server: ServerOptions | None = None,
    same_burst: float | None = None,
    extensions: Sequence[object] = (),
    opening: Callable[[], Till] | None = None,
    app: AppMaker | None = None,
    ready: bool = True,
    catch: bool = False,
) -> AsyncIterator[Cashier]:
    """The app, running without a terminal until the block ends, and someone at its keyboard.

    `catalog` is a JSON file, what is in such a file, or `demo`; `store` a folder or an address (none:
    thrown away), used as `server` says where it is a server's; `size` is a name
    of `SIZES`, `100x40` or columns and lines; `language` is one of `pos.locales`, `locale` how it writes numbers and
    days (`auto`: as is usual in it); `now` is where the clock stands; `gateway` is what the bank answers first, in the
    till's words; `latency` is how many seconds it takes, `patience` after how many the till gives it up; keys within
    `same_burst` seconds are one burst (none: as on a till). Without `ready` it does not wait until the till is open. An
    error in the app is raised, here or by a step; with `catch` the app shows its page about it, as on a till.

    `extensions` are those of other packages that the till has: rows, or names of installed packages, see `extended`.
    `app` makes the app, with the arguments of `TillApp`: a class of its kind.

    `opening` makes the till, on a catalog, a store and a clock of its own; `gateway` and the cashier speak to its bank.
    If it raises TillError, the app shows that; otherwise TillError is raised if the till cannot be opened.
    """
    clock = FrozenClock(now)
    bank = Bank(clock, latency=latency, timeout=patience)
    goods = None if opening else read_goods(catalog)

    def opened() -> Till:
        return make_till(goods, clock=clock, gateway=bank, store=store, training=training, server=server)

    from screens.testing.app_runner import run_app

    with extended(*extensions):
        async with run_app(
            opening or opened, Doubles(clock, bank), gateway,
            language_in_use=language_of(language, locale, {}), size=size, theme=theme, no_color=no_color,
            same_burst=same_burst, ready=ready, catch=catch, shows_failure=opening is not None, make=app,
        ) as cashier:  # fmt: skip
            yield cashier
