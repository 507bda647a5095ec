"""What keeps the screens up: an error that nobody expected is told on a calm page, and the till goes on behind it.

Textual ends the app at the first such error. Its `_handle_exception` and `_dispatch_message` are taken over here,
which is right for the one version that is pinned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual._context import active_message_pump
from textual.message import Message
from textual.widget import Widget
from textual.worker import WorkerFailed

from screens.app.base_app import Stage
from screens.kit.input.bursts import BURST

if TYPE_CHECKING:
    from pos.crash_report import Report
    from screens.app.crash import CrashScreen


class Guard(Stage):
    """A stage that survives errors of the program, but those of its end by a signal, after which nobody may be there.

    With `catch=False` all errors end it, as Textual does.
    """

    def __init__(self, *, same_burst: float = BURST, live: bool = True, catch: bool = True) -> None:
        super().__init__(same_burst=same_burst, live=live)
        self._catch = catch
        self.fault: Report | None = None
        """What went wrong, until the screens are started again."""
        self._page: CrashScreen | None = None

    def crashed(self, page: CrashScreen) -> None:
        """See to it that nothing is lost; `page` is in front."""
        raise NotImplementedError

    def start_again(self) -> None:
        """Leave the page of an error: all screens are made anew, and home is in front."""
        self.fault = self._page = None
        self._intake.drop()
        while len(self.screen_stack) > 1:
            self.pop_screen()
        home = self.screen
        # Textual gives a default screen no callback to forget, and forgets one all the same.
        home._push_result_callback(home, None)
        self.switch_screen(self.get_default_screen())

    @property
    def crashing(self) -> bool:
        """Whether an error's page is about to come: keys have to wait."""
        return self.fault is not None and self._page is None

    async def _dispatch_message(self, message: Message) -> None:
        if not self._catch:
            await super()._dispatch_message(message)
            return
        try:
            await super()._dispatch_message(message)
        except Exception as error:
            self._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        if not self._catch:
            super()._handle_exception(error)
            return
        of_worker = isinstance(error, WorkerFailed)
        cause = error.error if isinstance(error, WorkerFailed) else error
        if self.fault is None and self.is_running and self.screen_stack and not self.signalled:
            self.fault = self.report_of(cause)
            self._intake.drop()
            self.call_later(self._show_page)
        elif self.fault is None or self.signalled or (not of_worker and self._of_page()):
            self._give_up(cause, self.fault)

    def _show_page(self) -> None:
        from screens.app.crash import CrashScreen

        assert self.fault is not None
        try:
            self._page = CrashScreen(self.fault)
            self.push_screen(self._page)
            self._intake.drop()
            self.crashed(self._page)
        except Exception as error:
            self._give_up(error, self.fault)

    def _of_page(self) -> bool:
        """Whether the error that is being handled comes from the page of an error itself."""
        pump = active_message_pump.get(None)
        within = isinstance(pump, Widget) and self._page in pump.ancestors_with_self
        return within or (pump is self and self._page is not None and self.screen is self._page)
