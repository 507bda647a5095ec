"""What is done with a ticket as a whole: its coupons, its member, setting it aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.language.keying import Asked, Stroke, Typing, answered, by_command, text_of, there
from pos.language.verb import ANY, Performed, Verb

if TYPE_CHECKING:
    from pos.language.command import Command
    from pos.till.till import Till


async def _coupon(till: Till, command: Command) -> Performed:
    (code,) = command.args
    if code.startswith("-") and len(code) > 1:
        return Performed(till.remove_coupon(code[1:]))
    return Performed(till.apply_coupon(code))


async def _member(till: Till, command: Command) -> Performed:
    (member,) = command.args
    return Performed(till.detach_member() if member == "-" else await till.attach_member(member))


async def _hold(till: Till, command: Command) -> Performed:
    return Performed(await till.hold(" ".join(command.args) or None))


async def _recall(till: Till, command: Command) -> Performed:
    return Performed(await till.recall(" ".join(command.args) or None))


def _coupon_keys(asked: Asked) -> list[Stroke]:
    if not asked.args or asked.args[0].startswith("-"):
        return by_command(asked)
    return [*there(asked.scene, "coupon", "coupon"), Stroke(f"{text_of(asked.args[0])}\n")]


COUPON: Final = Verb(
    word="coupon",
    usage="coupon CODE | coupon -CODE",
    takes=(1, 1),
    perform=_coupon,
    scanned=True,
    typing=Typing(_coupon_keys, lambda _args: ("coupon",), alone='coupon "" ""'),
)
MEMBER: Final = Verb(
    word="member",
    usage="member ID|-",
    takes=(1, 1),
    perform=_member,
    scanned=True,
    typing=answered("member", alone='member "" ""'),
)
HOLD: Final = Verb(
    word="hold", usage="hold [NAME]", takes=(0, ANY), perform=_hold, typing=answered("hold", alone='hold ""')
)
RECALL: Final = Verb(
    word="recall",
    usage="recall [NAME]",
    takes=(0, ANY),
    perform=_recall,
    scanned=True,
    typing=Typing(by_command, alone='recall ""'),
)

VERBS: Final = (COUPON, MEMBER, HOLD, RECALL)
