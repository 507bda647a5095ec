"""What is looked at of what can run out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.language.queries import price_line, stock_line, uses_line
from pos.language.verb import AnyVerb, CommandResult, Verb

if TYPE_CHECKING:
    from pos.language.command import Command
    from pos.language.verb import TillView
    from pos.till.till import Till


@dataclass(frozen=True, slots=True)
class LookAtStock:
    """A product's code or SKU."""

    code: str


@dataclass(frozen=True, slots=True)
class CheckPrice:
    """A product's code or SKU."""

    code: str


@dataclass(frozen=True, slots=True)
class LookAtUses:
    """A coupon's code, and the member whose uses are meant; None: all."""

    code: str
    member: str | None = None


def _stock_args(command: Command, _view: TillView) -> LookAtStock:
    code, *change = command.args
    if change:
        raise TillError("bad_command", lazy("This version of the till only reads stock: `{usage}`.", usage=STOCK.usage))
    return LookAtStock(code)


def _stock(till: Till, request: LookAtStock) -> CommandResult:
    found = till.stock(request.code)
    return CommandResult(till.sale, stock_line(found), {"stock": found.model_dump(mode="json")})


def _check_args(command: Command, _view: TillView) -> CheckPrice:
    return CheckPrice(*command.args)


def _check(till: Till, request: CheckPrice) -> CommandResult:
    found = till.check_price(request.code)
    told = price_line(found, till.catalog.exponent)
    return CommandResult(till.sale, told, {CHECK.word: found.model_dump(mode="json")})


def _uses_args(command: Command, _view: TillView) -> LookAtUses:
    return LookAtUses(*command.args)


def _uses(till: Till, request: LookAtUses) -> CommandResult:
    found = till.uses(request.code, request.member)
    return CommandResult(till.sale, uses_line(found), {"uses": found.model_dump(mode="json")})


STOCK: Final = Verb(
    word="stock", usage="stock SKU", takes=(1, 2), parse=_stock_args, perform=_stock, looks=True, as_typed=True
)
CHECK: Final = Verb(
    word="check",
    usage="check CODE",
    takes=(1, 1),
    parse=_check_args,
    perform=_check,
    looks=True,
    as_typed=True,
    scanned=True,
)
USES: Final = Verb(word="uses", usage="uses CODE [MEMBER]", takes=(1, 2), parse=_uses_args, perform=_uses, looks=True)

VERBS: Final[tuple[AnyVerb, ...]] = (CHECK, STOCK, USES)
