"""The JSON Schema of a checkout request, for those who write one in another program."""

from __future__ import annotations

from typing import Any, Final

from pos.domain.cart_edits import MOST_LINES
from pos.domain.checkout_request import LARGEST_LINE, MOMENT, VERSION, CheckoutRequest

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
ID: Final = f"urn:tillkey:checkout-request:{VERSION}"
"""What other schemas call it by: a later version has another one."""

_MINOR_UNITS: Final = "in the currency's smallest unit: 149 is 1.49 USD"
_TEXTS: Final = {
    "CheckoutRequest": {
        "": "A cart that is to be paid by card. It is priced anew when its turn comes: if it does not come to `total`, "
        "nothing is charged. Asked for again under the same order's id it is the same order, charged once.",
        "version": "The version of this schema.",
        "order": "The order's id, which you give and nobody else has: the same one is never charged twice.",
        "lane": "Who asks: the name of the web shop, the app or the till.",
        "ticket": "How people call it, such as a ticket's number; without it, the order's id.",
        "cart": "What is bought.",
        "total": f"What the customer agreed to pay in all, with tax and discounts, {_MINOR_UNITS}.",
        "currency": "The shop's currency, by its ISO 4217 code.",
        "card": "What is charged: never a card's number.",
        "at": "When the customer agreed, with its distance from UTC (RFC 3339).",
        "expires": "Until when it may be charged; from then on it ends as `expired`. Without it, as long as it takes.",
        "answer": "The name of a stream on the shop's server that is told what became of it, {SHOP}:answers:NAME.",
        "actor": "Who did it, where somebody has signed in.",
    },
    "Cart": {
        "": "The goods, and what is taken off. Prices are the shop's own.",
        "lines": "The lines, in the order in which they are on the receipt.",
        "coupons": "Codes of coupons, in upper case.",
        "member": "The number of the member who buys, if one does.",
        "discount": "What is taken off the whole cart by hand, besides coupons.",
        "last_line": "The highest number that a line of this cart ever had.",
        "latest": "The number of the line that was changed last.",
        "name": "What the ticket is called in place of its number, if anything.",
    },
    "CartLine": {
        "": "So much of a product.",
        "line": "Its number, which no other line of the cart has.",
        "sku": "The product's SKU, as the catalog has it.",
        "quantity": 'Pieces, or the product\'s unit: a whole number, or a decimal string such as "0.412". Above zero.',
        "discount": "What is taken off this line by hand.",
        "price": f"A unit price in place of the catalog's, {_MINOR_UNITS}.",
    },
    "ManualDiscount": {
        "": "A percentage or an amount: one of both.",
        "percent": 'A percentage from 0 to 100: a whole number, or a decimal string such as "12.5".',
        "amount": f"An amount, {_MINOR_UNITS}.",
        "reason": "Why, in somebody's words.",
    },
    "CardToken": {
        "": "A card as the payment gateway knows it.",
        "token": "The gateway's token for the card. A card's number is refused.",
        "brand": "The card's network, such as visa.",
        "last4": "The last four digits of its number.",
    },
}
EXAMPLE: Final[dict[str, Any]] = {
    "version": VERSION,
    "order": "web-2026-11-27-000417",
    "lane": "web",
    "cart": {
        "lines": [{"line": 1, "sku": "MILK-1L", "quantity": 2}, {"line": 2, "sku": "APPLE-GALA", "quantity": "0.412"}],
        "coupons": ["SAVE10"],
        "member": "M1001",
    },
    "total": 405,
    "currency": "USD",
    "card": {"token": "tok-1.visa.4242.approved", "brand": "visa", "last4": "4242"},
    "at": "2026-11-27T09:00:00Z",
    "expires": "2026-11-27T09:30:00Z",
    "answer": "web",
}
_MORE: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("CheckoutRequest", "at"): {"pattern": MOMENT},
    ("Cart", "lines"): {"minItems": 1, "maxItems": MOST_LINES},
    ("Cart", "last_line"): {"minimum": 0, "maximum": LARGEST_LINE},
    ("Cart", "latest"): {"minimum": 0, "maximum": LARGEST_LINE},
    ("CartLine", "line"): {"minimum": 1, "maximum": LARGEST_LINE},
}
"""What a request may be beside what its fields say, see `request_of`."""


def checkout_schema() -> dict[str, Any]:
    """The schema, as JSON (draft 2020-12). It refuses what `request_of` refuses, but for what no schema can say: days
    that are in no calendar, two lines of one number, a card's number, too many bytes.
    """
    found = CheckoutRequest.model_json_schema()
    for name, of in (("CheckoutRequest", found), *found["$defs"].items()):
        texts = _TEXTS[name]
        of["description"] = texts[""]
        for field, about in of["properties"].items():
            about.pop("title", None)
            about.update(_MORE.get((name, field), {}))
            about["description"] = texts[field]
    cart, line = found["$defs"]["Cart"], found["$defs"]["CartLine"]["properties"]
    cart["required"] = ["lines"]
    del cart["properties"]["lines"]["default"]
    line["quantity"]["anyOf"] = _above_zero(*line["quantity"]["anyOf"])
    found["properties"]["expires"]["anyOf"][0]["pattern"] = MOMENT
    found["title"] = f"Tillkey checkout request, version {VERSION}"
    return {"$schema": DIALECT, "$id": ID, **found, "examples": [EXAMPLE]}


def _above_zero(whole: dict[str, Any], decimal: dict[str, Any]) -> list[dict[str, Any]]:
    """The same numbers without a sign, and without zero."""
    pattern = decimal["pattern"].replace("^-?", r"^(?!0+(\.0+)?$)")
    return [{**whole, "minimum": 1}, {**decimal, "pattern": pattern}]
