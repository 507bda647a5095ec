"""Running the app for a test, on a till about which everything is foretold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pos.domain.words import ENGLISH, Speech, spoken
from pos.environment import FrozenClock, SequentialIds
from pos.languages import AUTO, speech_of
from pos.testing.bank import Bank
from pos.testing.outside import Outside
from pos.testing.places import NOW, SIZE, THEME, size_of
from pos.testing.surroundings import plain_surroundings

if TYPE_CHECKING:
    from pos.domain.catalog_file import CatalogFile
    from pos.domain.ports import Clock, Gateway
    from pos.testing.cashier import Cashier
    from pos.till.till import Till
    from screens.app.till_app import TillApp

__tracebackhide__ = True

Goods = Path | Mapping[str, Any] | str
"""A catalog: a JSON file, what is in such a file, or `demo` for the demo shop."""
DEMO: Final = "demo"
A_DAY: Final = 86_400.0

running: Final[list[Cashier]] = []
"""Those whose app runs now, the latest last."""


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
) -> Till:
    """A till on a store that is thrown away, or in a folder, with ids that are counted; for `training` on its copy.

    Raises TillError `catalog_invalid`, and what `open_till` raises.
    """
    from pos.bootstrap import open_till
    from pos.domain.catalog_file import CatalogFile

    contents = catalog if catalog is None or isinstance(catalog, CatalogFile) else read_goods(catalog)
    folder = Path(store) if store is not None else None
    return open_till(folder, catalog=contents, clock=clock, ids=SequentialIds(), gateway=gateway, training=training)


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
    opening: Callable[[], Till] | None = None,
    **_of_the_screen: object,
) -> Iterator[Till]:
    """A till without a screen until the block ends; the arguments are those of `open_till_app`."""
    clock = FrozenClock(now)
    bank = Bank(clock, latency=latency, timeout=patience)
    with plain_surroundings(), spoken(speech_of(language, locale, {})):
        made = opening() if opening else make_till(catalog, clock=clock, gateway=bank, store=store, training=training)
        till = Outside(clock, bank).adopt(made, gateway)
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
    same_burst: float | None = None,
    opening: Callable[[], Till] | None = None,
    ready: bool = True,
    catch: bool = False,
) -> AsyncIterator[Cashier]:
    """The app, running without a terminal until the block ends, and someone at its keyboard.

    `catalog` is a JSON file, what is in such a file, or `demo`; `store` a folder (none: thrown away); `size` is a name
    of `SIZES`, `100x40` or columns and lines; `language` is one of `pos.languages`, `locale` how it writes numbers and
    days (`auto`: as is usual in it); `now` is where the clock stands; `gateway` is what the bank answers first, in the
    till's words; `latency` is how many seconds it takes, `patience` after how many the till gives it up; keys within
    `same_burst` seconds are one burst (none: as on a till). Without `ready` it does not wait until the till is open. An
    error in the app is raised, here or by a step; with `catch` the app shows its page about it, as on a till.

    `opening` makes the till, on a catalog, a store and a clock of its own; `gateway` and the cashier speak to its bank.
    If it raises TillError, the app shows that; otherwise TillError is raised if the till cannot be opened.
    """
    clock = FrozenClock(now)
    bank = Bank(clock, latency=latency, timeout=patience)
    goods = None if opening else read_goods(catalog)

    def opened() -> Till:
        return make_till(goods, clock=clock, gateway=bank, store=store, training=training)

    async with run_app(
        opening or opened, Outside(clock, bank), gateway,
        speech=speech_of(language, locale, {}), size=size, theme=theme, no_color=no_color, same_burst=same_burst,
        ready=ready, catch=catch, shows_failure=opening is not None,
    ) as cashier:  # fmt: skip
        yield cashier


@asynccontextmanager
async def run_app(
    opening: Callable[[], Till],
    outside: Outside,
    gateway: str = "",
    *,
    speech: Speech,
    size: str | tuple[int, int] = SIZE,
    theme: str = THEME,
    no_color: bool = False,
    same_burst: float | None = None,
    ready: bool = True,
    catch: bool = False,
    shows_failure: bool = False,
) -> AsyncIterator[Cashier]:
    """The app on the till that `opening` makes, in a language; all else is as in `open_till_app`.

    With `shows_failure` a till that cannot be opened is left to the app; without it TillError is raised.
    """
    from pos.testing.cashier import Cashier
    from pos.testing.seeing import check_theme
    from screens.driver.running import started

    with plain_surroundings(), spoken(speech):
        app = _app(
            lambda: outside.adopt(opening(), gateway), lambda: outside.clock.now(), same_burst,
            no_color=no_color, catch=catch,
        )  # fmt: skip
        check_theme(app, theme)
        app.theme = theme
        ended = asyncio.Event()
        task, pilot = await started(app, size_of(size), ended)
        cashier = Cashier(app, pilot, outside)
        running.append(cashier)
        try:
            if ready:
                await cashier.until(lambda: app.till is not None or app.failure is not None)
                if app.failure is not None and not shows_failure:
                    raise app.failure.with_traceback(None)
            yield cashier
        finally:
            running.remove(cashier)
            ended.set()
            await _ended(task, cashier)
    if cashier.open_chains:
        told = "\n".join(f"  {chain!r}" for chain in cashier.open_chains)
        raise AssertionError(f"Nothing of this was done, since it was not awaited:\n{told}")


def _app(
    opening: Callable[[], Till], now: Callable[[], datetime], same_burst: float | None, *, no_color: bool, catch: bool
) -> TillApp:
    import os

    from screens.app.till_app import TillApp

    if no_color:
        os.environ["NO_COLOR"] = "1"
    try:
        make = TillApp if same_burst is None else partial(TillApp, same_burst=same_burst)
        app = make(opening, now=now, live=False, catch=catch)
    finally:
        os.environ.pop("NO_COLOR", None)
    app.animation_level = "none"
    notify = app.notify

    def lasting(*args: Any, **kwargs: Any) -> None:
        notify(*args, **(kwargs | {"timeout": A_DAY}))

    # Time stands still: what is told stays, until the app takes it away itself.
    vars(app)["notify"] = lasting
    return app


async def _ended(task: asyncio.Task[None], cashier: Cashier) -> None:
    try:
        await task
    except BaseException as error:
        if error is not cashier.told_crash:
            raise
    finally:
        cashier.app.close_till()
