"""What keeps the screens up: an error that nobody expected is told on a calm page, and the till goes on behind it.

Textual ends the app at the first such error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widget import Widget
from textual.worker import WorkerFailed

from screens.app.base_app import BaseApp
from screens.kit.input.bursts import BURST
from screens.terminal.internals.errors import ErrorBoundary, handling, leave_those_between, replaceable

if TYPE_CHECKING:
    from pos.crash_report import CrashReport
    from screens.app.crash import CrashScreen


class CrashGuard(ErrorBoundary, BaseApp):
    """An app that survives errors of the program, but those of its end by a signal, after which nobody may be there.

    With `catch=False` all errors end it, as Textual does.
    """

    def __init__(self, *, same_burst: float = BURST, live: bool = True, catch: bool = True) -> None:
        super().__init__(same_burst=same_burst, live=live)
        self._catch = catch
        self.fault: CrashReport | None = None
        """What went wrong, until the screens are started again."""
        self._page: CrashScreen | None = None

    def crashed(self, page: CrashScreen) -> None:
        """See to it that nothing is lost; `page` is in front."""
        raise NotImplementedError

    def start_again(self) -> None:
        """Leave the page of an error: all screens are made anew, and home is in front."""
        self.fault = self._page = None
        self._intake.drop()
        leave_those_between(self)
        while len(self.screen_stack) > 1:
            self.pop_screen()
        home = self.screen
        replaceable(home)
        self.switch_screen(self.get_default_screen())

    @property
    def crashing(self) -> bool:
        """Whether an error's page is about to come: keys have to wait."""
        return self.fault is not None and self._page is None

    @property
    def alone(self) -> bool:
        """Whether the page of an error is in front: what is broken may be on a screen behind it."""
        return self._page is not None and self.screen is self._page

    @property
    def endures(self) -> bool:
        """Whether it goes on after an error."""
        return self._catch

    def fail(self, error: Exception) -> None:
        """Show the page of an error; one of that page itself ends the app."""
        if not self._catch:
            super().fail(error)
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
        pump = handling()
        within = isinstance(pump, Widget) and self._page in pump.ancestors_with_self
        return within or (pump is self and self.alone)
