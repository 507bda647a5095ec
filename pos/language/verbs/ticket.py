"""What is done with a ticket as a whole: its coupons, its member, setting it aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pos.domain.message import lazy
from pos.language.keystrokes import Stroke, TypingRequest, TypingRule, answered, by_command, home, text_of, there
from pos.language.verb import ANY, AnyVerb, CommandResult, Verb

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pos.language.command import Command
    from pos.language.verb import TillView
    from pos.till.till import Till

LAST: Final = "last"
"""The last change, which is the one that is meant anyway."""


@dataclass(frozen=True, slots=True)
class ChangeCoupon:
    """A coupon's code, and whether it is taken off instead of put on."""

    code: str
    off: bool = False


@dataclass(frozen=True, slots=True)
class ChangeMember:
    """A member's number; None: no member any longer."""

    number: str | None


@dataclass(frozen=True, slots=True)
class NamedTicket:
    """The name of a ticket that is set aside; None: none was said."""

    name: str | None = None


def _coupon_args(command: Command, _view: TillView) -> ChangeCoupon:
    (code,) = command.args
    off = code.startswith("-") and len(code) > 1
    return ChangeCoupon(code[1:] if off else code, off)


def _coupon(till: Till, request: ChangeCoupon) -> CommandResult:
    return CommandResult(till.remove_coupon(request.code) if request.off else till.apply_coupon(request.code))


def _member_args(command: Command, _view: TillView) -> ChangeMember:
    (number,) = command.args
    return ChangeMember(None if number == "-" else number)


async def _member(till: Till, request: ChangeMember) -> CommandResult:
    return CommandResult(till.detach_member() if request.number is None else await till.attach_member(request.number))


def _name_args(command: Command, _view: TillView) -> NamedTicket:
    return NamedTicket(" ".join(command.args) or None)


async def _hold(till: Till, request: NamedTicket) -> CommandResult:
    return CommandResult(await till.hold(request.name))


async def _recall(till: Till, request: NamedTicket) -> CommandResult:
    return CommandResult(await till.recall(request.name))


def _last_args(command: Command, _view: TillView) -> None:
    """`last` says what the word alone says."""
    if command.args and command.args[0].lower() != LAST:
        raise (UNDO if command.verb == UNDO.word else REDO).misfit()


async def _undo(till: Till, _args: None) -> CommandResult:
    undone = await till.undo()
    return CommandResult(undone.sale, str(lazy("Undone: {change}", change=undone.change)))


async def _redo(till: Till, _args: None) -> CommandResult:
    redone = await till.redo()
    return CommandResult(redone.sale, str(lazy("Redone: {change}", change=redone.change)))


def _turning(word: str, perform: Callable[[Till, None], Awaitable[CommandResult]]) -> AnyVerb:
    """A word that turns the last change, and is typed by the key of its action, on the ticket."""

    def keys(request: TypingRequest) -> list[Stroke]:
        return [*home(request.scene), Stroke(request.scene.key(word))]

    typing = TypingRule(keys, lambda _args: (word,), alone=f"{word} {LAST}")
    return Verb(word=word, usage=f"{word} [{LAST}]", takes=(0, 1), parse=_last_args, perform=perform, typing=typing)


def _coupon_keys(request: TypingRequest) -> list[Stroke]:
    if not request.args or request.args[0].startswith("-"):
        return by_command(request)
    return [*there(request.scene, "coupon", "coupon"), Stroke(f"{text_of(request.args[0])}\n")]


COUPON: Final = Verb(
    word="coupon",
    usage="coupon CODE | coupon -CODE",
    takes=(1, 1),
    parse=_coupon_args,
    perform=_coupon,
    scanned=True,
    typing=TypingRule(_coupon_keys, lambda _args: ("coupon",), alone='coupon "" ""'),
)
MEMBER: Final = Verb(
    word="member",
    usage="member ID|-",
    takes=(1, 1),
    parse=_member_args,
    perform=_member,
    scanned=True,
    typing=answered("member", alone='member "" ""'),
)
HOLD: Final = Verb(
    word="hold",
    usage="hold [NAME]",
    takes=(0, ANY),
    parse=_name_args,
    perform=_hold,
    typing=answered("hold", alone='hold ""'),
)
RECALL: Final = Verb(
    word="recall",
    usage="recall [NAME]",
    takes=(0, ANY),
    parse=_name_args,
    perform=_recall,
    scanned=True,
    typing=TypingRule(by_command, alone='recall ""'),
)

UNDO: Final = _turning("undo", _undo)
REDO: Final = _turning("redo", _redo)

VERBS: Final[tuple[AnyVerb, ...]] = (COUPON, MEMBER, UNDO, REDO, HOLD, RECALL)
