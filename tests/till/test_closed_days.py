"""Days that are closed while lanes sell: what a till counts on stays in hand."""

from __future__ import annotations

import pytest

from pos.domain.errors import TillError
from pos.domain.holds import Reservation
from tests.stores import samples
from tests.till.support import CAKE, GOOD_CARD, NOON, POOR_CARD, counter


async def test_days_closed_between_two_tries_to_pay_do_not_make_a_paid_ticket_an_open_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The power fails after the sale, before the lane forgets its ticket; other lanes closed days meanwhile."""
    with counter() as at:
        at.till.add(CAKE)
        with pytest.raises(TillError):
            await at.till.pay_card(POOR_CARD)
        await at.till.flush()
        open_ticket = at.store.get("tickets", "1")
        reserve = at.store.reserve

        def reserve_after_two_days(wanted: Reservation) -> Reservation:
            for name in ("a", "b", "c"):
                at.store.commit(samples.reservation(name, lane="2"), samples.sale(name), NOON)
                at.store.close_day("day")
            return reserve(wanted)

        monkeypatch.setattr(at.store, "reserve", reserve_after_two_days)
        assert (await at.till.pay_card(GOOD_CARD)).state == "paid"
        await at.till.flush()
        assert open_ticket is not None
        assert open_ticket["ticket"] == at.sale.ticket
        at.store.write({("tickets", "1"): open_ticket})
        with counter(at.store) as again:
            assert again.sale.lines == ()
            assert again.sale.ticket != at.sale.ticket
