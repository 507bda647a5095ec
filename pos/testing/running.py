"""Running the app for a test, on a till about which everything is foretold."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pos.domain.words import ENGLISH, spoken
from pos.environment import FrozenClock, SequentialIds
from pos.languages import AUTO, speech_of
from pos.testing.bank import Bank
from pos.testing.cashier import Cashier
from pos.testing.places import NOW, SIZE, THEME, size_of
from pos.testing.seeing import check_theme
from pos.testing.surroundings import plain_surroundings
from screens.headless.running import started

if TYPE_CHECKING:
    from pos.domain.ports import Clock, Gateway
    from pos.till.till import Till
    from screens.app import TillApp

DEMO: Final = "demo"
A_DAY: Final = 86_400.0

running: Final[list[Cashier]] = []
"""Those whose app runs now, the latest last."""


def make_till(
    catalog: Path | Mapping[str, Any] | str = DEMO,
    *,
    clock: Clock,
    gateway: Gateway,
    store: Path | None = None,
    training: bool = False,
) -> Till:
    """A till on a store that is thrown away, or in a folder, with ids that are counted; for `training` on its copy.

    `catalog` is a JSON file, what is in such a file, or `demo` for the demo shop. Raises TillError `catalog_invalid`.
    """
    from pos.till.catalog_loading import parse_catalog, read_catalog
    from pos.till.opening import open_till

    if catalog == DEMO:
        contents = None
    elif isinstance(catalog, Mapping):
        contents = parse_catalog(dict(catalog), "the test's catalog")
    else:
        contents = read_catalog(Path(catalog))
    return open_till(store, catalog=contents, clock=clock, ids=SequentialIds(), gateway=gateway, training=training)


@contextmanager
def open_till_alone(
    catalog: Path | Mapping[str, Any] | str = DEMO,
    *,
    language: str = ENGLISH.code,
    locale: str = AUTO,
    now: datetime = NOW,
    gateway: str = "",
    latency: float = 0.0,
    patience: float = 5.0,
    store: Path | None = None,
    training: bool = False,
    opening: Callable[[], Till] | None = None,
    **_of_the_screen: object,
) -> Iterator[Till]:
    """A till without a screen until the block ends; the arguments are those of `open_till_app`."""
    clock = FrozenClock(now)
    bank = Bank(clock, latency=latency, timeout=patience)
    bank.say(gateway)
    with plain_surroundings(), spoken(speech_of(language, locale, {})):
        till = opening() if opening else make_till(catalog, clock=clock, gateway=bank, store=store, training=training)
        try:
            yield till
        finally:
            till.close()


@asynccontextmanager
async def open_till_app(
    catalog: Path | Mapping[str, Any] | str = DEMO,
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
    store: Path | None = None,
    training: bool = False,
    same_burst: float = 0.0,
    opening: Callable[[], Till] | None = None,
    ready: bool = True,
    catch: bool = False,
) -> AsyncIterator[Cashier]:
    """The app, running without a terminal until the block ends, and someone at its keyboard.

    `catalog` and `store` are as in `make_till`; `size` is a name of `SIZES`, `100x40` or columns and lines;
    `language` is one of `pos.languages`, `locale` how it writes numbers and days (`auto`: as is usual in it); `now`
    is where the clock stands; `gateway` is what the bank answers first, in the till's words; `latency` is how many
    seconds it takes, `patience` after how many the till gives it up; keys within `same_burst` seconds belong
    together. `opening` makes the till instead of all that. Without `ready` it does not wait until the till is open.
    An error in the app is raised, here or by a step; with `catch` the app shows its page about it, as on a till.
    """
    clock = FrozenClock(now)
    bank = Bank(clock, latency=latency, timeout=patience)
    bank.say(gateway)

    def opened() -> Till:
        return make_till(catalog, clock=clock, gateway=bank, store=store, training=training)

    with plain_surroundings(), spoken(speech_of(language, locale, {})):
        app = _app(opening or opened, clock, same_burst, no_color=no_color, catch=catch)
        check_theme(app, theme)
        app.theme = theme
        ended = asyncio.Event()
        task, pilot = await started(app, size_of(size), ended)
        cashier = Cashier(app, pilot, clock, bank)
        running.append(cashier)
        try:
            if ready:
                await cashier.until(lambda: app.till is not None or app.failure is not None)
            yield cashier
        finally:
            running.remove(cashier)
            ended.set()
            await _ended(task, cashier)
    if cashier.open_chains:
        told = "\n".join(f"  {chain!r}" for chain in cashier.open_chains)
        raise AssertionError(f"Nothing of this was done, since it was not awaited:\n{told}")


def _app(opening: Callable[[], Till], clock: FrozenClock, same_burst: float, *, no_color: bool, catch: bool) -> TillApp:
    import os

    from screens.app import TillApp

    if no_color:
        os.environ["NO_COLOR"] = "1"
    try:
        app = TillApp(opening, now=clock.now, live=False, same_burst=same_burst, catch=catch)
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
