"""Flows: files of the till's language that a demo plays, those that come with the program and anybody's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pos.domain.errors import TillError
from pos.domain.text import clean
from pos.domain.words import N_, _
from pos.language.parsing import Command, parse
from pos.payments.masking import mask
from pos.resources import data_folder

SUFFIX: Final = ".pos"
FIRST_LANE: Final = "1"
ORDER: Final = (
    "plain-sale", "coupon-and-member", "buy-x-get-y", "declined-then-cash", "timeout-found-captured", "last-unit",
    "split-tender", "crash-and-recovery",
)  # fmt: skip
"""The flows that come with the program, from the plain to the surprising; any other comes after them."""
STOPPING: Final = frozenset({"reserved", "charging", "captured", "declined", "released", "committed"})
"""The kinds of event at which a flow may stop a till."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a flow: its number in the file, from 1, its text, what it asks for, and of which till."""

    number: int
    text: str
    command: Command
    lane: str

    @property
    def shown(self) -> str:
        """The line as it may be shown, without any card's number."""
        return clean(mask(self.text))

    @property
    def caption(self) -> str:
        """What a `say` tells, without any card's number."""
        return clean(mask(" ".join(self.command.args)))

    @property
    def expected_error(self) -> str | None:
        """The error that the line before it has to end with, if the line says that."""
        args = self.command.args
        return args[1] if self.command.verb == "expect" and len(args) == 2 and args[0] == "error" else None


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that can be played. `title` is its first comment, the one line that a menu tells of it."""

    name: str
    title: str
    place: str
    lines: tuple[Line, ...]

    @property
    def lanes(self) -> tuple[str, ...]:
        """The tills that it needs, in the order in which they come."""
        return tuple(dict.fromkeys((FIRST_LANE, *(line.lane for line in self.lines))))

    def error(self, line: Line, message: str) -> TillError:
        """What went wrong on a line, with file and line."""
        return wrong_line(self.place, line.number, mask(message))


def wrong_line(place: str, number: int, message: str) -> TillError:
    """What is wrong with a line of a file."""
    text = _("{file}, line {number}: {message}", file=place, number=number, message=message)
    return TillError("flow_failed", text, file=place, line=number)


def shipped() -> tuple[Flow, ...]:
    """The flows that come with the program."""
    files = {path.stem: path for path in (data_folder() / "flows").glob(f"*{SUFFIX}")}
    names = (*(name for name in ORDER if name in files), *sorted(files.keys() - set(ORDER)))
    return tuple(read_flow(files[name]) for name in names)


def find_flow(named: str) -> Flow:
    """A flow by the name of one that comes with the program, or by its file's path.

    Raises TillError `flow_unknown`, and `flow_failed` with file and line for a line that is not in the language.
    """
    own = Path(named)
    bundled = data_folder() / "flows" / f"{named}{SUFFIX}"
    if own.is_file():
        return read_flow(own)
    if "/" not in named and bundled.is_file():
        return read_flow(bundled)
    names = ", ".join(flow.name for flow in shipped())
    text = N_("There is no flow {name}: name one of {names}, or a file.")
    raise TillError("flow_unknown", _(text, name=clean(named), names=names))


def read_flow(path: Path) -> Flow:
    """The flow in a file; it is read whole before anything is played.

    Raises TillError `flow_unknown` for a file that cannot be read, `flow_failed` for a line that cannot be done.
    """
    place = path.name
    try:
        texts = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = _("{file}: cannot be read: {error}", file=place, error=error)
        raise TillError("flow_unknown", message) from error
    title = next((text.strip("# ") for text in texts if text.startswith("#") and text.strip("# ")), path.stem)
    lines: list[Line] = []
    lane, before = FIRST_LANE, dict[str, str]()
    stopped: set[str] = set()
    for number, text in enumerate(texts, start=1):
        try:
            command = parse(text)
            if command is None:
                continue
            lane = _lane_after(command, lane)
            _check(command, lane, before.get(lane, ""), stopped)
        except TillError as error:
            raise wrong_line(place, number, error.message) from None
        lines.append(Line(number, text.strip(), command, lane))
        if command.verb != "till":
            before[lane] = command.verb
    if not lines:
        raise TillError("flow_unknown", _("{file}: there is nothing in it to play.", file=place))
    return Flow(path.stem, clean(title), place, tuple(lines))


def _lane_after(command: Command, lane: str) -> str:
    if command.verb != "till":
        return lane
    if len(command.args) != 1 or not command.args[0].isascii() or not command.args[0].isalnum():
        raise TillError("bad_command", _("Type it as: {usage}", usage="till NAME"))
    return command.args[0]


def _check(command: Command, lane: str, before: str, stopped: set[str]) -> None:
    """Refuse what no flow can do, so that it is told before it plays."""
    args = command.args
    match command.verb:
        case "crash" if len(args) > 1 or not STOPPING.issuperset(args):
            text = N_("A till can be stopped at {events}, or at once.")
            raise TillError("bad_command", _(text, events=", ".join(sorted(STOPPING))))
        case "start" if args or lane not in stopped:
            raise TillError("bad_command", _("`start` opens a till again that `crash` has stopped before."))
        case "snap" if len(args) != 1 or not args[0].replace("-", "").replace("_", "").isalnum():
            raise TillError("bad_command", _("A picture's name is of letters, digits and hyphens: `snap NAME`."))
        case "expect" if len(args) < 2:
            raise TillError("bad_command", _("Type it as: {usage}", usage="expect FIELD VALUE"))
        case "expect" if args[0] == "error" and before in ("", "expect", "say", "snap", "start"):
            raise TillError("bad_command", _("`expect error` follows the line that fails."))
    if command.verb == "crash":
        stopped.add(lane)
