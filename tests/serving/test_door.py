"""Who is let in: a token works once, and trying is not for free."""

from __future__ import annotations

from pos.serving.door import DELAY, FAILURES, NETWORKS, PERIOD, Door


def test_a_token_works_once_and_there_is_a_new_one() -> None:
    door = Door()
    first = door.token
    secret = door.enter(first)
    assert secret is not None
    assert door.session(secret) is not None
    assert door.token != first
    assert door.enter(first) is None
    assert door.enter(door.token) not in (None, secret)


def test_what_nobody_guesses_is_of_256_bits() -> None:
    door = Door()
    first = door.token
    secret = door.enter(first)
    assert secret is not None
    # Four letters of base64 hold three bytes.
    assert len(first) == len(secret) == 43
    assert len({first, secret, door.token}) == 3


def test_only_a_secret_opens_and_its_name_does_not() -> None:
    door = Door()
    secret = door.enter(door.token)
    assert secret is not None
    name = door.session(secret)
    assert name is not None
    assert [door.session(other) for other in ("", name, secret[:-1], door.token, "ü")] == [None] * 5
    assert secret not in repr(vars(door))


def test_wrong_tokens_are_slowed_by_network_and_the_right_one_always_enters() -> None:
    time = [0.0]
    door = Door(lambda: time[0])
    for _ in range(FAILURES):
        assert door.enter("wrong") is None
        assert door.delay("192.0.2.1") == 0
        time[0] += 1
    assert door.delay("192.0.2.1") == DELAY
    assert door.delay("192.0.2.2") == 0
    assert door.enter(door.token) is not None
    time[0] = PERIOD + FAILURES
    assert door.delay("192.0.2.1") == 0


def test_not_every_network_is_remembered() -> None:
    door = Door(lambda: 0.0)
    for number in range(NETWORKS * 3):
        door.delay(f"192.0.2.{number}")
    assert len(door._failures) == NETWORKS
    for _ in range(FAILURES):
        door.delay("192.0.2.0")
    for number in range(NETWORKS - 1):
        door.delay(f"198.51.100.{number}")
    assert door.delay("192.0.2.0") == DELAY
