"""The app of the inspector in a terminal of its own: it listens to a till, and keeps what happened there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from textual.reactive import var
from textual.screen import Screen

from pos import log
from pos.domain.i18n import moment_text
from screens.app.sale_app import SaleApp
from screens.inspector_app.screen import InspectorAppScreen
from screens.kit.input.bursts import BURST
from screens.kit.till_listener import Channel, TillListener, speak_as

if TYPE_CHECKING:
    from datetime import tzinfo

    from pos.crash_report import CrashReport
    from pos.domain.errors import TillError
    from pos.domain.events import Event
    from pos.ipc.listener import Heard
    from pos.ipc.messages import Hello
    from pos.settings.model import Settings
    from screens.app.crash import CrashScreen

SCREENS: Final = Path(__file__).parents[1]
STYLE_SHEETS: Final[list[str | PurePath]] = [SCREENS / "app/base_app.tcss", SCREENS / "inspector/screen.tcss"]
"""Its only screen's is among them, since Textual loads no style sheet of a default screen."""

Connection = Literal["", "waiting", "live", "gone"]


class InspectorApp(SaleApp):
    """Shows what happens at the till at a socket, also what happened before. It only listens.

    `channel` finds the socket, in a thread, after `settings` were read there; `now` is the clock that is shown;
    `wanted` says in a sentence which till is waited for.
    """

    CSS_PATH: ClassVar[list[str | PurePath]] = STYLE_SHEETS

    connection: var[Connection] = var("", init=False)
    """How it stands with the till: not known yet, waited for, open, or closed again."""

    def __init__(
        self,
        channel: Channel,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        settings: Callable[[], Settings] | None = None,
        wanted: str = "",
        live: bool = True,
        same_burst: float = BURST,
        catch: bool = True,
    ) -> None:
        super().__init__(same_burst=same_burst, live=live, catch=catch)
        self.wanted = wanted
        self._now = now
        self._listener = TillListener(channel, settings, adopt=self.adopt, hear=self.hear, fail=self._fail)
        self._zone: tzinfo | None = None
        """The shop's; None until it is known."""
        self._known: set[Event] = set()

    @property
    def opened(self) -> bool:
        """Nothing has to be opened: what can be done here can be done at once."""
        return True

    def perform(self, handler: str) -> None:
        """Do what an action's handler does, of the few that need no till."""
        from screens.app.handlers import WITHOUT_TILL

        WITHOUT_TILL[handler](self)

    def get_default_screen(self) -> Screen[None]:
        """The one screen of the inspector."""
        return InspectorAppScreen()

    def on_mount(self) -> None:
        """Listen once the first frame is out."""
        self.call_after_refresh(self._begin)
        if self.live:
            self.set_interval(1, self._tick)

    def _begin(self) -> None:
        listening: Callable[[], Awaitable[None]] = self._listener.listen
        self.run_worker(listening, name="listen", exclusive=True, exit_on_error=True)

    def _fail(self, error: TillError) -> None:
        self.failure = error
        self.exit(1)

    def hear(self, message: Heard) -> None:
        """Take in what the till tells."""
        from pos.ipc.messages import FullState, StateChange

        if isinstance(message, FullState):
            self._meet(message.hello)
            for event in message.past:
                self._keep(event)
            self.connection = "live"
            self._tick()
        elif isinstance(message, StateChange):
            if message.event is not None:
                self._keep(message.event)
        else:
            self.connection = message

    def _meet(self, hello: Hello) -> None:
        """Take on what a till says of itself."""
        from pos.domain.time_zones import shop_zone
        from screens.kit.values import Identity

        self.identity, self.training = Identity(hello.shop, hello.lane), hello.training
        self.exponent, self._zone = hello.exponent, shop_zone(hello.timezone)
        speak_as(hello)

    def _keep(self, event: Event) -> None:
        """Add an event, unless it was told before: whoever connects again hears of the past once more."""
        if event not in self._known:
            if len(self.log_of_events) == self.log_of_events.maxlen:
                self._known.discard(self.log_of_events[0])
            self._known.add(event)
            self.log_of_events.append(event)
            self.happened += 1

    @property
    def now(self) -> datetime:
        """The time in the shop's zone."""
        return self._now().astimezone(self._zone) if self._zone is not None else self._now()

    def _tick(self) -> None:
        if self.identity is not None:
            self.minute = moment_text(self.now, "header")

    def leave(self) -> None:
        """End; the till is another program."""
        self.exit(1 if self.fault is not None else 0)

    def report_of(self, error: BaseException) -> CrashReport:
        """Write a report of an error, and a line into the log."""
        from pos.crash_report import report_folder, write_report

        report = write_report(error, self._now(), None, self.log_of_events, report_folder())
        log.crashed(error, str(report.path or ""))
        return report

    def crashed(self, page: CrashScreen) -> None:
        """Nothing can be lost here."""

    def start_again(self) -> None:
        """Listen anew."""
        super().start_again()
        self.notice = None
        self._begin()
