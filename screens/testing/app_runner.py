"""Running the app for a test, on a till about which everything is foretold."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Final

# What the app loads in its threads is loaded here: pytest parses the modules of a package that has a plugin, and
# Python 3.11 cannot parse in two threads at once.
import pos.bootstrap
import pos.language.table  # noqa: F401
from pos.domain.i18n import Language, using_language
from pos.testing.defaults import SIZE, THEME, size_of
from pos.testing.isolation import plain_surroundings
from screens.app.till_app import TillApp
from screens.driver.headless import started
from screens.testing.cashier import Cashier
from screens.testing.screen_text import check_theme

if TYPE_CHECKING:
    from pos.testing.doubles import Doubles
    from pos.till.till import Till

__tracebackhide__ = True

AppMaker = Callable[..., TillApp]
"""Makes an app, with the arguments of `TillApp`."""

running: Final[list[Cashier]] = []
"""Those whose app runs now, the latest last."""


@asynccontextmanager
async def run_app(
    opening: Callable[[], Till],
    doubles: Doubles,
    gateway: str = "",
    *,
    language_in_use: Language,
    size: str | tuple[int, int] = SIZE,
    theme: str = THEME,
    no_color: bool = False,
    same_burst: float | None = None,
    ready: bool = True,
    catch: bool = False,
    shows_failure: bool = False,
    make: AppMaker | None = None,
) -> AsyncIterator[Cashier]:
    """The app on the till that `opening` makes, in a language; all else is as in `open_till_app`.

    With `shows_failure` a till that cannot be opened is left to the app; without it TillError is raised.
    """
    with plain_surroundings(), using_language(language_in_use):
        app = _app(
            lambda: doubles.adopt(opening(), gateway), lambda: doubles.clock.now(), same_burst,
            no_color=no_color, catch=catch, make=make or TillApp,
        )  # fmt: skip
        check_theme(app, theme)
        app.theme = theme
        ended = asyncio.Event()
        task, pilot = await started(app, size_of(size), ended)
        cashier = Cashier(app, pilot, doubles)
        running.append(cashier)
        try:
            if ready:
                await cashier.until(lambda: app.opened or app.failure is not None)
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
    opening: Callable[[], Till],
    now: Callable[[], datetime],
    same_burst: float | None,
    *,
    no_color: bool,
    catch: bool,
    make: AppMaker,
) -> TillApp:
    if no_color:
        os.environ["NO_COLOR"] = "1"
    try:
        of_burst = {} if same_burst is None else {"same_burst": same_burst}
        app = make(opening, now=now, live=False, catch=catch, **of_burst)
    finally:
        os.environ.pop("NO_COLOR", None)
    app.animation_level = "none"
    return app


async def _ended(task: asyncio.Task[None], cashier: Cashier) -> None:
    try:
        await task
    except BaseException as error:
        if error is not cashier.told_crash:
            raise
    finally:
        cashier.app.close_till()
