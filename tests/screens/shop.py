"""A small catalog with one of everything that a screen has to cope with."""

from __future__ import annotations

from typing import Any

MILK, BREAD, LAST_ONE = "2000100000014", "2000100000021", "2000100000038"
TOMATOES, BRACKETS = "TOM", "ODD"

SMALL: dict[str, Any] = {
    "store": {"name": "Corner Store", "currency": "USD", "timezone": "America/New_York"},
    "taxes": [{"name": "food", "rate": "2.5"}],
    "products": [
        {"sku": "MLK", "name": "Whole Milk 1 L", "price": 149, "barcodes": [MILK], "category": "Dairy", "stock": 500,
         "low_stock": 5},
        {"sku": "RYE", "name": "Rye Bread", "price": 320, "barcodes": [BREAD], "category": "Bakery", "stock": 3,
         "low_stock": 5, "tax": "food"},
        {"sku": "LAST", "name": "Last Candle", "price": 500, "barcodes": [LAST_ONE], "category": "Home", "stock": 1},
        {"sku": "GONE", "name": "Condensed Milk", "price": 205, "category": "Dairy", "stock": 0},
        {"sku": TOMATOES, "name": "Vine Tomatoes", "price": 398, "unit": "kg", "category": "Produce", "stock": "20"},
        {"sku": "TEA", "name": "Green Tea", "price": 450, "sale_price": 390, "category": "Tea"},
        {"sku": BRACKETS, "name": "Gift [Large] \u001b[31m[/foo] [50% off]", "price": 100, "category": "[b]Odd[/b]"},
        {"sku": "LONG", "name": "Long " * 40, "price": 100, "category": "Odd"},
        {"sku": "4011", "name": "Bananas", "price": 25, "category": "Produce"},
    ],
    "coupons": [
        {"code": "SAVE10", "type": "percentage", "value": "10", "max_uses": 100, "used": 37},
        {"code": "FIVEOFF", "type": "fixed_amount", "value": 500, "min_order": 3000},
        {"code": "GONE20", "type": "percentage", "value": "20", "ends": "2025-01-31"},
        {"code": "FREE", "type": "percentage", "value": "100", "stackable": True},
    ],
    "members": [{"id": "M1", "name": "Ada [Lovelace]", "discount": "5"}],
}  # fmt: skip
