"""What an address of the settings leads to where its extension is missing or fails: the till opens and sells."""

from __future__ import annotations

from typing import Any, cast

import pytest

from pos.bootstrap import open_till, store_at
from pos.domain.errors import TillError
from pos.extensions import register_gateway, register_printer, register_store
from pos.gateways import SIMULATED
from pos.payments.absent import AbsentGateway
from pos.payments.mock import MockGateway
from pos.stores.location import StoreLocation
from pos.testing import extended
from pos.till.till import Till
from tests.till.support import CAKE, GOOD_CARD, catalog_file


def fails(*_args: Any, **_kwargs: Any) -> Any:
    raise OSError("no\nline \x1b[31mup")


class Closed:
    """A place that cannot be opened."""

    open = fails


def gateway_of(till: Till) -> object:
    return till._services.gateway


async def test_a_gateway_that_is_missing_charges_no_card_and_cash_is_taken() -> None:
    till = open_till(catalog=catalog_file(), gateway="acme://bank")
    reason = "No card can be charged: acme:// is no gateway that this version has: it has simulated://."
    assert [str(notice) for notice in till.notices if "card" in str(notice)] == [reason]
    till.add(CAKE)
    with pytest.raises(TillError) as refusal:
        await till.pay("card", number=GOOD_CARD)
    assert refusal.value.code == "gateway_down"
    assert (await till.pay_cash()).state == "paid"
    till.close()


def test_a_factory_that_fails_is_told_in_one_line() -> None:
    with register_gateway("acme", fails), register_printer("tape", fails), register_store("ram", fails):
        till = open_till(catalog=catalog_file(), gateway="acme://bank", printer="tape://")
        told = [str(notice) for notice in till.notices]
        assert "No card can be charged: acme://bank: OSError: no line up." in told
        assert "Receipts cannot be printed: tape://: OSError: no line up." in told
        assert isinstance(gateway_of(till), AbsentGateway)
        till.close()
        with pytest.raises(TillError) as refusal:
            store_at("ram://x")
        assert refusal.value.code == "store_unusable"
    with register_store("ram", lambda _address: cast(StoreLocation, Closed())), pytest.raises(TillError) as refusal:
        open_till("ram://x")
    assert (refusal.value.code, refusal.value.message) == ("store_unusable", "ram://x: OSError: no line up.")


@pytest.mark.parametrize("how", [{}, {"catalog": catalog_file(), "training": True}, {"gateway": SIMULATED}], ids=str)
def test_what_is_sold_for_nobody_asks_no_card_of_the_world(how: dict[str, Any]) -> None:
    with register_gateway("acme", fails):
        till = open_till(**{"gateway": "acme://bank"} | how)
        assert isinstance(gateway_of(till), MockGateway)
        till.close()


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("no-such-package", "'no-such-package' is not installed here"),
        ("pytest", "'pytest' adds nothing to the till"),
        (fails, "is no extension: name a package, or give a Tender, Verb, AddedAction, Theme"),
    ],
    ids=["gone", "other", "no row"],
)
def test_a_test_is_told_what_is_no_extension(what: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason), extended(what):
        pass
