"""Who is let in: a token works once, and trying is not for free."""

from __future__ import annotations

from itertools import count

import pytest

from pos.serving.door import FAILURES, PERIOD, Door, TooManyTokens


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


def test_after_too_many_wrong_tokens_none_is_looked_at_for_a_while() -> None:
    time = [0.0]
    numbers = count()
    door = Door(lambda: time[0], lambda: f"secret {next(numbers)}")
    for _ in range(FAILURES):
        assert door.enter("wrong") is None
        time[0] += 1
    with pytest.raises(TooManyTokens):
        door.enter(door.token)
    time[0] = PERIOD
    assert door.enter(door.token) == "secret 2"
