"""The simulated gateway's books on the server: whoever asks, a payment has one end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Thread

import pytest

from pos.payments.ledger import Card, Ledger
from pos.stores.redis.address import server_address
from pos.stores.redis.options import ServerOptions
from pos.stores.redis.simulated_ledger import SharedLedger
from tests.servers.proxy import Proxy
from tests.servers.shared import new_shop, shared_server

VISA = Card("visa", "4242")


@pytest.fixture
def ledger() -> Iterator[Callable[[], Ledger]]:
    shop, made = new_shop(), list[SharedLedger]()

    def opened() -> Ledger:
        address = server_address(shared_server().url(shop))
        made.append(SharedLedger(address, ServerOptions()))
        return made[-1]

    yield opened
    for each in made:
        each.close()


def test_what_one_has_done_the_other_knows(ledger: Callable[[], Ledger]) -> None:
    one, other = ledger(), ledger()
    one.add_card("tok", VISA)
    one.ask("a1", 500, VISA, None)
    assert (other.card("tok"), one.decide("a1").state) == (VISA, "captured")
    charge = other.charge("a1")
    assert charge is not None
    assert (charge.state, charge.kept, other.captured_total()) == ("captured", 500, 500)
    assert other.refund("a1", "r1", 200)
    assert not one.refund("a1", "r2", 400)
    assert (one.captured_total(), len(one.charges())) == (300, 1)


def test_what_is_void_is_never_captured_by_the_other(ledger: Callable[[], Ledger]) -> None:
    one, other = ledger(), ledger()
    one.ask("a1", 500, VISA, None)
    other.void("a1")
    assert (one.decide("a1").state, one.ask("a1", 500, VISA, None).state) == ("voided", "voided")


def test_many_at_once_lose_no_step_and_do_none_twice(ledger: Callable[[], Ledger]) -> None:
    def pay(books: Ledger) -> None:
        for number in range(20):
            books.ask(f"a{number}", 100, VISA, None)
            books.decide(f"a{number}")

    threads = [Thread(target=pay, args=(ledger(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (ledger().captured_total(), len(ledger().charges())) == (2_000, 20)


def test_without_the_server_a_step_is_not_written() -> None:
    with Proxy(shared_server()) as proxy:
        books = SharedLedger(server_address(proxy.url(new_shop())), ServerOptions(timeout=0.3))
        proxy.refuse()
        with pytest.raises(OSError, match="cannot be reached"):
            books.ask("a1", 500, VISA, None)
        books.close()
