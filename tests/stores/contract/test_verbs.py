"""The verbs of stock and checkout: all or none, idempotent by id, gapless receipts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from pos.domain.cart import Cart, CartLine
from pos.domain.errors import TillError
from pos.domain.ports import Store
from pos.stores.redis.store import LaneStore
from tests.stores.contract.factories import fill
from tests.stores.samples import LATER, NOW, aside, attempt, error_of, reservation, sale


@pytest.fixture
def store(empty: Store) -> Store:
    return fill(empty, A=5, B=2)


def stands(store: Store, name: str) -> tuple[int, int]:
    counter = store.view.counter(name)
    return counter.on_hand, counter.held


def test_reserve_holds_and_commit_takes(store: Store) -> None:
    taken = reservation("1", ("A", 2), ("B", 1))
    assert store.reserve(taken) == taken
    assert store.reservation(taken.id) == taken
    assert store.view.open_reservations() == (taken,)
    assert (stands(store, "A"), stands(store, "B")) == ((5, 2), (2, 1))
    order = store.commit(taken, sale("1"), NOW)
    assert (order.id, order.receipt, order.reservation, order.at) == (taken.order, "T1-1-1", taken.id, NOW)
    assert (order.sale.order, order.sale.receipt) == (order.id, order.receipt)
    assert (stands(store, "A"), stands(store, "B")) == ((3, 0), (1, 0))
    assert store.archive.order(order.id) == store.archive.order("T1-1-1") == order
    assert list(store.archive.orders()) == [order]
    assert store.view.open_reservations() == ()


def test_every_verb_told_twice_changes_nothing(store: Store) -> None:
    first, second, late = reservation("1", ("A", 1)), reservation("2", ("A", 2)), reservation("3", ("B", 1))
    assert store.reserve(first) == store.reserve(first)
    assert stands(store, "A") == (5, 1)
    assert store.record_attempt(first.id, attempt("1")) == store.record_attempt(first.id, attempt("1"))
    assert store.commit(first, sale("1"), NOW) == store.commit(first, sale("1"), LATER)
    assert stands(store, "A") == (4, 0)
    store.reserve(second)
    assert store.release(second.id) == store.release(second.id)
    assert stands(store, "A") == (4, 0)
    store.reserve(late)
    assert [each.id for each in store.expire(LATER)] == [late.id]
    assert store.expire(LATER) == ()
    assert store.release(late.id).state == "expired"
    assert stands(store, "B") == (2, 0)
    assert store.reserve(first).state == "committed"
    assert len(list(store.archive.orders())) == 1


def test_all_claims_or_none(store: Store) -> None:
    with pytest.raises(TillError) as caught:
        store.reserve(reservation("1", ("A", 5), ("B", 3)))
    assert error_of(caught.value) == ("out_of_stock", {"counter": "B", "free": 2})
    with pytest.raises(TillError) as caught:
        store.commit(reservation("2", ("A", 3), ("A", 3)), sale("2"), NOW)
    assert error_of(caught.value) == ("out_of_stock", {"counter": "A", "free": 5})
    assert (stands(store, "A"), stands(store, "B")) == ((5, 0), (2, 0))
    assert store.view.open_reservations() == ()
    assert store.reservation("res_1") is None
    assert list(store.archive.orders()) == []


def test_what_is_held_is_not_free(store: Store) -> None:
    store.reserve(reservation("1", ("B", 2)))
    with pytest.raises(TillError) as caught:
        store.commit(reservation("2", ("B", 1)), sale("2"), NOW)
    assert error_of(caught.value) == ("out_of_stock", {"counter": "B", "free": 0})


def test_uses_count_down_to_a_negative_floor(store: Store) -> None:
    for number in range(2):
        store.commit(reservation(f"{number}", ("uses:SAVE", 1, -2)), sale("1"), NOW)
    assert stands(store, "uses:SAVE") == (-2, 0)
    with pytest.raises(TillError) as caught:
        store.reserve(reservation("3", ("uses:SAVE", 1, -2)))
    assert error_of(caught.value) == ("coupon_exhausted", {"counter": "uses:SAVE", "free": 0})


def test_no_floor_lets_stock_go_below_zero(store: Store) -> None:
    store.commit(reservation("1", ("B", 4, None)), sale("1"), NOW)
    assert stands(store, "B") == (-2, 0)


def test_commit_without_reserve_is_one_step(store: Store) -> None:
    order = store.commit(reservation("1", ("A", 5)), sale("1"), NOW)
    assert stands(store, "A") == (0, 0)
    assert store.commit(reservation("1", ("A", 5)), sale("1"), NOW) == order
    ended = store.reservation("res_1")
    assert ended is not None
    assert (ended.state, ended.order, ended.claims) == ("committed", order.id, ())


def test_an_attempt_makes_the_reservation_charging_and_keeps_its_results(store: Store) -> None:
    store.reserve(reservation("1", ("A", 1)))
    charging = store.record_attempt("res_1", attempt("1"))
    assert (charging.state, charging.deadline) == ("charging", None)
    assert store.expire(LATER + timedelta(days=1)) == ()
    store.record_attempt("res_1", attempt("2"))
    declined = store.record_attempt("res_1", attempt("1", "declined"))
    assert [each.state for each in declined.attempts] == ["declined", "pending"]
    store.commit(declined.model_copy(update={"attempts": (attempt("2", "captured"),)}), sale("1"), NOW)
    ended = store.reservation("res_1")
    assert ended is not None
    assert [each.state for each in ended.attempts] == ["declined", "captured"]


def test_a_late_result_is_kept_after_the_release(store: Store) -> None:
    store.reserve(reservation("1", ("A", 1), state="charging", attempts=(attempt("1"),)))
    store.release("res_1")
    late = store.record_attempt("res_1", attempt("1", "captured"))
    assert (late.state, late.attempts[0].state) == ("released", "captured")
    assert stands(store, "A") == (5, 0)


def test_only_what_is_held_beyond_its_deadline_expires(store: Store) -> None:
    store.reserve(reservation("held", ("A", 1)))
    store.reserve(reservation("later", ("A", 1), deadline=LATER + timedelta(seconds=1)))
    store.reserve(reservation("charging", ("A", 1), state="charging"))
    store.reserve(reservation("too", ("A", 1)))
    assert [each.id for each in store.expire(LATER)] == ["res_held", "res_too"]
    assert stands(store, "A") == (5, 2)
    assert [each.id for each in store.view.open_reservations()] == ["res_later", "res_charging"]


@pytest.mark.parametrize("places", [{}, {("held", "other"): aside("tic_1")}, {("tickets", "T2"): {"ticket": "tic_1"}}])
def test_a_ticket_whose_time_is_over_is_set_aside_unless_it_is_somewhere(
    store: Store, places: dict[tuple[str, str], dict[str, object]]
) -> None:
    cart = Cart(lines=(CartLine(line=1, sku="A", quantity=Decimal(1)),), last_line=1)
    store.write({**places, ("held", "TIC_2"): aside("another")})
    for name in ("1", "2"):
        store.reserve(reservation(name, ("A", 1)).model_copy(update={"cart": cart}))
    assert len(store.expire(LATER)) == 2
    tickets = {name: record["ticket"] for name, record in store.view.items("held") if record["cart"]["lines"]}
    assert tickets == ({} if places else {"tic_1": "tic_1"}) | {"tic_2 (2)": "tic_2"}
    assert Cart.model_validate((store.get("held", "tic_2 (2)") or {})["cart"]) == cart


def test_what_is_held_without_a_deadline_is_given_back_after_ten_minutes(store: Store) -> None:
    store.reserve(reservation("1", ("A", 1), deadline=None))
    assert store.expire(LATER - timedelta(seconds=1)) == ()
    assert [each.id for each in store.expire(LATER)] == ["res_1"]


def test_a_ticket_is_somewhere_else_in_the_step_in_which_its_hold_is_given_back(store: Store) -> None:
    taken, free = reservation("1", ("A", 1)), {("held", "x"): None}
    kept = {("held", "x"): aside("tic_1")}
    store.reserve(taken)
    store.write({("held", "x"): aside("other")})
    assert not store.release(taken.id, kept, expect=free).ended
    assert (stands(store, "A"), store.get("held", "x")) == ((5, 1), aside("other"))
    store.write({("held", "x"): None})
    before = store.last_step
    assert before is not None
    for _ in range(2):
        assert store.release(taken.id, kept, expect=free).state == "released"
        assert store.get("held", "x") == aside("tic_1")
        # Beside a server's till its link writes steps, too.
        steps = (store.last_step or 0) - before
        assert steps == 1 or (isinstance(store, LaneStore) and steps > 1)


def test_what_has_ended_otherwise_is_no_order(store: Store) -> None:
    taken = reservation("1", ("A", 1))
    store.reserve(taken)
    store.release(taken.id)
    with pytest.raises(LookupError, match="released"):
        store.commit(taken, sale("1"), NOW)
    store.commit(reservation("2"), sale("2"), NOW)
    with pytest.raises(LookupError, match="committed"):
        store.release("res_2")
    with pytest.raises(LookupError):
        store.release("nobody")
    with pytest.raises(LookupError):
        store.record_attempt("nobody", attempt("1"))


def test_receipts_are_gapless_by_lane(store: Store) -> None:
    with pytest.raises(TillError):
        store.commit(reservation("0", ("A", 9)), sale("0"), NOW)
    lanes = ["T1", "T2", "T1", "T1", "T2"]
    receipts = [
        store.commit(reservation(f"{number}", lane=lane), sale("1"), NOW).receipt for number, lane in enumerate(lanes)
    ]
    assert receipts == ["T1-1-1", "T2-1-1", "T1-1-2", "T1-1-3", "T2-1-2"]
    found = store.archive.order("T2-1-2")
    assert found is not None
    assert found.id == "ord_4"
    store.commit(reservation("5"), sale("5"), NOW)
    assert store.archive.order("T1-1-4") is not None
    assert store.archive.order("T1-1-5") is None


def test_plain_records(store: Store) -> None:
    assert store.write({("tickets", "x"): {"n": [1]}, ("tickets", "y"): {"n": 2}, ("staff", "1"): {}})
    record = store.get("tickets", "x")
    assert record == {"n": [1]}
    record["n"].append(2)
    assert store.get("tickets", "x") == {"n": [1]}
    assert store.write({("tickets", "x"): {"n": 3}, ("tickets", "z"): {}, ("tickets", "gone"): None})
    assert store.view.keys("tickets") == ("x", "y", "z")
    assert dict(store.view.items("tickets")) == {"x": {"n": 3}, "y": {"n": 2}, "z": {}}
    assert store.get("tickets", "gone") is None
    assert store.view.keys("nothing") == ()


def test_records_are_written_if_others_are_as_they_were_read(store: Store) -> None:
    store.write({("tickets", "x"): {"n": 1}})
    take = {("tickets", "x"): None, ("carts", "x"): {"n": 1}}
    assert store.write(take, expect={("tickets", "x"): {"n": 1}})
    assert not store.write(take | {("carts", "x"): {"n": 2}}, expect={("tickets", "x"): {"n": 1}})
    assert not store.write({("carts", "x"): {"n": 2}}, expect={("carts", "x"): None})
    assert not store.write({("carts", "x"): {"n": 2}}, expect={("carts", "x"): {"n": 3}})
    assert store.get("carts", "x") == {"n": 1}


@pytest.mark.parametrize("bad", [{"key": "x"}, {"n": float("nan")}, {"n": {1, 2}}])
def test_what_is_no_record_is_refused_and_nothing_written(store: Store, bad: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        store.write({("tickets", "good"): {}, ("tickets", "bad"): bad})
    assert store.view.keys("tickets") == ()
    assert store.write({("tickets", "good"): {}})


def test_a_catalog_fills_an_empty_store_only(store: Store) -> None:
    with pytest.raises(TillError) as caught:
        store.load({}, {"A": 1})
    assert caught.value.code == "catalog_not_empty"
    assert stands(store, "A") == (5, 0)
    assert store.view.keys("products") == ("A", "B")
