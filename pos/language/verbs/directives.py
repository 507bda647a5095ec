"""What a script or a flow says to whoever runs it, rather than to a cashier."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import lazy
from pos.language.keystrokes import Stroke, TypingRequest, TypingRule
from pos.language.verb import ANY, EVERYWHERE, AnyVerb, CommandResult, Verb, Where
from pos.payments.masking import entered, mask

if TYPE_CHECKING:
    from collections.abc import Callable

    from pos.language.command import Command
    from pos.language.verb import TillView
    from pos.till.till import Till

Switched = TypeVar("Switched")

LONGEST_WAIT: Final = 366 * 24 * 3600
"""Seconds: nobody waits longer than a year."""
LONGEST_NAME: Final = 60
"""Characters of the name of a till or of a picture, which becomes a file's."""
STOPPING: Final = frozenset({"reserved", "charging", "captured", "declined", "released", "committed"})
"""The kinds of event at which a flow may stop a till."""

_TIME: Final = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|)", re.ASCII)
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "": 1.0}


def seconds_of(text: str) -> float:
    """How long to wait, from `2s`, `500ms` or `11m`. Raises TillError `bad_command`."""
    times = _TIME.fullmatch(text)
    if times is None or (seconds := float(times[1]) * _UNITS[times[2]]) > LONGEST_WAIT:
        raise WAIT.misfit()
    return seconds


@dataclass(frozen=True, slots=True)
class Expect:
    """A field of the sale that was told last, see `pos.language.assertions`, and what it is to be."""

    field: str
    value: str

    @property
    def error(self) -> str | None:
        """The code with which the line before is to fail; None: a field is meant."""
        return self.value if self.field.lower() == "error" else None


@dataclass(frozen=True, slots=True)
class Say:
    """A text for whoever watches."""

    text: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Seconds to let pass."""

    seconds: float


@dataclass(frozen=True, slots=True)
class PressKeys:
    """Keys of a screen, by name."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TakePicture:
    """The name of a picture of the screen."""

    name: str


@dataclass(frozen=True, slots=True)
class SwitchTill:
    """The name of the till that the lines which follow are for."""

    name: str


@dataclass(frozen=True, slots=True)
class CrashTill:
    """The kind of event at which a till is stopped dead; None: at once."""

    event: str | None = None


@dataclass(frozen=True, slots=True)
class StartTill:
    """A till that was stopped is opened again."""


@dataclass(frozen=True, slots=True)
class SwitchServer:
    """Whether the server that the tills share is there from now on."""

    on: bool


@dataclass(frozen=True, slots=True)
class SwitchWorker:
    """Whether another worker of the queue begins, or the one that has run longest is killed."""

    on: bool


def _expect_args(command: Command, _view: TillView) -> Expect:
    return Expect(command.args[0], " ".join(command.args[1:]))


def _say_args(command: Command, _view: TillView) -> Say:
    return Say(" ".join(command.args))


def _say(till: Till, request: Say) -> CommandResult:
    text = entered(request.text, till.catalog.is_named)
    return CommandResult(till.say(text), text)


def _wait_args(command: Command, _view: TillView) -> Wait:
    return Wait(seconds_of(command.args[0]))


async def _wait(till: Till, request: Wait) -> CommandResult:
    return CommandResult(await till.wait(request.seconds))


def _key_args(command: Command, _view: TillView) -> PressKeys:
    return PressKeys(command.args)


def _key_keys(request: TypingRequest) -> list[Stroke]:
    return [Stroke(name if len(name) == 1 else f"<{name}>") for name in request.args]


def _snap_args(command: Command, _view: TillView) -> TakePicture:
    return TakePicture(command.args[0])


def _snap(till: Till, _asked: TakePicture) -> CommandResult:
    return CommandResult(till.sale)


def _till_args(command: Command, _view: TillView) -> SwitchTill:
    (name,) = command.args
    if len(name) > LONGEST_NAME or not (name.isascii() and name.isalnum()) or mask(name) != name:
        raise TILL.misfit()
    return SwitchTill(name)


def _crash_args(command: Command, _view: TillView) -> CrashTill:
    events = command.args
    if len(events) > 1 or not STOPPING.issuperset(events):
        text = N_("A till can be stopped at {events}, or at once.")
        raise TillError("bad_command", lazy(text, events=", ".join(sorted(STOPPING))))
    return CrashTill(*events)


def _start_args(_command: Command, _view: TillView) -> StartTill:
    return StartTill()


def _switch_verb(name: str, made: Callable[[bool], Switched]) -> Verb[Switched, None]:
    """The verb of a demo that switches something `on` or `off`."""

    def parse(command: Command, _view: TillView) -> Switched:
        (word,) = command.args
        if word not in ("on", "off"):
            raise verb.misfit()
        return made(word == "on")

    verb: Verb[Switched, None] = Verb(
        word=name,
        usage=f"{name} on|off",
        takes=(1, 1),
        parse=parse,
        where=Where.DEMO,
        quiet=True,
        needs_till=False,
        never_fails=True,
    )
    return verb


EXPECT: Final[Verb[Expect, None]] = Verb(
    word="expect", usage="expect FIELD VALUE", takes=(2, ANY), parse=_expect_args, looks=True, stays=True, quiet=True
)
SAY: Final = Verb(
    word="say",
    usage='say "…"',
    takes=(0, ANY),
    parse=_say_args,
    perform=_say,
    looks=True,
    as_typed=True,
    stays=True,
    quiet=True,
    needs_till=False,
    never_fails=True,
)
WAIT: Final = Verb(
    word="wait",
    usage="wait 2s",
    takes=(1, 1),
    parse=_wait_args,
    perform=_wait,
    looks=True,
    stays=True,
    quiet=True,
    needs_till=False,
)
KEY: Final[Verb[PressKeys, None]] = Verb(
    word="key",
    usage="key f5",
    takes=(1, ANY),
    parse=_key_args,
    where=Where.TILL | Where.DEMO,
    typing=TypingRule(_key_keys, while_paid=True),
)
SNAP: Final = Verb(
    word="snap",
    usage="snap NAME",
    takes=(1, 1),
    parse=_snap_args,
    perform=_snap,
    where=EVERYWHERE & ~Where.TILL,
    looks=True,
    quiet=True,
    needs_till=False,
    never_fails=True,
)
TILL: Final[Verb[SwitchTill, None]] = Verb(
    word="till",
    usage="till NAME",
    takes=(1, 1),
    parse=_till_args,
    where=Where.DEMO,
    quiet=True,
    needs_till=False,
)
CRASH: Final[Verb[CrashTill, None]] = Verb(
    word="crash",
    usage="crash [EVENT]",
    takes=(0, ANY),
    parse=_crash_args,
    where=Where.DEMO,
    quiet=True,
    needs_till=False,
    never_fails=True,
)
START: Final[Verb[StartTill, None]] = Verb(
    word="start",
    usage="start",
    parse=_start_args,
    where=Where.DEMO,
    quiet=True,
    needs_till=False,
)
SERVER: Final = _switch_verb("server", SwitchServer)
WORKER: Final = _switch_verb("worker", SwitchWorker)

VERBS: Final[tuple[AnyVerb, ...]] = (EXPECT, SAY, WAIT, KEY, SNAP, TILL, CRASH, START, SERVER, WORKER)
