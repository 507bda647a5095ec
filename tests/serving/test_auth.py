"""Who is let in: a token works once, and trying is not for free."""

from __future__ import annotations

from pos.serving.auth import DELAY, FAILURES, NETWORKS, PERIOD, Authenticator


def test_a_token_works_once_and_there_is_a_new_one() -> None:
    auth = Authenticator()
    first = auth.token
    secret = auth.enter(first)
    assert secret is not None
    assert auth.session(secret) is not None
    assert auth.token != first
    assert auth.enter(first) is None
    assert auth.enter(auth.token) not in (None, secret)


def test_what_nobody_guesses_is_of_256_bits() -> None:
    auth = Authenticator()
    first = auth.token
    secret = auth.enter(first)
    assert secret is not None
    # Four letters of base64 hold three bytes.
    assert len(first) == len(secret) == 43
    assert len({first, secret, auth.token}) == 3


def test_only_a_secret_opens_and_its_name_does_not() -> None:
    auth = Authenticator()
    secret = auth.enter(auth.token)
    assert secret is not None
    name = auth.session(secret)
    assert name is not None
    assert [auth.session(other) for other in ("", name, secret[:-1], auth.token, "ü")] == [None] * 5
    assert secret not in repr(vars(auth))


def test_wrong_tokens_are_slowed_by_network_and_the_right_one_always_enters() -> None:
    time = [0.0]
    auth = Authenticator(lambda: time[0])
    for _ in range(FAILURES):
        assert auth.enter("wrong") is None
        assert auth.delay("192.0.2.1") == 0
        time[0] += 1
    assert auth.delay("192.0.2.1") == DELAY
    assert auth.delay("192.0.2.2") == 0
    assert auth.enter(auth.token) is not None
    time[0] = PERIOD + FAILURES
    assert auth.delay("192.0.2.1") == 0


def test_not_every_network_is_remembered() -> None:
    auth = Authenticator(lambda: 0.0)
    for number in range(NETWORKS * 3):
        auth.delay(f"192.0.2.{number}")
    assert len(auth._failures) == NETWORKS
    for _ in range(FAILURES):
        auth.delay("192.0.2.0")
    for number in range(NETWORKS - 1):
        auth.delay(f"198.51.100.{number}")
    assert auth.delay("192.0.2.0") == DELAY
