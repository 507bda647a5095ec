"""`more`: one more of what was added last, or so many."""

from decimal import Decimal
from typing import Final

from pos.domain.errors import TillError
from pos.domain.message import lazy
from pos.language.command import Command
from pos.language.quantities import quantity
from pos.language.verb import CommandResult, TillView, Verb
from pos.till.till import Till


def _read(command: Command, _view: TillView) -> Decimal:
    return quantity(command.args[0]) if command.args else Decimal(1)


def _more(till: Till, many: Decimal) -> CommandResult:
    line = next((line for line in till.sale.lines if line.line == till.latest_line), None)
    if line is None:
        raise TillError("unknown_line", lazy("Nothing was added to this ticket yet."))
    now = line.quantity + many
    sale = till.set_quantity(line.line, now)
    return CommandResult(sale, str(lazy("{name}: {count} now.", name=line.name, count=now)))


MORE: Final[Verb[Decimal, CommandResult]] = Verb(
    word="more", usage="more [QTY]", takes=(0, 1), parse=_read, perform=_more
)
