"""A store whose checksums are right and whose records are not what the program writes; and one that only looks so."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest

from pos.domain.errors import TillError
from pos.stores.embedded.doctor import examine
from tests.maintenance import forging
from tests.maintenance.forging import Members, Raw, Tables, put_in_place, with_snapshot
from tests.maintenance.support import DAY, LATER, Shell, sell, till_at
from tests.till.support import GOOD_CARD, TEA
from tests.till.support import shop as catalog


def test_limits_that_a_catalog_may_set_as_high_as_it_likes_close_no_shop(tmp_path: Path, shell: Shell) -> None:
    """A claim of a coupon's use has its limit, and stands in the store while a card is asked about."""
    folder = tmp_path / "shop"
    coupons = [dict(each, max_uses=10**30, priority=-(10**40)) for each in catalog()["coupons"]]
    till = till_at(folder, coupons=coupons)
    till.add(TEA)
    till.apply_coupon("TEN")
    asyncio.run(till.pay_card(GOOD_CARD, 100))
    till.close()
    sell(folder, (TEA, "cash"), lane="2", now=LATER)
    assert "All is well" in shell("doctor", "--store", folder)
    shell("backup", tmp_path / "b.tar.gz", "--store", folder)
    assert "the store up to step" in shell("restore", tmp_path / "b.tar.gz", "--store", tmp_path / "restored")
    sell(tmp_path / "restored", (TEA, "cash"), lane="2", now=LATER)


@pytest.mark.parametrize("on_hand", [10**9 + 1, -(10**9) - 1, 10**20, -(10**24)])
def test_a_stock_beyond_what_a_catalog_may_say_is_told(
    whole: Members, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch, on_hand: int
) -> None:
    """Sales below zero and returns come there by and by."""

    def edit(tables: Tables) -> None:
        for row in tables["counters"].values():
            row["on_hand"] = on_hand

    folder = put_in_place(tmp_path / "store", with_snapshot(whole, edit))
    monkeypatch.setattr("sys.stdin", io.StringIO(f"stock {TEA}\n"))
    assert f"{on_hand:,}" in shell("run", "-", "--store", folder)


@pytest.mark.parametrize("value", [Raw("NaN"), Raw("9" * 10_000), Raw('1,"ended":1'), "x"])
def test_a_repair_leaves_the_record_of_a_day_that_cannot_be_read(
    whole: Members, tmp_path: Path, shell: Shell, value: Any
) -> None:
    def edit(tables: Tables) -> None:
        next(iter(tables["days"].values()))["ended"] = value

    folder = put_in_place(tmp_path / "store", with_snapshot(whole, edit))
    told = shell("doctor", "--repair", "--store", folder, code=1)
    assert f"{DAY}.json" not in told
    assert "cannot be understood" in told


@pytest.mark.parametrize("at", [None, "yesterday", 5, "2026-11-22T12:00:00", ["x"]])
def test_an_order_without_its_moment_is_named_where_its_day_would_be_closed(
    whole: Members, tmp_path: Path, shell: Shell, at: Any
) -> None:
    def edit(tables: Tables) -> None:
        last = list(tables["orders"].values())[-1]
        last.update(at=at)
        if at is None:
            del last["at"]

    folder = put_in_place(tmp_path / "store", with_snapshot(whole, edit))
    assert "in the store's table orders cannot be understood" in shell.refused("close-day", "--store", folder)
    with pytest.raises(TillError, match="in the store's table orders cannot be understood"):
        till_at(folder, LATER)


def test_a_coupon_that_is_none_is_named_where_an_earlier_version_s_counters_get_their_names(
    whole: Members, tmp_path: Path
) -> None:
    def edit(tables: Tables) -> None:
        del tables["names"]
        next(iter(tables["coupons"].values()))["value"] = "much"

    folder = put_in_place(tmp_path / "store", with_snapshot(whole, edit))
    with pytest.raises(TillError, match="in the store's table coupons cannot be understood"):
        till_at(folder, LATER)
    assert not all(check.ok for check in examine(folder))


def test_a_held_ticket_that_says_of_nothing_what_it_was_shown_to_cost_is_recalled(shop: Path, shell: Shell) -> None:
    till = till_at(shop, LATER, lane="7")
    till.add(TEA)
    asyncio.run(till.hold("Ada"))
    till.close()
    shell("backup", shop.parent / "b.tar.gz", "--store", shop)

    def edit(tables: Tables) -> None:
        next(iter(tables["held"].values()))["shown"] = None

    found = with_snapshot(forging.members(shop.parent / "b.tar.gz"), edit)
    folder = put_in_place(shop.parent / "store", found)
    till = till_at(folder, LATER, lane="7")
    assert asyncio.run(till.recall("Ada")).lines
    till.close()
