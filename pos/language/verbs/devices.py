"""What is told to what stands beside the till: the simulated gateway and the printer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.language.keying import Asked, Stroke, Typing, by_command, there
from pos.language.verb import ANY, Performed, Verb

if TYPE_CHECKING:
    from pos.language.command import Command
    from pos.till.till import Till


async def _gateway(till: Till, command: Command) -> Performed:
    return Performed(till.gateway(" ".join(command.args)))


async def _print(till: Till, command: Command) -> Performed:
    printed = await till.print_receipt(*command.args)
    return Performed(till.sale, printed)


def _print_keys(asked: Asked) -> list[Stroke]:
    if asked.args:
        return by_command(asked)
    return [*there(asked.scene, "receipt", "reprint"), Stroke(asked.scene.key("print"))]


GATEWAY: Final = Verb(
    word="gateway",
    usage="gateway approve|decline CODE|slow [SECONDS]|timeout before|after|late|down|up|clear",
    takes=(1, ANY),
    perform=_gateway,
    looks=True,
    stays=True,
    typing=Typing(by_command, alone='gateway ""'),
)
PRINT: Final = Verb(
    word="print",
    usage="print [ORDER]",
    takes=(0, 1),
    perform=_print,
    looks=True,
    scanned=True,
    typing=Typing(_print_keys),
)

VERBS: Final = (GATEWAY, PRINT)
