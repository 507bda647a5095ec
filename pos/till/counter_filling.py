"""Filling what is behind a tender, such as the balance of a gift card: by a package's word, apart from any sale."""

from __future__ import annotations

from pos.domain.counters import counter_label, refusal_code, worded
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.message import NOTHING, Money, lazy
from pos.domain.money import LARGEST
from pos.domain.reservations import Counter
from pos.domain.tenders import tender_named
from pos.stores.operations import COUNTERS
from pos.till.current_ticket import CurrentTicket
from pos.till.record_writer import RecordWriter
from pos.till.services import Services


class CounterFilling:
    """Puts amounts behind tenders that have a counter there, and takes them off."""

    def __init__(self, services: Services, current: CurrentTicket, steps: RecordWriter) -> None:
        self._services = services
        self._current = current
        self._steps = steps

    def balance(self, tender: str, number: str) -> Counter:
        """What is behind a tender under a number: on hand, and held by open payments."""
        return self._services.view.counter(tender_named(tender).counter_of(number))

    async def fill(self, tender: str, number: str, amount: int) -> Counter:
        """Put minor units there, negative to take them off; how it stands then.

        Raises TillError `bad_amount` for more than may be there, and the code of its kind for taking off more than is
        free. Raises TypeError for what is no whole number: on record it could not be understood.
        """
        if type(amount) is not int:
            raise TypeError(f"minor units are a whole number, not {type(amount).__name__}")
        with self._current.alone():
            return await self._fill(tender_named(tender).counter_of(number), amount)

    async def _fill(self, name: str, amount: int) -> Counter:
        services = self._services
        while True:
            record = await services.read(services.store.get, COUNTERS, name)
            before = Counter(name=name, **record or {})
            after = before.on_hand + amount
            if after > LARGEST:
                raise TillError("bad_amount", lazy("That is more than may be there. Nothing was changed."))
            if after < before.held:
                short = TillError(refusal_code(name), NOTHING, counter=name, free=before.free)
                raise worded(short, services.catalog.rules)

            def finish(before: Counter = before) -> None:
                named = counter_label(name, services.catalog.rules)
                text = N_("{name}: {amount} more") if amount > 0 else N_("{name}: {amount} less")
                words = lazy(text, name=named, amount=Money(abs(amount), services.catalog.exponent))
                services.emit(self._current.sale, "filled", words, counters=services.moved({name: before}))

            records = {(COUNTERS, name): {"on_hand": after, "held": before.held}}
            if await self._steps.write(records, finish, expect={(COUNTERS, name): record}):
                return services.view.counter(name)
