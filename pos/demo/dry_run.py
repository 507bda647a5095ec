"""A dry run: each line of a flow is done on a till that sells nothing, to find what can never be done."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from pos.demo.flows import FIRST_LANE
from pos.demo.lint import sets_scene
from pos.demo.lint_expect import check_expectation
from pos.demo.shop import BEGIN, DemoShop
from pos.demo.virtual_time import TIMEOUT
from pos.domain.errors import TillError
from pos.domain.tenders import tender_named
from pos.domain.typed_kinds import no_member
from pos.extensions.blame import blamed
from pos.language.command import Command
from pos.language.executor import step_of
from pos.language.queries import looked_at
from pos.language.table import is_added, row
from pos.language.verb import Where, finished
from pos.language.verbs.directives import Expect, PressKeys
from pos.payments.cards import read_card
from pos.payments.ledger import Ledger
from pos.payments.mock import READER, MockGateway
from pos.till.receipts import PrintedReceipt

if TYPE_CHECKING:
    from pos.domain.ports import Clock
    from pos.domain.sale import Sale
    from pos.till.catalog import Catalog
    from pos.till.catalog_loading import Hear
    from pos.till.levels import CouponUses, StockLevel
    from pos.till.open_payments import OpenPayment
    from pos.till.till import Till

CERTAIN: Final = frozenset({"unknown_code", "bad_check_digit", "bad_quantity", "coupon_unknown"})
"""What a code or a quantity is refused with whatever is on the ticket, in stock or due."""


@contextmanager
def dry_running(catalog: Path | None, check_key: Callable[[str], None], hear: Hear | None = None) -> Iterator[DryRun]:
    """A dry run in a demo's shop, with the products of a catalog file or of the demo shop.

    `hear` is told what has no effect in that file. Raises TillError `catalog_invalid`.
    """
    with closing(DemoShop(BEGIN, catalog=catalog)) as shop, closing(shop.open_till(FIRST_LANE, hear)) as till:
        yield DryRun(till, shop.clock(FIRST_LANE), check_key)


class DryRun:
    """Runs commands on a `till` of a throw-away shop, whose ticket stays empty.

    `check_key` raises TillError for a key that does not exist.
    """

    def __init__(self, till: Till, clock: Clock, check_key: Callable[[str], None]) -> None:
        self._till = cast("Till", _FakeTill(till, clock))
        self._check_key = check_key

    def __call__(self, command: Command) -> None:
        """Raises TillError for what can never be done, also for a word of another package that cannot even be read."""
        if sets_scene(row(command.verb)):
            return
        try:
            _at_once(self._rehearse(command))
        except TillError:
            raise
        except Exception as error:
            if not is_added(command.verb):
                raise
            raise TillError("bad_command", blamed(error)) from None

    async def _rehearse(self, command: Command) -> None:
        step = step_of(command, self._till, Where.DEMO)
        match step.args:
            case PressKeys(names):
                for name in names:
                    self._check_key(name)
            case Expect(field, value):
                if step.args.error is None:
                    check_expectation(field, value)
                    looked_at(self._till, field)
            case _ if not is_added(command.verb):
                await finished(step, self._till)


class Unanswered(Exception):
    """Only a till that sells can tell."""


class _FakeTill:
    """What a step asks of a till, as far as the shop alone answers it; what changes a ticket is done in name only.

    Whatever else it is asked for raises Unanswered.
    """

    latest_line = 1

    def __init__(self, till: Till, clock: Clock) -> None:
        self._till = till
        self._gateway = MockGateway(clock, Ledger(None), timeout=TIMEOUT)

    def __getattr__(self, name: str) -> Any:
        raise Unanswered(name)

    @property
    def catalog(self) -> Catalog:
        return self._till.catalog

    def require_right(self, right: str | None) -> None:
        self._till.require_right(right)

    def add(self, code: str, quantity: Decimal | None = None) -> Sale:
        return self._tried(lambda: self._till.add(code, quantity))

    def apply_coupon(self, code: str) -> Sale:
        return self._tried(lambda: self._till.apply_coupon(code))

    def remove_coupon(self, code: str) -> Sale:
        if code not in self.catalog.coupons:
            self._till.remove_coupon(code)
        return self._till.sale

    async def attach_member(self, number: str) -> Sale:
        if self.catalog.member(number) is None:
            raise TillError("unknown_member", no_member(number, number))
        return self._till.sale

    async def pay(self, tender: str, _amount: int | None = None, *, number: str = "", due: int | None = None) -> Sale:
        if tender_named(tender).behind == "gateway" and number.lower() != READER:
            read_card(number)
        return self._till.sale

    def would_queue(self, _tender: str, _amount: int | None) -> bool:
        return False

    async def queue(self, number: str, *, tender: str = "card", due: int | None = None) -> Sale:
        return await self.pay(tender, number=number, due=due)

    def gateway(self, words: str) -> Sale:
        self._gateway.script(words)
        return self._till.sale

    def stock(self, code: str) -> StockLevel:
        return self._till.stock(code)

    def uses(self, code: str, member: str | None = None) -> CouponUses:
        return self._till.uses(code, member)

    def checks(self) -> tuple[OpenPayment, ...]:
        return ()

    async def ask(self) -> tuple[OpenPayment, ...]:
        return ()

    async def print_receipt(self, _order: str | None = None) -> PrintedReceipt:
        return PrintedReceipt("", copy=False)

    def _in_name(self, *_args: object) -> Sale:
        return self._till.sale

    async def _in_name_later(self, *_args: object) -> Sale:
        return self._till.sale

    set_quantity = void = void_all = discount = discount_ticket = price = detach_member = cancel_next = _in_name
    hold = recall = abandon = wait = take = _in_name_later

    def _tried(self, step: Callable[[], Sale]) -> Sale:
        try:
            step()
        except TillError as error:
            if error.code in CERTAIN:
                raise
        else:
            self._till.void_all()
        return self._till.sale


def _at_once(step: Coroutine[Any, Any, object]) -> None:
    """Run what waits for nothing, without an event loop, as far as it can be told what comes of it."""
    try:
        step.send(None)
    except (StopIteration, Unanswered):
        return
    raise RuntimeError("a dry run waits for nothing")
