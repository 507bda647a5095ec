"""Examining a shop on its server, and the journal of a lane of it, while tills sell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pos.domain.counters import COUNTERS
from pos.domain.errors import TillError
from pos.domain.i18n import N_, _, plural
from pos.stores.closed_days import ClosedDays
from pos.stores.embedded import doctor as embedded
from pos.stores.embedded.layout import is_store
from pos.stores.embedded.references import unresolved
from pos.stores.health_report import HealthCheck, checked
from pos.stores.reader import StoreReader
from pos.stores.records import FAULTS, broken_records
from pos.stores.redis import loading
from pos.stores.redis.address import ServerAddress
from pos.stores.redis.away import ServerAway, newer
from pos.stores.redis.client import Client
from pos.stores.redis.keys import FORMAT, KINDS, Keys
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.own_orders import OwnOrders
from pos.stores.redis.resp import text_of
from pos.stores.redis.shop_laws import ShopLaws
from pos.stores.redis.trust import Severity, faults_of, not_known
from pos.stores.tables import Table, Tables

PATIENCE: Final = 30.0
"""Seconds in which the server answers: nobody waits at a till."""
MOST_CARTS: Final = 100_000
"""So many carts are looked at."""
PIECE: Final = 200
"""So many of them are read at once."""
_OF_ALL: Final = ("held", "floors", "tickets")
"""The laws of a store that are no single lane's: counters, and tickets that are taken up at another till."""


def examine(address: ServerAddress, options: ServerOptions, lane: str, folder: Path) -> list[HealthCheck]:
    """Every check of a shop, in order: of its server, and of a lane's journal in a folder if there is one there.

    Raises TillError `store_unusable` for a journal that cannot be read.
    """
    client = Client(address, options, timeout=max(options.timeout, PATIENCE), name="doctor")
    try:
        return list(_Doctor(client, Keys(address.shop), options, lane, folder).checks())
    finally:
        client.close()


class _Doctor:
    def __init__(self, client: Client, keys: Keys, options: ServerOptions, lane: str, folder: Path) -> None:
        self._client = client
        self._keys = keys
        self._options = options
        self._lane = lane
        self._folder = folder

    def checks(self) -> Iterator[HealthCheck]:
        there = list(self._server())
        yield from there
        delivery = None
        if there[0].ok:
            laws = ShopLaws(self._client, self._keys, self._options.order_days)
            shop = self._looked_at(("keys", self._shop))
            yield from shop
            if all(check.ok for check in shop):
                yield from self._looked_at(("records", self._records), ("held", laws.check), ("carts", self._carts))
                yield from self._looked_at(("review", self._review))
                delivery = OwnOrders(self._client, self._keys, self._lane, self._folder, self._options.order_days)
        if not is_store(self._folder):
            text = N_("lane {lane} has none on this machine")
            yield HealthCheck("own-journal", True, _(text, lane=self._lane))
            return
        own = embedded.examine(self._folder)
        yield from own_checks(own)
        if delivery is not None and all(check.ok for check in own if check.name in embedded.FILES):
            compare = delivery
            yield from self._looked_at(("delivery", lambda: [compare.check(laws.numbers)]))

    def _looked_at(self, *each: tuple[str, Callable[[], Iterable[HealthCheck]]]) -> list[HealthCheck]:
        """Checks, or by its name what could not be made."""
        found: list[HealthCheck] = []
        for name, check in each:
            try:
                found += check()
            except ServerAway as error:
                found.append(HealthCheck(name, False, _("not looked at: {reason}", reason=error.reason)))
            except TillError as error:
                found.append(HealthCheck(name, False, _("not looked at: {reason}", reason=error.words)))
            except FAULTS:
                found.append(HealthCheck(name, False, _("not looked at: what is there is not a shop's")))
        return found

    def _server(self) -> Iterator[HealthCheck]:
        """Whether it is there, and whether it can be trusted."""
        try:
            facts = self._client.facts()
        except ServerAway as error:
            yield HealthCheck("server", False, str(error.reason))
            return
        program, version = "Valkey" if facts.valkey else "Redis", facts.version or "?"
        text = N_("{program} {version} at {place}")
        where = _(text, program=program, version=version, place=self._client.place)
        untold = not_known(facts)
        yield HealthCheck("server", facts.compatible, f"{where}. {untold}" if untold else where)
        for fault in faults_of(facts, now=datetime.now(UTC), replicas=self._options.replicas):
            yield HealthCheck(fault.name, fault.severity is Severity.WARNING, str(fault.message))

    def _shop(self) -> Iterator[HealthCheck]:
        """Whether there is a shop of this version, and every key holds what belongs there."""
        keys = self._keys
        kinds = {
            "hash": [keys.meta, keys.on_hand, keys.held, keys.events_read, *map(keys, KINDS)],
            "zset": [keys.orders, keys.carts, keys.deadlines, *map(keys.order_of, KINDS)],
            "stream": [keys.changes, keys.review, keys.events],
            "set": [keys.lanes],
        }
        faults = list(self._wrong(kinds))
        if not faults:
            lanes = [text_of(each) for each in self._client.ask("SMEMBERS", keys.lanes)]
            sets = [each(lane) for lane in lanes for each in (keys.open, keys.owned)]
            faults += self._wrong({"hash": map(keys.lane, lanes), "set": sets})
            if not faults:
                faults += self._wrong_lanes(lanes)
        yield checked("keys", faults, _("each holds what belongs there"))
        if faults:
            return
        version, shop_id = self._client.ask("HMGET", keys.meta, "format", "shop_id")
        if version is None:
            yield HealthCheck("format", False, _("no shop {shop} is on the server", shop=keys.shop))
        elif told := newer(version):
            yield HealthCheck("format", False, str(told))
        elif not shop_id:
            yield HealthCheck("format", False, _("what the server keeps under {key} is not a shop's", key=keys.meta))
        else:
            yield HealthCheck("format", True, _("version {number}", number=FORMAT))

    def _wrong(self, kinds: Mapping[str, Iterable[str]]) -> Iterator[str]:
        """Keys that hold another kind of thing."""
        for kind, keys in kinds.items():
            for key, found in loading.wrong_kinds(self._client, keys, kind).items():
                yield _not_a(key, found, kind)

    def _wrong_lanes(self, lanes: list[str]) -> Iterator[str]:
        """Lanes that no till could go on with."""
        asked = [("HMGET", self._keys.lane(lane), "journal", "fence", "delivered") for lane in lanes]
        for lane, (journal, *numbers) in zip(lanes, self._client.ask_each(asked), strict=True):
            if not journal or not all(number is not None and number.isdigit() for number in numbers):
                yield _("{key} is no lane's", key=self._keys.lane(lane))

    def _records(self) -> Iterator[HealthCheck]:
        """Whether the catalog can be understood."""
        records = loading.all_records(self._client, self._keys)
        store = StoreReader(Tables({kind: Table.of(found) for kind, found in records.items()}), ClosedDays())
        faults = broken_records(store.tables) or list(unresolved(store))
        yield checked("records", faults, _("all can be understood"))

    def _carts(self) -> Iterator[HealthCheck]:
        """Whether every cart can be taken up."""
        found = self._client.ask("ZRANGE", self._keys.carts, 0, MOST_CARTS)
        names = [text_of(each) for each in found]
        faults: list[str] = []
        for at in range(0, len(names), PIECE):
            keys = {self._keys.cart(name): name for name in names[at : at + PIECE]}
            other = loading.wrong_kinds(self._client, keys, "hash")
            faults += [_not_a(key, kind, "hash") for key, kind in other.items()]
            there = [key for key in keys if key not in other]
            answers = self._client.ask_each([("HGETALL", key) for key in there])
            carts = (
                (keys[key], loading.cart_on_server(keys[key], fields, ""))
                for key, fields in zip(there, answers, strict=True)
            )
            faults += [f"{name}: {cart.fault}" for name, cart in carts if cart.fault is not None]
        seen = plural("{count} cart", "{count} carts", len(names))
        if len(names) > MOST_CARTS:
            faults.append(_("more than {count} carts, which were not all looked at", count=MOST_CARTS))
        yield checked("carts", faults[:PIECE], seen)

    def _review(self) -> Iterator[HealthCheck]:
        """How much there is to be looked at."""
        many = self._client.ask("XLEN", self._keys.review)
        text = plural(
            "{count} thing to look at: {command}",
            "{count} things to look at: {command}",
            many,
            command="`pos lanes review`",
        )
        yield HealthCheck("review", True, text if many else _("nothing to look at"))


def own_checks(checks: Iterable[HealthCheck]) -> Iterator[HealthCheck]:
    """What is said of a lane's journal, without the laws that no lane keeps alone."""
    of_counters = [kind.law.name for kind in COUNTERS.values() if kind.law is not None]
    left_out = {*_OF_ALL, *of_counters}
    return (HealthCheck(f"own-{check.name}", check.ok, check.detail) for check in checks if check.name not in left_out)


def _not_a(key: str, found: str, kind: str) -> str:
    return _("{key} holds a {found}, not a {kind}", key=key, found=found, kind=kind)
