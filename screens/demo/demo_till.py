"""A till of a demo: the real app on a part of the screen, with hands that type on it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from textual.events import Event as TextualEvent

from pos.domain.i18n import _
from pos.domain.message import verbatim
from pos.extensions.blame import with_place
from screens.app.sale_app import SaleApp
from screens.app.till_app import TillApp
from screens.demo.tape import Pane
from screens.driver.headless import reshape, started
from screens.driver.idle import PATIENCE, settle, wait_until
from screens.driver.keyboard import pressed
from screens.kit import actions
from screens.kit.typing_screen import TypingScreen
from screens.terminal.internals.drawing import Watched, strips, within
from screens.terminal.internals.errors import error_of, is_over

if TYPE_CHECKING:
    from pos.demo.shop import DemoShop
    from pos.domain.events import Event
    from pos.language.keystrokes import Scene
    from pos.settings.model import Settings

BACKGROUND: Final = ("recover", "time")
"""What a till does beside its keys and goes on by itself: it looks after what is open, and asks the queue."""


class Stuck(Exception):
    """A till of a demo does not go on: what is wrong with the program itself."""


class DemoTillApp(Watched, TillApp):
    """The till's app, which tells whenever it has drawn something."""

    embedded = True
    watcher: Callable[[], object] | None = None

    def go_on_from(self, events: Sequence[Event], happened: int) -> None:
        """Let the time line go on from what happened before this app; `happened` counts also what is forgotten."""
        self.log_of_events.extend(events)
        self.set_reactive(SaleApp.happened, happened)

    def displayed(self) -> None:
        """Tell whoever shows it."""
        if self.watcher is not None:
            self.watcher()


class DemoTill:
    """The till in one lane of a demo's shop. It is opened, typed on, and may be stopped dead and opened again."""

    def __init__(
        self, shop: DemoShop, lane: str, size: tuple[int, int], theme: str, settings: Settings | None = None
    ) -> None:
        self.lane = lane
        self.size = size
        self._shop, self._theme, self._settings = shop, theme, settings
        self._app: DemoTillApp | None = None
        self._ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._gone = "off"
        """Why it is not there: `off` if its power was cut, `closed` if somebody has closed it."""
        self._told: tuple[tuple[Event, ...], int] = ((), 0)
        """What its time line told when it was taken away, and how many events there were by then."""

    @property
    def app(self) -> DemoTillApp:
        """The app; it must be running."""
        assert self._app is not None, "the till was stopped"
        return self._app

    @property
    def running(self) -> bool:
        """Whether its app runs: it was opened, and not stopped since."""
        return self._app is not None

    @property
    def cut(self) -> bool:
        """Whether its power was cut in the middle of a step."""
        return self.lane in self._shop.cut

    @property
    def held_up(self) -> bool:
        """Whether its step goes on only with time, or never."""
        return self._shop.clock(self.lane).awaited or self.cut

    async def open(self) -> None:
        """Open the till, and wait until it is ready. Raises TillError if it cannot be opened."""
        app = DemoTillApp(partial(self._shop.open_till, self.lane), now=self._shop.time.now, live=False)
        app.animation_level = "none"
        app.go_on_from(*self._told)
        if self._settings is not None:
            # A theme of one's own is known to the app only with the settings.
            app.adopt(self._settings)
        app.theme = self._theme
        self._ended = asyncio.Event()
        self._task, _ = await started(app, self.size, self._ended)
        self._app = app
        await wait_until(lambda: app.opened or app.failure is not None or is_over(app), PATIENCE)
        if app.failure is not None:
            await self.stop()
            raise app.failure
        app.inspecting = True
        await self.rest()

    async def stop(self) -> None:
        """Take the till away, whatever it is doing; nothing more is written."""
        app, self._app = self._app, None
        if app is None or self._task is None:
            return
        app.watcher = None
        self._gone = "closed" if is_over(app) and not self.cut else "off"
        self._told = tuple(app.log_of_events), app.happened
        self._ended.set()
        await asyncio.gather(self._task, return_exceptions=True)
        app.close_till()
        self._shop.cut.discard(self.lane)

    def post(self, event: TextualEvent) -> None:
        """Give the app an event, such as a key."""
        self.app.post_message(event)

    async def rest(self) -> None:
        """Wait until every key is taken and all that follows from it is drawn. Raises Stuck if that never is.

        A till whose power was cut meanwhile, or which was closed, is not there any longer then.
        """
        while (app := self._app) is not None:
            at_rest = await settle(app, lambda: self.held_up)
            if app.fault is not None:
                raise Stuck(str(with_place(verbatim(app.fault.error), app.fault.place)))
            if error_of(app) is not None:
                raise Stuck(f"{type(error_of(app)).__name__}: {error_of(app)}")
            if self.cut or is_over(app):
                await self.stop()
                break
            if at_rest and not self._at_work:
                break
            if not at_rest or not await wait_until(lambda: not self._at_work, PATIENCE):
                raise Stuck(_("The till does not come to rest."))

    @property
    def _at_work(self) -> bool:
        """Whether it is doing something beside its keys that goes on by itself."""
        return self._in_background(*BACKGROUND) and not self.held_up

    def reshape(self, size: tuple[int, int]) -> None:
        """Draw for so many columns and lines from now on."""
        self.size = size
        if self._app is not None:
            reshape(self._app, size)

    def beat(self) -> None:
        """Show what time alone changes."""
        if self._app is not None and not is_over(self._app):
            with within(self._app):
                self._app.tick()
                self._app.front.tick()

    def recover(self) -> None:
        """Look after open payments, as a till does every now and then."""
        with within(self.app):
            self.app.look_after()

    @property
    def recovering(self) -> bool:
        """Whether it is looking after open payments."""
        return self._in_background("recover")

    def _in_background(self, *names: str) -> bool:
        return self._app is not None and any(
            worker.name in names and not worker.is_finished for worker in self._app.workers
        )

    @property
    def over(self) -> bool:
        """Whether whoever sat at it has closed it."""
        return self._app is not None and is_over(self._app)

    def pane(self) -> Pane:
        """What its screen shows now, for the tape; without rows while it does not run."""
        if self._app is None or is_over(self._app):
            return Pane(self.lane, None, self._gone if self._app is None else "closed")
        return Pane(self.lane, tuple(strips(self._app)), "charging" if self._app.working else "")

    def scene(self) -> Scene:
        """What whoever types on it sees."""
        from pos.language.keystrokes import Scene
        from screens.payment.quick_tenders import amount_of, doubt_of

        def sure(typed: str) -> bool:
            amount = amount_of(typed, app.till)
            return sale is None or amount is None or doubt_of(typed, amount, sale.cash_due, app.till) is None

        app, screen = self.app, self.app.screen
        sale = app.sale
        current = app.current
        return Scene(
            kind=app.kind,
            lines=tuple(line.line for line in current.lines) if current is not None else (),
            chosen=app.chosen,
            known=app.till.catalog.is_known,
            part_paid=sale is not None and sale.state == "part_paid",
            can=lambda action: actions.by_id(action).reason(app) is None,
            key=lambda action: _typed(app, action),
            sure=sure,
            asked=isinstance(screen, TypingScreen) and (screen.prompt is not None or bool(screen.typed)),
            asks=lambda code: (product := app.till.catalog.find(code)) is not None and product.weighed,
        )


def _typed(app: TillApp, action: str) -> str:
    """How an action is asked for: by its key, or without one by its word."""
    key = app.keymap.key(action)
    return pressed(key) if key else f"/{actions.by_id(action).word}\n"
