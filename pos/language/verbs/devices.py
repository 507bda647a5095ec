"""What is told to what stands beside the till: the simulated gateway and the printer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pos.language.keystrokes import Stroke, TypingRequest, TypingRule, by_command, there
from pos.language.verb import ANY, AnyVerb, CommandResult, Verb

if TYPE_CHECKING:
    from pos.language.command import Command
    from pos.language.verb import TillView
    from pos.till.till import Till


@dataclass(frozen=True, slots=True)
class TellGateway:
    """What the simulated gateway is to answer, in words such as `decline insufficient_funds`."""

    words: str


@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """An order by its id or its receipt's number; None: the last one."""

    order: str | None = None


def _gateway_args(command: Command, _view: TillView) -> TellGateway:
    return TellGateway(" ".join(command.args))


def _gateway(till: Till, request: TellGateway) -> CommandResult:
    return CommandResult(till.gateway(request.words))


def _print_args(command: Command, _view: TillView) -> PrintReceipt:
    return PrintReceipt(*command.args)


async def _print(till: Till, request: PrintReceipt) -> CommandResult:
    printed = await till.print_receipt(request.order)
    return CommandResult(till.sale, printed.text)


def _print_keys(request: TypingRequest) -> list[Stroke]:
    if request.args:
        return by_command(request)
    return [*there(request.scene, "receipt", "reprint"), Stroke(request.scene.key("print"))]


GATEWAY: Final = Verb(
    word="gateway",
    usage="gateway approve|decline CODE|slow [SECONDS]|timeout before|after|late|down|up|clear",
    takes=(1, ANY),
    parse=_gateway_args,
    perform=_gateway,
    looks=True,
    stays=True,
    offstage=True,
    typing=TypingRule(by_command, alone='gateway ""'),
)
PRINT: Final = Verb(
    word="print",
    usage="print [ORDER]",
    takes=(0, 1),
    parse=_print_args,
    perform=_print,
    looks=True,
    scanned=True,
    typing=TypingRule(_print_keys),
)

VERBS: Final[tuple[AnyVerb, ...]] = (GATEWAY, PRINT)
