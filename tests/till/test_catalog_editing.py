"""Changing the catalog of a store that is filled: one durable step, checked as a catalog file is."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from pos.bootstrap import edit_catalog, open_till
from pos.domain.errors import TillError
from pos.stores.embedded.doctor import examine
from pos.stores.embedded.read_only import read_folder
from pos.stores.embedded.store import open_store
from pos.stores.memory import MemoryStore
from pos.till.catalog_editing import edited_catalog
from pos.till.catalog_loading import load_catalog, parse_catalog
from pos.till.till import Till

CONTENTS = {
    "taxes": [{"name": "food", "rate": "7"}],
    "products": [
        {"sku": "TEA", "name": "Tea", "price": 400, "tax": "food", "stock": 10},
        {"sku": "CUP", "name": "Cup", "price": 900},
        {"sku": "NUTS", "name": "Nuts", "price": 1500, "unit": "kg", "stock": "2.5"},
    ],
    "coupons": [{"code": "Ten", "type": "percentage", "value": "10", "used": 2, "max_uses": 3}],
    "members": [{"id": "M1", "name": "Ada"}],
}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A filled store, in which three cups of tea were sold."""
    folder = tmp_path / "shop"
    till = open_till(folder, catalog=parse_catalog(CONTENTS, "shop.json"))
    till.add("TEA", Decimal(3))
    asyncio.run(till.pay_cash())
    till.close()
    return folder


def wrong(folder: Path) -> list[str]:
    return [check.detail for check in examine(folder) if not check.ok]


def change(folder: Path, products: dict[str, dict[str, object]]) -> None:
    """Write these fields of products."""
    with edit_catalog(folder) as catalog:
        for sku, fields in products.items():
            catalog.products[sku] = catalog.products.get(sku, {}) | fields


def test_records_of_every_table_are_changed_added_and_taken_away_in_one_step(shop: Path) -> None:
    before = read_folder(shop)
    with edit_catalog(shop) as catalog:
        catalog.taxes["wine"] = {"rate": "19"}
        catalog.taxes["food"]["rate"] = "8"
        catalog.products["TEA"]["price"] = 450
        catalog.products["WINE"] = {"name": "Wine", "price": 1200, "tax": "wine", "stock": 6}
        del catalog.products["CUP"]
        catalog.coupons["TEN"]["value"] = "20"
        catalog.members["M2"] = {"name": "Bob", "discount": "5"}
    after = read_folder(shop)
    assert after.sequence == before.sequence + 1
    assert wrong(shop) == []
    till = open_till(shop)
    assert till.add("TEA").total == 450 + 36
    assert till.add("WINE").total == 486 + 1428
    assert not till.catalog.is_known("CUP")
    assert [member.name for member in till.catalog.members.values()] == ["Ada", "Bob"]
    till.close()
    (order,) = read_folder(shop).orders()
    assert (order.sale.total, order.sale.lines[0].tax_rate) == (1284, Decimal(7))


def test_what_came_in_is_on_hand_and_the_doctor_agrees(shop: Path) -> None:
    with edit_catalog(shop) as catalog:
        catalog.products["TEA"]["stock"] += 12
        catalog.products["NUTS"]["stock"] = "4"
        catalog.coupons["TEN"]["used"] = 1
    till = open_till(shop)
    assert [till.stock(sku).free for sku in ("TEA", "NUTS")] == [Decimal(19), Decimal(4)]
    assert till.uses("TEN").left == 2
    till.close()
    with edit_catalog(shop) as catalog:
        tea = catalog.products.pop("TEA")
    with edit_catalog(shop) as catalog:
        catalog.products["TEA"] = tea
    till = open_till(shop)
    assert till.stock("TEA").free == 19
    till.close()
    assert wrong(shop) == []


@pytest.mark.parametrize(
    ("product", "told"),
    [
        ({"tax": "fod"}, "products[3] (CAKE).tax: no tax is named “fod”; the taxes are “food”."),
        ({"price": "9"}, "products[3] (CAKE).price: input should be a valid integer."),
        ({"colour": "red"}, "products[3] (CAKE).colour: is an unknown field."),
        ({"sku": "TEA"}, "products[3].sku: “TEA” is at products[0] already."),
    ],
)
def test_what_a_catalog_file_may_not_say_is_refused_and_nothing_of_the_block_is_written(
    shop: Path, product: dict[str, object], told: str
) -> None:
    before = read_folder(shop).sequence
    with pytest.raises(TillError) as refusal:
        change(shop, {"TEA": {"price": 1}, "CAKE": {"name": "Cake", "price": 1, **product}})
    assert (refusal.value.code, str(refusal.value)) == ("catalog_invalid", f"{shop}: {told}")
    assert read_folder(shop).sequence == before


@pytest.mark.parametrize("field", [{"stock": 5}, {"unit": "kg"}], ids=lambda field: next(iter(field)))
def test_a_product_is_counted_as_it_was(shop: Path, field: dict[str, object]) -> None:
    with pytest.raises(TillError, match="stays as it is") as refusal:
        change(shop, {"CUP": field})
    assert f"{shop}: products (CUP).{next(iter(field))}: " in str(refusal.value)


async def _sell_with_coupon(till: Till) -> None:
    till.add("CUP")
    await till.attach_member("M1")
    till.apply_coupon("TEN")
    await till.pay_cash()


def with_coupon_used(shop: Path, **fields: object) -> None:
    """Sell twice to a member by a coupon that has these fields too."""
    with edit_catalog(shop) as catalog:
        catalog.coupons["TEN"] |= {"max_uses": 9, **fields}
    till = open_till(shop)
    for _ in range(2):
        asyncio.run(_sell_with_coupon(till))
    till.close()


@pytest.mark.parametrize(
    ("table", "key", "fields", "told"),
    [
        ("products", "TEA", {"stock": 2}, "Tea: 1 too few"),
        ("coupons", "TEN", {"max_uses": 3}, "TEN uses: 1 too few"),
        ("coupons", "TEN", {"max_uses_per_member": 1}, "TEN uses by M1: 1 too few"),
    ],
)
def test_less_than_was_sold_or_used_is_refused(
    shop: Path, table: str, key: str, fields: dict[str, object], told: str
) -> None:
    with_coupon_used(shop, max_uses_per_member=5)
    too_few = pytest.raises(TillError, match=f"{told} for what was sold, used or is held")
    with too_few as refusal, edit_catalog(shop) as catalog:
        getattr(catalog, table)[key] |= fields
    assert refusal.value.code == "catalog_invalid"
    assert wrong(shop) == []


def test_what_is_below_its_limit_already_hinders_no_other_change(shop: Path) -> None:
    store = open_store(shop)
    store.write({("counters", "stock:TEA"): {"on_hand": -1, "held": 0}})
    store.close()
    change(shop, {"CUP": {"price": 1}})
    assert wrong(shop)[0] == "stock:TEA: -1 free, below its limit of 0"


def test_a_limit_for_each_member_comes_too_late_for_a_coupon_that_was_used(shop: Path) -> None:
    with edit_catalog(shop) as catalog:
        catalog.coupons["TEN"]["max_uses_per_member"] = 5
    with edit_catalog(shop) as catalog:
        del catalog.coupons["TEN"]["max_uses_per_member"]
    with_coupon_used(shop)
    with pytest.raises(TillError, match="give it another code"), edit_catalog(shop) as catalog:
        catalog.coupons["TEN"]["max_uses_per_member"] = 5
    assert wrong(shop) == []


@pytest.mark.parametrize("gone", ["limit", "coupon", "member"])
def test_uses_of_members_that_nothing_limits_any_more_are_no_fault(shop: Path, gone: str) -> None:
    with_coupon_used(shop, max_uses_per_member=5)
    with edit_catalog(shop) as catalog:
        match gone:
            case "limit":
                del catalog.coupons["TEN"]["max_uses_per_member"]
            case "coupon":
                del catalog.coupons["TEN"]
            case _:
                del catalog.members["M1"]
    assert wrong(shop) == []


def test_a_block_that_fails_or_changes_nothing_writes_nothing(shop: Path) -> None:
    before = read_folder(shop).sequence
    with pytest.raises(ZeroDivisionError), edit_catalog(shop) as catalog:
        catalog.products["TEA"]["price"] //= 0
    change(shop, {})
    assert read_folder(shop).sequence == before


def test_no_store_is_made_in_a_wrong_folder_and_none_without_a_shop_is_filled(tmp_path: Path) -> None:
    with pytest.raises(TillError, match="There is no store in") as refusal, edit_catalog(tmp_path / "ship"):
        pass
    assert refusal.value.code == "store_unusable"
    assert list(tmp_path.iterdir()) == []
    open_store(tmp_path / "empty").close()
    with pytest.raises(TillError, match="There is no shop in") as refusal, edit_catalog(tmp_path / "empty"):
        pass
    assert refusal.value.code == "store_unusable"


def test_not_while_a_till_has_it_open(shop: Path) -> None:
    till = open_till(shop)
    with pytest.raises(TillError) as refusal, edit_catalog(shop):
        pass
    till.close()
    assert refusal.value.code == "store_in_use"


def test_a_tax_that_another_program_left_out_can_be_put_right(shop: Path) -> None:
    store = open_store(shop)
    store.write({("products", "BAD"): {"sku": "BAD", "name": "Bad", "price": 1, "tax": "none"}})
    store.close()
    assert wrong(shop)
    with edit_catalog(shop) as catalog:
        catalog.products["BAD"]["tax"] = "food"
    assert wrong(shop) == []


def test_any_store_is_changed_so() -> None:
    store = MemoryStore()
    load_catalog(store, parse_catalog(CONTENTS, "shop.json"), demo=False)
    with edited_catalog(store, "memory") as catalog:
        catalog.products["TEA"]["stock"] = 11
    assert store.view.counter("stock:TEA").on_hand == 11
