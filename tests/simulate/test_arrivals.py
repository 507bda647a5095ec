from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from pos.simulate.arrivals import SHARES, customers, rush

SEEDS = some.integers(0, 2**32)


@given(SEEDS, some.integers(0, 300), some.floats(0.1, 600))
def test_all_come_within_the_time_in_order_each_under_a_name_of_their_own(seed: int, many: int, seconds: float) -> None:
    buyers = rush(seed, many, seconds)
    assert len({buyer.order for buyer in buyers}) == many
    assert all(0 <= buyer.at <= seconds for buyer in buyers)
    assert all(before.at <= after.at for before, after in pairwise(buyers))


@given(SEEDS)
def test_a_seed_foretells_all(seed: int) -> None:
    assert rush(seed, 50, 10) == rush(seed, 50, 10)
    assert rush(seed, 50, 10) != rush(seed + 1, 50, 10)
    assert list(customers(seed, 3, 6, 60)) == list(customers(seed, 3, 6, 60))


def test_more_come_in_the_beginning_and_cards_are_as_usual() -> None:
    buyers = rush(1, 10_000, 20)
    first = sum(buyer.at < 5 for buyer in buyers)
    last = sum(buyer.at > 15 for buyer in buyers)
    assert first > 3 * last > 1000
    for card, share in SHARES.items():
        assert abs(sum(buyer.card == card for buyer in buyers) - 10_000 * share) < 250
    assert sum(not buyer.can_pay for buyer in buyers) == sum(buyer.card == "declined" for buyer in buyers)


@given(SEEDS, some.floats(1, 60))
def test_a_till_serves_in_order_within_the_time(seed: int, pace: float) -> None:
    moments = list(customers(seed, 1, pace, 120))
    assert moments == sorted(moments)
    assert all(0 < at < 120 for at in moments)


def test_tills_keep_their_pace_each_in_its_own_time() -> None:
    served = [list(customers(1, till, 6, 600)) for till in range(200)]
    assert abs(sum(map(len, served)) - 200 * 60) < 600
    assert len({moments[0] for moments in served}) == 200
