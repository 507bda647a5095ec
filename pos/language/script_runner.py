"""Running a script without a screen: a line in, a line out, flushed once what it says is durable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TextIO

from pos.domain.errors import TillError
from pos.domain.events import Event
from pos.domain.i18n import N_, _, plural
from pos.domain.json_text import json_text
from pos.domain.money import format_money
from pos.domain.sale import Sale
from pos.domain.terminal_text import clean
from pos.language.assertions import expect, expected_error
from pos.language.command import Command
from pos.language.executor import step_of
from pos.language.parsing import read, verb_of
from pos.language.redaction import redacted
from pos.language.sale_json import printed, printed_event
from pos.language.table import row
from pos.language.verb import Where, finished
from pos.language.verbs.directives import Expect
from pos.payments.masking import mask, masked_message
from pos.till.till import Till


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """A line of a script that says something: its number, from 1, and its text.

    `command` is what it asks for, or why it cannot be read.
    """

    number: int
    text: str
    command: Command | TillError


@dataclass
class ScriptRunner:
    """Runs lines on a till and prints what came of each, as JSON or for people."""

    till: Till
    out: TextIO
    as_json: bool = False
    keep_going: bool = False
    untold: int | None = None
    """The number of the line that was done but could not be told; None: all was."""
    line: ScriptLine | None = None
    """The line that is done now, or was the last."""
    refused: Callable[[TillError], object] | None = None
    """Told of every error."""
    _events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.till.subscribe(lambda _sale, event: self._events.append(event) if event is not None else None)
        self._sale = self.till.sale

    async def run(self, script: Iterable[str]) -> bool:
        """Run a script; whether every line did as expected. Stops at the first that did not, unless `keep_going`."""
        lines = _meaningful(script)
        well = True
        line = next(lines, None)
        while line is not None:
            error = await self._perform(line)
            following = next(lines, None)
            if error is not None and following is not None and expected_error(following.command) == error.code:
                self._print(following, None)
                following = next(lines, None)
            elif error is not None:
                well = False
                if not self.keep_going:
                    return False
            line = following
        return well

    async def _perform(self, line: ScriptLine) -> TillError | None:
        self.line = line
        output: str | None = None
        found: Mapping[str, Any] | None = None
        error: TillError | None = None
        with suppress(TillError):
            # What cannot be written now is tried again by the next line, and told by `wait`.
            await self.till.close_earlier_day()
        try:
            await self.till.keep_time()
            if not _only_looks(line.text):
                self._sale = self.till.next_ticket()
            if isinstance(line.command, TillError):
                raise line.command
            if row(line.command.verb).minds_due:
                self.till.require_due(self._told_due())
            step = step_of(line.command, self.till, Where.SCRIPT)
            if isinstance(step.args, Expect):
                expect(self.till, self._sale, step.args)
            else:
                performed = await finished(step, self.till)
                self._sale, output, found = performed.sale, performed.output, performed.found
        except TillError as failed:
            error = safe(failed, self.till)
            if failed.code != "expectation_failed":
                self._sale = self.till.sale
        try:
            await self.till.flush()
        except TillError as failed:
            error = error or failed
        if error is not None and self.refused is not None:
            self.refused(error)
        self._print(line, error, output, found)
        self._events.clear()
        return error

    def _told_due(self) -> int:
        """What is due without what was found charged since the last line, of which nothing was told yet."""
        sale = self.till.sale
        found = (event.payment for event in self._events if event.event == "found" and event.ticket == sale.ticket)
        return sale.due + sum(paid.amount for paid in found if paid is not None and paid.state == "captured")

    def _print(
        self,
        line: ScriptLine,
        error: TillError | None,
        output: str | None = None,
        found: Mapping[str, Any] | None = None,
    ) -> None:
        try:
            print(self._told(line, error, output, found), file=self.out, flush=True)
        except OSError:
            self.untold = line.number
            raise

    def _told(
        self, line: ScriptLine, error: TillError | None, output: str | None, found: Mapping[str, Any] | None
    ) -> str:
        command = masked(line.text, self.till)
        if not self.as_json:
            return self._for_people(line.number, command, error, output)
        said: dict[str, Any] = {"line": line.number, "command": command, "ok": error is None}
        if error is not None:
            said["error"] = error.as_json()
        said["events"] = [printed_event(event) for event in self._events]
        if output is not None:
            said["output"] = output
        said |= found or {}
        said["sale"] = printed(self._sale, self.till.catalog.exponent)
        return json_text(said)

    def _for_people(self, number: int, command: str, error: TillError | None, output: str | None) -> str:
        if error is not None:
            return f"{number:>4}  {clean(command)}\n      ! {error.code}: {clean(error.message)}"
        told = [f"{number:>4}  {clean(command):<40}  {summary(self._sale, self.till.catalog.exponent)}"]
        told += [f"      · {clean(event.text)}" for event in self._events if event.event == "notice"]
        told += [f"      {_printable(text)}" for text in (output or "").splitlines()]
        return "\n".join(told)


STATES: Final = {
    "held": N_("set aside"),
    "charging": N_("charging"),
    "part_paid": N_("part paid"),
    "checking": N_("checking"),
    "queued": N_("queued"),
}
"""What is said of a sale that is neither open nor paid."""


def summary(sale: Sale, exponent: int) -> str:
    """A sale in a few words."""
    if sale.state == "paid":
        text = (
            N_("paid {paid}, change {change}, receipt {number}") if sale.change else N_("paid {paid}, receipt {number}")
        )
        paid, change = format_money(sale.paid, exponent), format_money(sale.change, exponent)
        return _(text, paid=paid, change=change, number=sale.receipt)
    items, due = plural("{count} item", "{count} items", sale.items), format_money(sale.due, exponent)
    if sale.state == "open":
        return _("{items}, due {due}", items=items, due=due)
    return _("{items}, due {due}, {state}", items=items, due=due, state=_(STATES[sale.state]))


def masked(line: str, till: Till) -> str:
    """A line as it may be echoed: a card number in it is shown by brand and last four digits, a PIN not at all."""
    return redacted(line, till.catalog.is_named)


def safe(error: TillError, till: Till) -> TillError:
    """An error as it may be told: what was typed is repeated in it without a card's number."""
    known = till.catalog.is_named
    hidden = {key: mask(value, known) if isinstance(value, str) else value for key, value in error.details.items()}
    return TillError(error.code, masked_message(error.words, known), **hidden)


def _meaningful(script: Iterable[str]) -> Iterator[ScriptLine]:
    for number, text in enumerate(script, start=1):
        command = read(text)
        if command is not None:
            yield ScriptLine(number, text.strip(), command)


def _only_looks(text: str) -> bool:
    """Whether a line changes no ticket, so that a finished sale is still the one that is talked about."""
    verb = verb_of(text)
    return verb is not None and verb.looks


def _printable(text: str) -> str:
    """A line of output without anything that a terminal would obey; its blanks are kept."""
    return "".join(char for char in text if char.isprintable())
