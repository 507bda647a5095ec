"""The printer at work: beside the event loop, one receipt at a time, and never waited for without end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Final, NamedTuple

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Message, joined, lazy, raised
from pos.domain.ports import Printer
from pos.worker import NO_THREAD

if TYPE_CHECKING:
    from pos.domain.receipt_document import ReceiptDocument

PATIENCE: Final = 10.0
"""Seconds after which a printer is no longer waited for."""
FAREWELL: Final = 2.0
"""Seconds that a till which is closed still waits for it."""


class _Job(NamedTuple):
    document: ReceiptDocument
    end: Future[str]


class Printing:
    """Gives a printer one receipt after the other.

    What is printed at last, after it was no longer waited for, is told to `late`, in the event loop.
    """

    def __init__(self, printer: Printer, late: Callable[[ReceiptDocument], None]) -> None:
        self.printer = printer
        self.patience = PATIENCE
        self._late = late
        self._job: _Job | None = None
        self._given_up = False
        """Whether it is no longer waited for."""

    async def print(self, document: ReceiptDocument) -> str:
        """Print a receipt; its text, once it is printed. Raises TillError `printer_unusable`."""
        if self._job is not None:
            raise TillError("printer_unusable", self._busy(self._job.document.number, document.number))
        self._given_up = False
        job = self._job = _Job(document, _beside(partial(_printed, self.printer, document)))
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        job.end.add_done_callback(lambda _end: _soon(loop, ended.set))
        try:
            await asyncio.wait_for(ended.wait(), self.patience)
        except (TimeoutError, asyncio.CancelledError) as given_up:
            self._given_up = True
            job.end.add_done_callback(lambda _end: _soon(loop, partial(self._settle, job)))
            if isinstance(given_up, asyncio.CancelledError):
                raise
            raise TillError("printer_unusable", _no_answer(document.number)) from None
        self._job = None
        if (error := job.end.exception()) is not None:
            raise TillError("printer_unusable", _failure(document.number, error)) from error
        return job.end.result()

    def close(self) -> None:
        """Wait a moment for what is being printed."""
        if (job := self._job) is not None and wait([job.end], FAREWELL).done:
            self._settle(job)

    def _busy(self, number: str, wanted: str) -> Message:
        """What is told of a print that is asked for while there is another one."""
        if self._given_up:
            text = N_("The printer is still busy with receipt {number}: see to it, then print again.")
        elif number == wanted:
            # Who presses the key twice wants no copy.
            text = N_("Receipt {number} is still being printed.")
        else:
            text = N_("The printer is still busy with receipt {number}: print again in a moment.")
        return lazy(text, number=number)

    def _settle(self, job: _Job) -> None:
        """A receipt that was no longer waited for is printed, or not."""
        if self._job is job:
            self._job = None
            if job.end.exception() is None:
                self._late(job.document)


def _printed(printer: Printer, document: ReceiptDocument) -> str:
    """Print a receipt; its text, made first, so that nothing fails once there is something on paper."""
    from pos.receipts.text import receipt_text

    text = receipt_text(document, printer.columns)
    printer.print(document)
    return text


def _no_answer(number: str) -> Message:
    text = N_("The printer does not answer. The sale stands: if receipt {number} does not come out, print it again.")
    return lazy(text, number=number)


def _failure(number: str, error: BaseException) -> Message:
    reason = error.words if isinstance(error, TillError) else joined((raised(error), "."), by="")
    text = N_("Receipt {number} is not printed: {reason} The sale stands.")
    return lazy(text, number=number, reason=reason)


def _soon(loop: asyncio.AbstractEventLoop, step: Callable[[], object]) -> None:
    """Do something in the event loop, from another thread; nothing if the loop has ended."""
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(step)


def _beside(step: Callable[[], str]) -> Future[str]:
    """Do something in a thread that never keeps the program from ending; where there is none to be had, at once."""
    end: Future[str] = Future()

    def run() -> None:
        try:
            text = step()
        except BaseException as error:
            end.set_exception(error)
        else:
            end.set_result(text)

    try:
        Thread(target=copy_context().run, args=(run,), name="printer", daemon=True).start()
    except NO_THREAD:
        run()
    return end
