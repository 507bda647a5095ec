"""A shop that moves from a folder onto a server: `pos prewarm --from FOLDER`."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path

import pytest

from pos.__main__ import main
from pos.bootstrap import open_till
from pos.domain.cart import Cart, CartLine
from pos.stores.embedded.store import open_store
from pos.till.catalog_loading import parse_catalog
from tests.servers.shared import lane_store, new_shop, shared_server
from tests.stores.redis.test_prewarm import CATALOG
from tests.stores.samples import reservation


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop that has sold: three teas with a coupon, a ticket set aside and a member's cart wait."""
    folder = tmp_path / "shop"
    till = open_till(folder, catalog=parse_catalog(CATALOG, "shop.json"), lane="2")
    till.add("TEA", Decimal(3))
    till.apply_coupon("ten")
    asyncio.run(till.pay_cash())
    till.add("CUP", Decimal(1))
    asyncio.run(till.hold("Ada's"))
    till.close()
    saved = Cart(lines=(CartLine(line=1, sku="CUP", quantity=Decimal(2)),), member="M1", last_line=1, latest=1)
    store = open_store(folder)
    store.write({("carts", "M1"): saved.model_dump(mode="json")})
    store.close()
    return folder


def test_it_takes_what_it_has_along(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = new_shop()
    url = shared_server().url(shop)
    words = ["prewarm", "--from", str(folder), "--store", url]
    assert main(words) == 0, capsys.readouterr()
    assert main(words) == 0
    assert "Nothing is changed in" in capsys.readouterr().out
    store = lane_store(tmp_path / "journals", shop, "2")
    till = open_till(store, lane="2")
    assert till.catalog.shop.name == "Corner"
    assert (store.count("stock:TEA"), store.count("uses:TEN")) == ((7, 0), (-3, 0))
    record = store.get("products", "TEA")
    coupon = store.get("coupons", "TEN")
    assert record is not None
    assert coupon is not None
    assert (record["stock"], coupon["used"]) == (7, 3)
    asyncio.run(till.recall("Ada's"))
    assert [line.sku for line in till.sale.lines] == ["CUP"]
    asyncio.run(till.attach_member("M1"))
    assert [(line.sku, line.quantity) for line in till.sale.lines] == [("CUP", Decimal(2))]
    # What a till has taken up does not come again.
    assert main(words) == 0
    assert not shared_server().client().exists(f"{{{shop}}}:cart:member:M1", f"{{{shop}}}:cart:ticket:Ada's")
    order = asyncio.run(till.pay_cash())
    # The folder's own receipts of the lane were 2-1-…
    assert order.receipt == "2-2-1"
    till.close()
    store.close()


def test_it_waits_for_what_is_being_paid(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(folder)
    store.reserve(reservation("a", ("stock:TEA", 1)))
    words = ["prewarm", "--from", str(folder), "--store", shared_server().url(new_shop())]
    assert main(words) == 2
    assert "store_in_use" in capsys.readouterr().err
    store.close()
    assert main(words) == 2
    assert f"1 payment is open in {folder}" in capsys.readouterr().err


def test_an_empty_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_store(tmp_path / "empty").close()
    assert main(["prewarm", "--from", str(tmp_path / "empty"), "--store", shared_server().url(new_shop())]) == 2
    assert "There is no shop in" in capsys.readouterr().err
