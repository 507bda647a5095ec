"""What is done with a ticket as a whole: its coupons, its member, setting it aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pos.language.keying import Asked, Stroke, Typing, answered, by_command, text_of, there
from pos.language.verb import ANY, AnyVerb, Performed, Verb

if TYPE_CHECKING:
    from pos.language.command import Command
    from pos.language.verb import TillView
    from pos.till.till import Till


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


def _coupon(till: Till, asked: ChangeCoupon) -> Performed:
    return Performed(till.remove_coupon(asked.code) if asked.off else till.apply_coupon(asked.code))


def _member_args(command: Command, _view: TillView) -> ChangeMember:
    (number,) = command.args
    return ChangeMember(None if number == "-" else number)


async def _member(till: Till, asked: ChangeMember) -> Performed:
    return Performed(till.detach_member() if asked.number is None else await till.attach_member(asked.number))


def _name_args(command: Command, _view: TillView) -> NamedTicket:
    return NamedTicket(" ".join(command.args) or None)


async def _hold(till: Till, asked: NamedTicket) -> Performed:
    return Performed(await till.hold(asked.name))


async def _recall(till: Till, asked: NamedTicket) -> Performed:
    return Performed(await till.recall(asked.name))


def _coupon_keys(asked: Asked) -> list[Stroke]:
    if not asked.args or asked.args[0].startswith("-"):
        return by_command(asked)
    return [*there(asked.scene, "coupon", "coupon"), Stroke(f"{text_of(asked.args[0])}\n")]


COUPON: Final = Verb(
    word="coupon",
    usage="coupon CODE | coupon -CODE",
    takes=(1, 1),
    parse=_coupon_args,
    perform=_coupon,
    scanned=True,
    typing=Typing(_coupon_keys, lambda _args: ("coupon",), alone='coupon "" ""'),
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
    typing=Typing(by_command, alone='recall ""'),
)

VERBS: Final[tuple[AnyVerb, ...]] = (COUPON, MEMBER, HOLD, RECALL)
