"""An app that ends in order, whatever ends it: its quit key, a signal, or an error of the program."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from rich.text import Text

from pos.domain.i18n import _
from pos.domain.terminal_text import legible
from screens.terminal.env_variables import check_variables
from screens.terminal.internals.drawing import within
from screens.terminal.internals.drivers import parsing_by
from screens.terminal.internals.errors import Orderly
from screens.terminal.key_parser import KeyParser
from screens.terminal.textual_log import let_it_fail

if TYPE_CHECKING:
    from asyncio import Task

    from textual.driver import Driver

    from pos.crash_report import CrashReport


class TerminalApp(Orderly):
    """An app that a signal or an error of the program ends in order, with a status that says so."""

    signalled: int = 0
    """The number of the signal that ends it; 0: none came."""
    broken = False
    """Whether an error of the program ends it."""
    _noted: CrashReport | None = None
    """The report of the first error that nobody waited for."""

    def __init__(self) -> None:
        """Raises TillError `settings_invalid` for a variable with which Textual would end."""
        check_variables(os.environ)
        let_it_fail()
        super().__init__()

    def get_driver_class(self) -> type[Driver]:
        """Our own driver where there is a terminal as Unix knows it."""
        if os.environ.get("TEXTUAL_DRIVER") or sys.platform == "win32":
            return parsing_by(KeyParser, super().get_driver_class())
        from screens.terminal.driver import TillDriver

        return TillDriver

    def leave(self) -> None:
        """End in order, as the quit key does."""
        self.exit(0)

    def end_by(self, number: int) -> None:
        """End in order because of a signal; of several the first counts."""
        if not self.signalled:
            self.signalled = number
            with within(self):
                self.leave()

    def watched(self, task: Task[None]) -> Task[None]:
        """A task of which an error ends the app, as one of a worker does."""
        task.add_done_callback(self._done)
        return task

    def _done(self, task: Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if isinstance(error, Exception):
            with within(self):
                self.fail(error)

    def report_of(self, error: BaseException) -> CrashReport:
        """Write a report of an error of the program; what was written, and where."""
        from datetime import UTC, datetime

        from pos.crash_report import report_folder, write_report

        return write_report(error, datetime.now(UTC), None, (), report_folder())

    @property
    def noted(self) -> bool:
        """Whether there was an error that nobody waited for."""
        return self._noted is not None

    def note(self, error: Exception) -> None:
        """Write a report of an error that nobody waited for. It may come again and again: the first is enough."""
        if self._noted is None:
            self._noted = self.report_of(error)

    def fail(self, error: Exception) -> None:
        """An error that nobody expected: end in order."""
        if self.is_headless:
            # Whoever runs it without a terminal is told of it.
            super().fail(error)
        elif not self.broken:
            self._give_up(error)

    def _give_up(self, error: BaseException, report: CrashReport | None = None) -> None:
        """End with one plain sentence; what was sold is safe in the store."""
        self.broken = True
        report = report or self._noted or self.report_of(error)
        if report.path is not None:
            text = _("Tillkey had to stop. Nothing that was sold is lost. The report is in {path}", path=report.path)
        else:
            text = _("Tillkey had to stop. Nothing that was sold is lost.")
        self.end_broken(Text(legible(text)))
