"""The JSON Schema of a shop's events, for those who read them in another program."""

from __future__ import annotations

from typing import Any, Final

from pos.domain.checkout_schema import DIALECT
from pos.domain.shop_events import VERSION, ShopEvent

ID: Final = f"urn:tillkey:event:{VERSION}"
"""What other schemas call it by: a later version has another one."""

_TEXTS: Final = {
    "version": "The version of this schema.",
    "id": "Higher for a later event. An event that is told again has the same one.",
    "type": "order: something was sold. refund: something was given back. stock: what is on hand was corrected.",
    "at": "When the shop's server took it up, by its clock.",
    "lane": "The till, or the worker, that did it; empty if none did.",
    "moves": "By how much on hand of each counter has changed: stock:SKU in pieces, or in thousandths of what is "
    "weighed; uses:CODE and refunded:ORDER:LINE count what was used down from 0.",
    "order": "The order's id; null if there is none. A refund is an order of its own.",
    "receipt": "The number of its receipt.",
    "refunds": "The id of the order of which something is given back.",
    "document": "The order as it was charged, amounts in minor units; null if there is none, or not any more.",
}


def events_schema() -> dict[str, Any]:
    """The schema, as JSON (draft 2020-12). Every field is in every event."""
    found = ShopEvent.model_json_schema(mode="serialization")
    for field, about in found["properties"].items():
        about.pop("title", None)
        about["description"] = _TEXTS[field]
    found["description"] = (
        "Something that was done in a shop, told once its server has it, at least once. Events of an order are told in "
        "their order, and so is what is given back of it."
    )
    found["title"] = f"Tillkey event, version {VERSION}"
    return {"$schema": DIALECT, "$id": ID, **found}
