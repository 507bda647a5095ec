"""Flows: files of the till's language that a demo plays, those that come with the program and anybody's own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pos.demo import lint
from pos.demo.lint import DryRunCommand
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import Message, joined, lazy, words_of
from pos.domain.terminal_text import clean
from pos.files.input_files import given_text
from pos.language.assertions import expected_error
from pos.language.command import Command
from pos.language.redaction import redacted
from pos.language.table import row
from pos.language.verb import AnyVerb
from pos.language.verbs.directives import SwitchServer, SwitchWorker
from pos.language.verbs.lines import AS_WRITTEN, SCAN
from pos.payments.masking import mask, masked_message
from pos.resources import data_folder

SUFFIX: Final = ".pos"
FIRST_LANE: Final = "1"
ORDER: Final = (
    "plain-sale", "coupon-and-member", "buy-x-get-y", "declined-then-cash", "timeout-found-captured", "last-unit",
    "split-tender", "crash-and-recovery", "two-lanes", "rush",
)  # fmt: skip
"""The flows that come with the program, from the plain to the surprising; any other comes after them."""
LARGEST: Final = 1_000_000
"""Bytes of a flow, comments included."""
MOST_LINES: Final = 2_000
"""Lines of a flow that say something: each is tried before anything plays, and so many play for more than an hour."""
OF_WORDS: Final = frozenset(
    {"bad_command", "bad_quantity", "bad_amount", "bad_price", "bad_discount", "card_not_an_amount"}
)
"""Errors of how a line is written, whatever it is about."""


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A line of a flow: its number in the file, from 1, its text, what it asks for, and of which till.

    `allowed` is the error that it may end with, since the next line of its till expects it.
    """

    number: int
    text: str
    command: Command
    lane: str
    allowed: str | None = None

    @property
    def verb(self) -> AnyVerb:
        """The row of its word."""
        return row(self.command.verb)

    @property
    def own(self) -> object:
        """What it asks of whoever plays it rather than of a till; None for any other."""
        return lint.own_part(self.command)

    @property
    def shown(self) -> str:
        """The line as it may be shown, without any card's number."""
        return clean(redacted(self.text))

    @property
    def caption(self) -> str:
        """What a `say` tells, without any card's number."""
        return clean(mask(" ".join(self.command.args)))

    @property
    def expected_error(self) -> str | None:
        """The error that the line before it has to end with, if the line says that."""
        return expected_error(self.command)


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that can be played. `title` is its first comment, the one line that a menu tells of it."""

    name: str
    title: str
    place: str
    lines: tuple[FlowLine, ...]

    @property
    def lanes(self) -> tuple[str, ...]:
        """The tills that it needs, in the order in which they come."""
        return tuple(dict.fromkeys((FIRST_LANE, *(line.lane for line in self.lines))))

    @property
    def on_server(self) -> bool:
        """Whether its tills share a server: it is pulled out or put back, or has a queue with workers."""
        return any(isinstance(line.own, SwitchServer | SwitchWorker) for line in self.lines)

    @property
    def has_workers(self) -> bool:
        """Whether workers of the queue are begun or killed in it."""
        return any(isinstance(line.own, SwitchWorker) for line in self.lines)

    def error(self, line: FlowLine, words: Message) -> TillError:
        """What went wrong on a line, with file and line."""
        return wrong_line(self.place, line.number, masked_message(words))


def wrong_line(place: str, number: int, words: Message) -> TillError:
    """The error `flow_failed` for a line of a file, which `place` names; other programs find both in it."""
    return TillError("flow_failed", joined((f"{place}:{number}:", words)), file=place, line=number)


def coded(error: TillError) -> Message:
    """An error as whoever writes a flow knows it: by its code too."""
    return joined((f"{error.code}:", error.words))


def named_short(error: TillError) -> str:
    """What went wrong on a line, where there is little room: with the file's name alone."""
    place = str(error.details.get("file", ""))
    return Path(place).name + error.message.removeprefix(place) if place else error.message


def not_run(_command: Command) -> None:
    """Take every command for one that can be done."""


def shipped(dry_run: DryRunCommand = not_run) -> tuple[Flow, ...]:
    """The flows that come with the program. Raises TillError `flow_failed` with all that is wrong with any of them."""
    files = {path.stem: path for path in (data_folder() / "flows").glob(f"*{SUFFIX}")}
    names = (*(name for name in ORDER if name in files), *sorted(files.keys() - set(ORDER)))
    flows: list[Flow] = []
    wrong: list[Message] = []
    for name in names:
        try:
            flows.append(read_flow(files[name], dry_run, place=files[name].name))
        except TillError as error:
            wrong.append(error.words)
    if wrong:
        raise TillError("flow_failed", joined(wrong, "\n"))
    return tuple(flows)


def find_flow(named: str, dry_run: DryRunCommand = not_run) -> Flow:
    """A flow by the name of one that comes with the program, or by its file's path.

    Raises TillError `flow_unknown`, and `flow_failed` with file and line for each line that cannot be done.
    """
    own = Path(named)
    bundled = data_folder() / "flows" / f"{named}{SUFFIX}"
    try:
        if own.exists() and not own.is_dir():
            return read_flow(own, dry_run)
        if "/" not in named and bundled.is_file():
            return read_flow(bundled, dry_run, place=bundled.name)
    except OSError as error:
        message = lazy("{file}: cannot be read: {error}", file=clean(named), error=words_of(error))
        raise TillError("flow_unknown", message) from None
    names = ", ".join(flow.name for flow in shipped())
    text = N_("There is no flow {name}: name one of {names}, or a file.")
    raise TillError("flow_unknown", lazy(text, name=clean(named), names=names))


def read_flow(path: Path, dry_run: DryRunCommand = not_run, *, place: str = "") -> Flow:
    """The flow in a file; it is read whole before anything is played. `place` is what it is called, else its path.

    Raises TillError `flow_unknown` for a file that cannot be read, `flow_failed` for lines that cannot be done, in the
    order of the flow or by what `dry_run` says of each: all of them, a line of the message each.
    """
    place = clean(place or str(path))
    try:
        texts = given_text(path, LARGEST).split("\n")
    except (OSError, UnicodeDecodeError) as error:
        message = lazy("{file}: cannot be read: {error}", file=place, error=words_of(error))
        raise TillError("flow_unknown", message) from error
    read = lint.lines_of(texts, FIRST_LANE)
    if len(read) > MOST_LINES:
        message = lazy(
            "{file}: it has {count} lines, and {most} at most are played: make two of it.",
            file=place,
            count=len(read),
            most=MOST_LINES,
        )
        raise TillError("flow_unknown", message)
    if not read:
        raise TillError("flow_unknown", lazy("{file}: there is nothing in it to play.", file=place))
    refused, allowed = lint.refused(read, dry_run), lint.excused(read)
    wrong = [
        wrong_line(place, fault.number, masked_message(coded(fault.error))) for fault in lint.faults(read, refused)
    ]
    if wrong:
        raise TillError("flow_failed", joined((error.words for error in wrong), "\n"), **wrong[0].details)
    lines = tuple(
        FlowLine(line.number, line.text, _typed(line, refused.get(line.number)), line.lane, allowed.get(line.number))
        for line in read
    )
    title = next((text.strip("# ") for text in texts if text.startswith("#") and text.strip("# ")), path.stem)
    return Flow(mask(clean(path.stem)), clean(mask(title)), place, lines)


def _typed(line: lint.SourceLine, error: TillError | None) -> Command:
    """What is typed for a line: the line itself if its words are what is wrong with it."""
    if isinstance(line.command, TillError) or (
        error is not None and error.code in OF_WORDS and line.command.verb != SCAN.word
    ):
        return Command(AS_WRITTEN.word)
    return line.command
