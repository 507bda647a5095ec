"""What is wrong with a flow, found before anything is played: its order, and each line as far as a catalog tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pos.domain.errors import ERROR_CODES, TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.language.assertions import expected_error
from pos.language.command import Command
from pos.language.parsing import read
from pos.language.table import row
from pos.language.verb import AnyVerb, Where
from pos.language.verbs.directives import (
    EXPECT,
    LONGEST_NAME,
    CrashTill,
    Expect,
    PressKeys,
    StartTill,
    SwitchServer,
    SwitchTill,
    SwitchWorker,
    TakePicture,
)
from pos.payments.masking import mask

STOPPED: Final = "demo_only"
"""What a line of a till that was stopped is refused with."""
BEFORE_WORDS: Final = frozenset({"ticket_frozen", "empty_ticket", "payment_too_much", STOPPED})
"""What a line may be refused with before its words are looked at: which comes first, only playing it tells."""

MOST_WORKERS: Final = 9
"""So many workers a flow begins at most: each is a lane of the shop with a connection of its own."""

DryRunCommand = Callable[[Command], None]
"""Raises TillError for a command that can never be done, whatever is on the ticket."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a flow as it was read: its number in the file, from 1, its text, and the till that it is for.

    `command` is what it asks for, or why it cannot be read.
    """

    number: int
    text: str
    command: Command | TillError
    lane: str
    own: object = None
    """What it asks of whoever plays it; None if it is a till's, or its words do not fit."""

    @property
    def never_fails(self) -> bool:
        """Whether no error can be expected after it."""
        return isinstance(self.command, Command) and row(self.command.verb).never_fails


@dataclass(frozen=True, slots=True)
class FlowFault:
    """What is wrong with a line, by its number."""

    number: int
    error: TillError


def lines_of(texts: Sequence[str], first: str) -> tuple[SourceLine, ...]:
    """The lines that say something; those before any `till` are for the lane `first`."""
    lines: list[SourceLine] = []
    lane = first
    for number, text in enumerate(texts, start=1):
        command = read(text)
        if command is None:
            continue
        own = own_part(command)
        if isinstance(own, SwitchTill):
            lane = own.name
        lines.append(SourceLine(number, text.strip(), command, lane, own))
    return tuple(lines)


def own_part(command: Command | TillError) -> object:
    """What a line asks of whoever plays it rather than of a till; None for any other, and for words that do not fit."""
    if isinstance(command, TillError) or not row(command.verb).of_runner:
        return None
    try:
        return row(command.verb).read(command)
    except TillError:
        return None


def excused(lines: Sequence[SourceLine]) -> Mapping[int, str]:
    """The error that the next line of the same till expects, by the number of the line that is to fail with it."""
    found: dict[int, str] = {}
    last: dict[str, SourceLine] = {}
    for line in lines:
        code = expected_error(line.command)
        if code is not None and line.lane in last:
            found[last[line.lane].number] = code
        if not isinstance(line.own, SwitchTill):
            last[line.lane] = line
    return found


def refused(lines: Sequence[SourceLine], dry_run: DryRunCommand) -> Mapping[int, TillError]:
    """What each line that can never be done is refused with, by its number."""
    found: dict[int, TillError] = {}
    for line in lines:
        try:
            if isinstance(line.command, TillError):
                raise line.command
            dry_run(line.command)
        except TillError as error:
            found[line.number] = error
    return found


def faults(lines: Sequence[SourceLine], found: Mapping[int, TillError]) -> Iterator[FlowFault]:
    """All that is wrong, in order: what was `found` of single lines and is not expected, and what is out of place."""
    order, expected = _Order(), excused(lines)
    for line in lines:
        error = found.get(line.number)
        allowed = expected.get(line.number)
        if error is not None and allowed != error.code and allowed not in BEFORE_WORDS:
            yield FlowFault(line.number, error)
        try:
            order.check(line)
        except TillError as wrong:
            if wrong.code != STOPPED or allowed != STOPPED:
                yield FlowFault(line.number, wrong)
        order.pass_on(line)


class _Order:
    """What went before a line."""

    def __init__(self) -> None:
        self._before: dict[str, SourceLine] = {}
        self._stopped: set[str] = set()
        """The tills that may be stopped."""
        self._dark: set[str] = set()
        """The tills that are."""
        self._pictures: dict[str, int] = {}
        self._workers = 0
        """How many workers run."""
        self._begun = 0
        """How many were begun by now, dead ones too."""
        self._away = False
        """Whether the server was pulled out."""

    def check(self, line: SourceLine) -> None:
        """Raises TillError for what no flow can do there."""
        command = line.command
        if isinstance(command, TillError):
            return
        verb = row(command.verb)
        if line.lane in self._dark and verb.needs_till and expected_error(command) is None:
            raise TillError(STOPPED, lazy("This till was stopped: `start` opens it again."))
        if sets_scene(verb):
            verb.read(command)
        match line.own:
            case StartTill() if line.lane not in self._stopped:
                text = N_("`start` opens a till again that `crash` or a key has stopped before.")
                raise TillError("bad_command", lazy(text))
            case TakePicture(name):
                self._check_picture(name)
            case SwitchWorker(on):
                self._check_worker(on=on)
            case Expect() as asked if asked.error is not None:
                self._check_expected(line, asked.error)

    def pass_on(self, line: SourceLine) -> None:
        """Remember a line for those that follow."""
        match line.own:
            case StartTill():
                self._stopped.discard(line.lane)
                self._dark.discard(line.lane)
            case CrashTill(event):
                self._stopped.add(line.lane)
                if event is None:
                    self._dark.add(line.lane)
            case PressKeys():
                self._stopped.add(line.lane)
            case TakePicture(name):
                self._pictures.setdefault(name.casefold(), line.number)
            case SwitchServer(on):
                self._away = not on
            case SwitchWorker(on):
                self._workers = self._workers + 1 if on else max(self._workers - 1, 0)
                self._begun += on and not self._away
        if not isinstance(line.own, SwitchTill):
            self._before[line.lane] = line

    def _check_picture(self, name: str) -> None:
        if len(name) > LONGEST_NAME or mask(name) != name or not name.replace("-", "").replace("_", "").isalnum():
            raise TillError("bad_command", lazy("A picture's name is of letters, digits and hyphens: `snap NAME`."))
        taken = self._pictures.get(name.casefold())
        if taken is not None:
            text = N_("There is a picture {name} already, of line {line}: a name is given once.")
            raise TillError("bad_command", lazy(text, name=name, line=taken))

    def _check_worker(self, *, on: bool) -> None:
        if not on and not self._workers:
            raise TillError("bad_command", lazy("`worker off` kills a worker that `worker on` has begun before."))
        if on and self._away:
            raise TillError("bad_command", lazy("No worker begins without the server: `server on` puts it back."))
        if on and self._begun >= MOST_WORKERS:
            raise TillError("bad_command", lazy("A flow begins {most} workers at most.", most=MOST_WORKERS))

    def _check_expected(self, line: SourceLine, code: str) -> None:
        if len(code.split()) != 1:
            raise EXPECT.misfit()
        if code not in ERROR_CODES:
            text = N_("There is no error {code}. `pos manual errors` lists them all.")
            raise TillError("expectation_failed", lazy(text, code=code))
        before = self._before.get(line.lane)
        if before is None or before.never_fails or expected_error(before.command) is not None:
            raise TillError("bad_command", lazy("`expect error` follows the line that fails."))


def sets_scene(verb: AnyVerb) -> bool:
    """Whether a verb only sets a demo's scene: its words are right or wrong, and no error of it can be expected."""
    return verb.never_fails or verb.where == Where.DEMO
