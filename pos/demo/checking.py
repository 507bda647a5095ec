"""What is wrong with a flow, found before anything is played: its order, and each line as far as a catalog tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pos.domain.errors import ERROR_CODES, TillError
from pos.domain.words import N_, _
from pos.language.command import Command
from pos.language.expecting import expected_error
from pos.language.parsing import read
from pos.language.table import QUIET, usage
from pos.payments.masking import mask

STOPPING: Final = frozenset({"reserved", "charging", "captured", "declined", "released", "committed"})
"""The kinds of event at which a flow may stop a till."""
NEVER_FAIL: Final = frozenset({"say", "snap", "crash"})
"""Verbs after which no error can be expected."""
WITHOUT_TILL: Final = QUIET - {"expect"}
"""Verbs that may follow in the lane of a till that was stopped."""
STOPPED: Final = "demo_only"
"""What a line of a till that was stopped is refused with."""
BEFORE_WORDS: Final = frozenset({"ticket_frozen", "empty_ticket", "payment_too_much", STOPPED})
"""What a line may be refused with before its words are looked at: which comes first, only playing it tells."""
AS_WRITTEN: Final = "as_written"
"""The verb of a line that is typed whole, since what is wrong with its words is to be shown."""
LONGEST: Final = 60
"""Characters of the name of a till or of a picture, which becomes a file's."""

Rehearse = Callable[[Command], None]
"""Raises TillError for a command that can never be done, whatever is on the ticket."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a flow as it was read: its number in the file, from 1, its text, and the till that it is for.

    `command` is what it asks for, or why it cannot be read.
    """

    number: int
    text: str
    command: Command | TillError
    lane: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line, by its number."""

    number: int
    error: TillError


def lines_of(texts: Sequence[str], first: str) -> tuple[Line, ...]:
    """The lines that say something; those before any `till` are for the lane `first`."""
    lines: list[Line] = []
    lane = first
    for number, text in enumerate(texts, start=1):
        command = read(text)
        if command is None:
            continue
        if isinstance(command, Command) and command.verb == "till" and _is_name(command.args):
            lane = command.args[0]
        lines.append(Line(number, text.strip(), command, lane))
    return tuple(lines)


def excused(lines: Sequence[Line]) -> Mapping[int, str]:
    """The error that the next line of the same till expects, by the number of the line that is to fail with it."""
    found: dict[int, str] = {}
    last: dict[str, Line] = {}
    for line in lines:
        code = expected_error(line.command)
        if code is not None and line.lane in last:
            found[last[line.lane].number] = code
        if not (isinstance(line.command, Command) and line.command.verb == "till"):
            last[line.lane] = line
    return found


def refused(lines: Sequence[Line], rehearse: Rehearse) -> Mapping[int, TillError]:
    """What each line that can never be done is refused with, by its number."""
    found: dict[int, TillError] = {}
    for line in lines:
        try:
            if isinstance(line.command, TillError):
                raise line.command
            rehearse(line.command)
        except TillError as error:
            found[line.number] = error
    return found


def faults(lines: Sequence[Line], found: Mapping[int, TillError]) -> Iterator[Fault]:
    """All that is wrong, in order: what was `found` of single lines and is not expected, and what is out of place."""
    order, expected = _Order(), excused(lines)
    for line in lines:
        error = found.get(line.number)
        allowed = expected.get(line.number)
        if error is not None and allowed != error.code and allowed not in BEFORE_WORDS:
            yield Fault(line.number, error)
        try:
            order.check(line)
        except TillError as wrong:
            if wrong.code != STOPPED or allowed != STOPPED:
                yield Fault(line.number, wrong)
        order.pass_on(line)


class _Order:
    """What went before a line."""

    def __init__(self) -> None:
        self._before: dict[str, Line] = {}
        self._stopped: set[str] = set()
        """The tills that may be stopped."""
        self._dark: set[str] = set()
        """The tills that are."""
        self._pictures: dict[str, int] = {}

    def check(self, line: Line) -> None:
        """Raises TillError for what no flow can do there."""
        command = line.command
        if isinstance(command, TillError):
            return
        args = command.args
        if line.lane in self._dark and command.verb not in WITHOUT_TILL and expected_error(command) is None:
            raise TillError(STOPPED, _("This till was stopped: `start` opens it again."))
        match command.verb:
            case "till" if not _is_name(args):
                raise usage("till")
            case "crash" if len(args) > 1 or not STOPPING.issuperset(args):
                text = N_("A till can be stopped at {events}, or at once.")
                raise TillError("bad_command", _(text, events=", ".join(sorted(STOPPING))))
            case "start" if args or line.lane not in self._stopped:
                text = N_("`start` opens a till again that `crash` or a key has stopped before.")
                raise TillError("bad_command", _(text))
            case "snap":
                self._check_picture(args)
            case "expect" if len(args) > 1 and args[0].lower() == "error":
                self._check_expected(line, args)

    def pass_on(self, line: Line) -> None:
        """Remember a line for those that follow."""
        command = line.command if isinstance(line.command, Command) else Command(AS_WRITTEN)
        verb = command.verb
        if verb == "start":
            self._stopped.discard(line.lane)
            self._dark.discard(line.lane)
        elif verb in ("crash", "key"):
            self._stopped.add(line.lane)
        if command == Command("crash"):
            self._dark.add(line.lane)
        if verb == "snap" and command.args:
            self._pictures.setdefault(command.args[0].casefold(), line.number)
        if verb != "till":
            self._before[line.lane] = line

    def _check_picture(self, args: tuple[str, ...]) -> None:
        named = len(args) == 1 and len(args[0]) <= LONGEST and mask(args[0]) == args[0]
        if not named or not args[0].replace("-", "").replace("_", "").isalnum():
            raise TillError("bad_command", _("A picture's name is of letters, digits and hyphens: `snap NAME`."))
        taken = self._pictures.get(args[0].casefold())
        if taken is not None:
            text = N_("There is a picture {name} already, of line {line}: a name is given once.")
            raise TillError("bad_command", _(text, name=args[0], line=taken))

    def _check_expected(self, line: Line, args: tuple[str, ...]) -> None:
        if len(args) != 2:
            raise usage("expect")
        if args[1] not in ERROR_CODES:
            text = N_("There is no error {code}. The README lists them all.")
            raise TillError("expectation_failed", _(text, code=args[1]))
        before = self._before.get(line.lane)
        never = before is None or (isinstance(before.command, Command) and before.command.verb in NEVER_FAIL)
        if never or (before is not None and expected_error(before.command) is not None):
            raise TillError("bad_command", _("`expect error` follows the line that fails."))


def _is_name(args: tuple[str, ...]) -> bool:
    named = len(args) == 1 and len(args[0]) <= LONGEST and args[0].isascii() and args[0].isalnum()
    return named and mask(args[0]) == args[0]
