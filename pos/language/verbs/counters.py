"""What is looked at of what can run out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pos.domain.errors import TillError
from pos.domain.words import _
from pos.language.looking import stock_line, uses_line
from pos.language.verb import Performed, Verb

if TYPE_CHECKING:
    from pos.language.command import Command
    from pos.till.till import Till


async def _stock(till: Till, command: Command) -> Performed:
    sku, *change = command.args
    if change:
        raise TillError("bad_command", _("This version of the till only reads stock: `{usage}`.", usage=STOCK.usage))
    found = till.stock(sku)
    return Performed(till.sale, stock_line(found), {"stock": found.model_dump(mode="json")})


async def _uses(till: Till, command: Command) -> Performed:
    found = till.uses(*command.args)
    return Performed(till.sale, uses_line(found), {"uses": found.model_dump(mode="json")})


STOCK: Final = Verb(word="stock", usage="stock SKU", takes=(1, 2), perform=_stock, looks=True, codes=True)
USES: Final = Verb(word="uses", usage="uses CODE [MEMBER]", takes=(1, 2), perform=_uses, looks=True)

VERBS: Final = (STOCK, USES)
