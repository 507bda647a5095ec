"""The till: one method for each thing a cashier does. It holds the current sale; every call returns a new one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from pos.domain.cart import ManualDiscount
from pos.domain.errors import TillError
from pos.domain.i18n import Language, current_language
from pos.domain.lane_status import LaneStatus, ServedView, ServerStanding, SharedStore
from pos.domain.message import Message, lazy, verbatim
from pos.domain.ports import GatewayPlan
from pos.domain.reservations import Order
from pos.domain.sale import Sale
from pos.till.catalog import Catalog
from pos.till.checkout import Checkout
from pos.till.counter_filling import CounterFilling
from pos.till.current_ticket import CurrentTicket
from pos.till.day_rollover import close_earlier_days
from pos.till.editing import TicketEditing
from pos.till.gateway_control import GatewayControl
from pos.till.handing_over import HandingOver
from pos.till.lane import Lane
from pos.till.levels import CouponUses, Levels, StockLevel
from pos.till.open_payments import OpenPayments
from pos.till.orders import Orders
from pos.till.parking import HeldTicket, ParkedTickets
from pos.till.paying import Paying
from pos.till.payments import Payments
from pos.till.popularity import NEWEST
from pos.till.price_check import PriceCheck
from pos.till.pricing import Pricing
from pos.till.queued_checkouts import QueuedCheckouts
from pos.till.receipts import PrintedReceipt, Receipts
from pos.till.record_writer import RecordWriter
from pos.till.recovery_flow import RecoveryFlow
from pos.till.saved_carts import SavedCarts
from pos.till.services import Listener, Services
from pos.till.till_input import TillInput
from pos.till.undoing import Undoing, Undone
from pos.worker import run_in_thread

if TYPE_CHECKING:
    from pos.domain.receipt_document import ReceiptDocument
    from pos.till.day_so_far import DayFigures


class Till(Paying):
    """The application behind every screen and script. Made by `open_till`; used from one event loop.

    Every method raises TillError, with nothing half done, for what cannot be done. Amounts are minor units. A method
    that takes a text raises `card_swiped` for a swipe; one that changes the ticket raises `ticket_frozen` while that
    cannot be.
    """

    def __init__(
        self,
        services: Services,
        *,
        throwaway: bool,
        training: bool = False,
        notices: tuple[Message, ...] = (),
        place: str = "",
    ) -> None:
        self.training = training
        """Whether all this is an exercise on a copy: nothing is sold, and whatever opens or prints is to ask it."""
        self.place = place
        """Where its store is, as an address; empty if the store is in memory."""
        catalog = services.catalog
        lane, pricing, till_input = Lane(services), Pricing(services), TillInput(catalog)
        levels = Levels(services, till_input)
        current = CurrentTicket(services, lane, pricing)
        steps = RecordWriter(services, lane, current)
        self._handing_over = HandingOver(services, lane)
        checkout = Checkout(services, lane, self._handing_over)
        recovery = RecoveryFlow(services, current, steps, pricing, checkout)
        queued = QueuedCheckouts(services, lane, current, steps, pricing, training=training)
        orders = Orders(services, current, till_input)
        playful = throwaway or training or catalog.demo or catalog.throwaway
        self._services, self._lane, self._input = services, lane, till_input
        self._levels, self._current, self._recovery, self._orders = levels, current, recovery, orders
        self._editing = TicketEditing(services, current, till_input, levels)
        self._saved_carts = SavedCarts(services, lane, current, steps, pricing, till_input, levels)
        self._parked = ParkedTickets(services, lane, current, steps, pricing, till_input, levels, self._saved_carts)
        self._undoing = Undoing(services, lane, current, steps, levels)
        self._queued = queued
        self._payments = Payments(services, lane, current, checkout, recovery, queued)
        self._filling = CounterFilling(services, current, steps)
        self._open_payments = OpenPayments(services, current, till_input, recovery, queued)
        self._receipts = Receipts(services, current, orders, training=training)
        self._gateway_control = GatewayControl(services, current, till_input, allowed=playful)
        self.notices: tuple[Message, ...] = (*notices, *self._current.restored)
        """What the cashier is to be told of how the till was opened, in sentences."""

    @property
    def catalog(self) -> Catalog:
        """The shop's catalog."""
        return self._services.catalog

    @property
    def lane(self) -> str:
        """The lane's name."""
        return self._services.lane

    @property
    def server(self) -> ServerStanding | None:
        """How this till and its shop's server stand, from memory; None for a store of one machine."""
        view = self._services.view
        return view.server if isinstance(view, ServedView) else None

    @property
    def trouble(self) -> Message:
        """What is wrong beside the sales just now, in a sentence; empty if nothing is."""
        return self._services.store.trouble

    async def lanes(self) -> Sequence[LaneStatus]:
        """Every till of the shop, as it said last. Raises TillError `server_away`, `not_in_this_store`."""
        store = self._services.store
        if not isinstance(store, SharedStore):
            raise TillError("not_in_this_store", lazy("This shop is on one machine: its tills are not on a server."))
        return await run_in_thread(store.lanes)

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with the sale after each change, and with each event as it happens."""
        self._services.listeners.append(listener)

    def require_right(self, right: str | None) -> None:
        """Raises TillError `not_allowed` if whoever is at the till has no such right; None is everybody's.

        Every step of the language and of the screens asks it, see `pos.language.verb`.
        """
        self._services.require_right(right)

    def refuse_swipe(self, text: str) -> None:
        """Raises TillError `card_swiped` for what a reader of cards types."""
        self._input.refuse_swipe(text)

    def refuse_card(self, text: str) -> None:
        """Raises TillError `card_swiped` for what has a card's data in it, however it was typed."""
        self._input.refuse_card(text)

    def entered(self, text: str) -> str:
        """What was typed or scanned, without a card's data. Raises TillError `card_swiped`."""
        return self._input.entered(text)

    @property
    def latest_line(self) -> int:
        """The number of the line that was added, or added to, last. Raises TillError `empty_ticket`."""
        return self._editing.latest_line

    def add(self, code: str, quantity: Decimal | None = None) -> Sale:
        """Scan a code: a GTIN, a PLU or an SKU. A weighed thing needs its weight as `quantity`.

        Raises TillError `unknown_code`, `bad_check_digit`, `bad_quantity`, `out_of_stock`.
        """
        return self._editing.add(code, quantity)

    def set_quantity(self, line: int, quantity: Decimal) -> Sale:
        """Change how many, or how much, a line holds; 0 takes it off."""
        return self._editing.set_quantity(line, quantity)

    def one_fewer(self, line: int) -> Sale:
        """One fewer of a line of pieces; of a line that holds more than is free, as many as are free, which is told."""
        return self._editing.one_fewer(line)

    def void(self, line: int | None = None) -> Sale:
        """Take a line off the ticket; none: the one added last."""
        return self._editing.void(line)

    def void_all(self) -> Sale:
        """Take everything off the ticket: lines, coupons, member and discounts."""
        return self._editing.void_all()

    def discount(self, line: int, discount: ManualDiscount | None) -> Sale:
        """Take a percentage or an amount off a whole line, in place of an earlier one; None removes it."""
        return self._editing.discount(line, discount)

    def discount_ticket(self, discount: ManualDiscount | None) -> Sale:
        """Take a percentage or an amount off the whole ticket, in place of an earlier one; None removes it."""
        return self._editing.discount_ticket(discount)

    def price(self, line: int, unit_price: int | None) -> Sale:
        """Sell a line at a typed unit price, or None for the catalog's."""
        return self._editing.price(line, unit_price)

    def apply_coupon(self, code: str) -> Sale:
        """Put a coupon on the ticket."""
        return self._editing.apply_coupon(code)

    def remove_coupon(self, code: str) -> Sale:
        """Take a coupon off the ticket."""
        return self._editing.remove_coupon(code)

    def next_ticket(self) -> Sale:
        """Begin a new ticket if the last is done with; the ticket that is in front then."""
        return self._editing.next_ticket()

    def refresh(self) -> Sale:
        """Price the ticket again, as time or another till may have changed it."""
        return self._editing.refresh()

    async def attach_member(self, member_id: str) -> Sale:
        """Put a member on the ticket; a cart set aside for them is taken and merged in.

        Raises TillError `unknown_member`, and `ticket_full` if both together have too many lines.
        """
        await self._recovery.make_sure()
        return await self._saved_carts.attach(member_id)

    def detach_member(self) -> Sale:
        """Take the member off the ticket."""
        return self._saved_carts.detach()

    @property
    def undoable(self) -> Message | None:
        """What `undo` would take back now; None: nothing. Reads memory only."""
        return self._undoing.undoable

    @property
    def redoable(self) -> Message | None:
        """What `redo` would make again now; None: nothing. Reads memory only."""
        return self._undoing.redoable

    async def undo(self) -> Undone:
        """Take the last change of the ticket back, any number of them until it is paid or set aside.

        Raises TillError `nothing_to_undo`, `ticket_frozen` once a payment was begun, and `undo_refused` if something in
        it is not in the catalog any more, or the cart that it took up cannot be put back.
        """
        await self._recovery.make_sure()
        return await self._undoing.undo()

    async def redo(self) -> Undone:
        """Make the change again that was taken back last, if nothing was changed since. Raises as `undo`."""
        await self._recovery.make_sure()
        return await self._undoing.redo()

    async def hold(self, name: str | None = None) -> Sale:
        """Set the ticket aside, under its number or a name, or as the saved cart of its member.

        It holds no stock meanwhile and is priced afresh on recall. Raises TillError `empty_ticket`, `name_taken`,
        `bad_command` for a name that is too long, `shelf_full`, and `ticket_full` if the member's saved cart has too
        many lines for it.
        """
        await self._recovery.make_sure()
        return await self._parked.hold(name)

    async def recall(self, name: str | None = None) -> Sale:
        """Take up a ticket that was set aside, by name; none: the only one. It is priced as of now.

        Raises TillError `ticket_not_empty`, `unknown_ticket`.
        """
        await self._recovery.make_sure()
        return await self._parked.recall(name)

    @property
    def held_count(self) -> int:
        """How many tickets are set aside under a name. Reads memory only, whatever they are."""
        return self._parked.many

    def held_tickets(self) -> tuple[HeldTicket, ...]:
        """The tickets that are set aside under a name, oldest first."""
        return self._parked.tickets()

    async def learn_what_sells(self) -> None:
        """Let what is typed find first what was sold often here lately; what is sold from now on counts at once.

        To be done once, when nobody waits for it; members are made ready to be found too, and what was sold today is
        counted. Raises TillError if the orders cannot be read.
        """
        await run_in_thread(self.catalog.prepare_members)
        known = await self._services.popularity.learn()
        await self._services.day.learn(known, NEWEST, self._services.store.archive.recent_orders)

    @property
    def today(self) -> DayFigures | None:
        """What this till has sold today; None until `learn_what_sells` has looked at what is on file."""
        return self._services.day.figures if self._services.day.learnt else None

    @property
    def last_sale_today(self) -> Sale | None:
        """The sale that this till finished last, also before it was opened; None if there was none today."""
        return self._services.day.last_sale

    async def find_order(self, order: str | None = None) -> Order:
        """An order by its id or receipt number; none: the sale that was just finished, else the last of all.

        Raises TillError `unknown_order`.
        """
        return await self._orders.find(order)

    def order_at_hand(self, order: str | None = None) -> Order | None:
        """What `find_order` finds, if it was made or looked up here lately; None: it has to be waited for."""
        return self._orders.at_hand(order)

    async def recent_orders(self, limit: int) -> tuple[Order, ...]:
        """The orders that were finished last, the newest first, as many as asked for."""
        return await self._orders.recent(limit)

    def use_receipt_language(self, language: Language | None) -> None:
        """Write receipts in this language from now on; None: in the one in use."""
        self._receipts.language = language

    def receipt_document(self, order: Order) -> ReceiptDocument:
        """What stands on an order's receipt, in the language in use, whatever that of receipts is."""
        return self._receipts.document(order, language=current_language())

    def receipt_of(self, order: Order, *, width: int = 42, copy: bool = False) -> str:
        """An order's receipt as text, `width` columns wide, as one that says that it is a `copy` if so asked."""
        return self._receipts.text(order, width=width, copy=copy)

    async def receipt(self, order: str | None = None, *, width: int = 42) -> str:
        """A receipt as text, `width` columns wide; which one, as in `find_order`."""
        return self._receipts.text(await self._orders.find(order), width=width)

    @property
    def has_printer(self) -> bool:
        """Whether a receipt that is printed is on paper; else it is on the screen only."""
        return self._services.printer.paper

    async def print_receipt(self, order: str | None = None) -> PrintedReceipt:
        """Print a receipt, as a copy if it was printed before; which one, as in `find_order`.

        Raises TillError `unknown_order`, and `printer_unusable` if it is not printed: the sale stands all the same.
        """
        return await self._receipts.print(order)

    def stock(self, code: str) -> StockLevel:
        """The stock of the product with this code. Raises TillError `unknown_code`, `bad_check_digit`."""
        return self._levels.stock(code)

    def check_price(self, code: str) -> PriceCheck:
        """What the product with this code costs now, and its stock; nothing is sold.

        Raises TillError `unknown_code`, `bad_check_digit`.
        """
        return self._levels.price(code)

    def uses(self, code: str, member: str | None = None) -> CouponUses:
        """The uses of a coupon, in all or by a member. Raises TillError `coupon_unknown`, `unknown_member`."""
        return self._levels.uses(code, member)

    @property
    def gateway_control(self) -> bool:
        """Whether the store is a demo, training or throw-away one, in which the gateway may be told what to answer."""
        return self._gateway_control.allowed

    @property
    def simulated_cards(self) -> bool:
        """Whether a card's payment moves no money, though this is a shop's own store."""
        return self._gateway_control.simulated

    @property
    def gateway_plan(self) -> GatewayPlan | None:
        """What the simulated gateway was told and has not done yet; None where it cannot be told."""
        return self._gateway_control.plan

    def gateway(self, words: str) -> Sale:
        """Tell the simulated gateway what to answer. Raises TillError `not_in_this_store`, `bad_command`."""
        self._gateway_control.script(words)
        return self.sale

    def say(self, text: str) -> Sale:
        """A line for whoever watches."""
        self._services.emit(self.sale, "said", verbatim(self._input.masked(text)))
        return self.sale

    async def wait(self, seconds: float) -> Sale:
        """Let time pass; what is due in it, such as checking payments, is done."""
        await self._services.clock.sleep(seconds)
        await self.recover()
        await self.close_earlier_day()
        return self.refresh()

    async def close_earlier_day(self) -> None:
        """Close what was sold before today, unless a ticket is being served. Raises TillError `store_unusable`.

        Which day an order belongs to does not depend on it, see `pos.domain.business_day`. Tills that share one open
        store leave it to whoever opened it.
        """
        services = self._services
        if services.owns_store and self._current.idle:
            zone = self.catalog.shop.timezone
            for told in await services.durable(close_earlier_days, services.store, services.clock.now(), zone):
                raise TillError("store_unusable", told)

    async def flush(self) -> None:
        """Wait until everything that was done is durable. Raises TillError `store_unusable`."""
        await self._lane.flush()

    def close(self) -> None:
        """Write down what is left and give the store back."""
        self._receipts.printing.close()
        self._services.close()
