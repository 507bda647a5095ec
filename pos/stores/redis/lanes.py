"""Reading how the tills of a shop are, and what is to be looked at, from its server."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from pos.domain.catalog import Product, Rules, Shop
from pos.domain.counters import counter_amount, counter_label
from pos.domain.errors import TillError
from pos.domain.i18n import N_
from pos.domain.lane_status import SILENT, SOON, LaneState, LaneStatus, ReviewEntry, in_order
from pos.domain.message import Message, Money, joined, lazy
from pos.domain.money import exponent_of
from pos.domain.terminal_text import clean
from pos.stores.redis.away import newer
from pos.stores.redis.keys import Keys
from pos.stores.redis.loading import Asked
from pos.stores.redis.resp import fields_of, text_of

MOST: Final = 1000
"""So many holds that end soon, and so many entries to look at, are read at most."""
LONGEST: Final = 60
"""Characters of a word of the server's that are shown."""


def read_lanes(client: Asked, keys: Keys) -> tuple[LaneStatus, ...]:
    """Every till of a shop. Raises ServerAway, TillError `store_unusable` if no shop of this version is there."""
    require_shop(client, keys)
    names = [text_of(each) for each in client.ask("SMEMBERS", keys.lanes)]
    if not names:
        return ()
    seconds, microseconds = (int(each) for each in client.ask("TIME"))
    now = datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=microseconds)
    expiring = _ending(client, keys, now + SOON)
    told = client.ask_each([("HGETALL", keys.lane(name)) for name in names])
    holding = client.ask_each([("SCARD", keys.open(name)) for name in names])
    return in_order(
        lane_status(name, fields_of(fields), now, holding=count, expiring=expiring[name])
        for name, fields, count in zip(names, told, holding, strict=True)
    )


def lane_status(
    name: str, said: Mapping[str, str], now: datetime, *, holding: int = 0, expiring: int = 0
) -> LaneStatus:
    """A till from the fields of its lane; what is no such field counts as not said."""
    seen, taken_by = _moment(said.get("seen", "")), _word(said.get("taken_by", ""))
    silent_for = max(now - seen, timedelta()) if seen is not None else timedelta()
    state: LaneState = "silent" if seen is None or silent_for >= SILENT else "selling"
    if (ended := said.get("state")) in ("closed", "taken_over"):
        state = "taken_over" if ended == "taken_over" else "closed"
    return LaneStatus(
        lane=_word(name),
        state=state,
        seen=seen,
        silent_for=silent_for,
        version=_word(said.get("version", "")),
        host=_word(said.get("host", "")),
        fence=_whole(said.get("fence", "")),
        journal=said.get("journal", ""),
        last_sale=_iso(said.get("last_sale", "")),
        outbox=_whole(said.get("outbox", "")),
        unresolved=_whole(said.get("unresolved", "")),
        holding=holding,
        expiring=expiring,
        taken_by=taken_by,
    )


def read_review(client: Asked, keys: Keys) -> tuple[ReviewEntry, ...]:
    """What somebody has to look at, the oldest first. Raises as `read_lanes`."""
    require_shop(client, keys)
    found = client.ask("XRANGE", keys.review, "-", "+", "COUNT", MOST)
    entries = [(text_of(name), fields_of(fields)) for name, fields in found]
    rules = Rules(shop=Shop(), products=_Goods(client, keys), taxes={}, coupons={}, members={}, used={})
    return tuple(_entry(name, said, rules) for name, said in entries)


def take_off(client: Asked, keys: Keys, entry_id: str) -> bool:
    """Take an entry off the list. Raises ServerAway."""
    return bool(client.ask("XDEL", keys.review, entry_id))


def require_shop(client: Asked, keys: Keys) -> None:
    """Raise TillError `store_unusable` if no shop is there that this version can read."""
    known = client.ask("HGET", keys.meta, "format")
    if known is None:
        text = lazy("There is no shop {shop} on the server. Load it there with `pos prewarm`.", shop=keys.shop)
        raise TillError("store_unusable", text)
    if told := newer(known):
        raise TillError("store_unusable", told)


def _ending(client: Asked, keys: Keys, until: datetime) -> Tally[str]:
    """How many holds end until then, by their lanes."""
    found = client.ask("ZRANGEBYSCORE", keys.deadlines, "-inf", round(until.timestamp() * 1000), "LIMIT", 0, MOST)
    holders = client.ask_each([("HGET", keys.reservation(text_of(each)), "lane") for each in found]) if found else []
    return Tally(text_of(lane) for lane in holders if lane is not None)


class _Goods(Mapping[str, Product]):
    """The products on the server, each asked for when it is named; one that is none is not there."""

    def __init__(self, client: Asked, keys: Keys) -> None:
        self._client = client
        self._keys = keys

    def __getitem__(self, sku: str) -> Product:
        try:
            return Product.model_validate_json(self._client.ask("HGET", self._keys("products"), sku) or b"")
        except ValueError:
            raise KeyError(sku) from None

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _entry(entry_id: str, said: dict[str, str], rules: Rules) -> ReviewEntry:
    what = _word(said.get("what", ""))
    at = _moment(entry_id.partition("-")[0]) or datetime.fromtimestamp(0, UTC)
    facts = {name: _word(said.get(name, "")) for name in ("lane", "receipt", "order", "from", "to", "counter")}
    return ReviewEntry(id=entry_id, at=at, what=what, details=said, sentence=_sentence(what, said, facts, rules))


def _sentence(what: str, said: Mapping[str, str], facts: Mapping[str, str], rules: Rules) -> Message:
    known = {name: facts[name] for name in ("lane", "receipt")}
    match what:
        case "short":
            counter = said.get("counter", "")
            name = counter_label(counter, rules)
            sold = counter_amount(counter, _whole(said.get("sold", "")), rules)
            below = _whole(said.get("floor", "")) - _whole(said.get("free", ""))
            missing = counter_amount(counter, below, rules)
            text = N_("{name}: lane {lane} sold {sold} on receipt {receipt}; {missing} more than there were.")
            return lazy(text, name=name, sold=sold, missing=missing, **known)
        case "gap":
            text = N_(
                "Lane {lane}: its steps {first} to {last} are lost to the server and to its till: count the stock, and "
                "compare its receipts."
            )
            return lazy(text, lane=facts["lane"], first=facts["from"], last=facts["to"])
        case "twice":
            text = N_(
                "Receipt {receipt} of lane {lane} is of a payment that became another receipt elsewhere: it was "
                "charged once, and stock was taken once."
            )
            return lazy(text, **known)
        case "payment":
            text = N_(
                "Lane {lane}: the till that had it before took {amount} for ticket {ticket} by {attempt}, or tried to, "
                "and nobody else knows of that: give it back at the gateway."
            )
            amount = Money(_whole(said.get("amount", "")), _exponent(said.get("currency", "")))
            named = {name: _word(said.get(name, "")) for name in ("ticket", "attempt")}
            return lazy(text, lane=facts["lane"], amount=amount, **named)
        case "late":
            text = N_("Receipt {receipt} was handed in late by the till that had lane {lane} before.")
            handed_in = lazy(text, **known)
            if said.get("ended") != "released":
                return handed_in
            return joined(
                (handed_in, lazy("Its payment may have been given back meanwhile: look at the gateway.")), " "
            )
    return lazy("Lane {lane}: {what}.", lane=facts["lane"], what=what)


def _word(text: str) -> str:
    return clean(text)[:LONGEST]


def _exponent(currency: str) -> int:
    try:
        return exponent_of(currency)
    except ValueError:
        return 2


def _whole(text: str) -> int:
    return int(text) if text.removeprefix("-").isdecimal() and len(text) < 20 else 0


def _moment(milliseconds: str) -> datetime | None:
    number = _whole(milliseconds)
    return datetime.fromtimestamp(number / 1000, UTC) if 0 < number < 10**14 else None


def _iso(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
