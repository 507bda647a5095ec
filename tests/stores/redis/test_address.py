"""The address of a shop on a server: its parts, its name, and that no password is ever told again."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.stores.redis.address import ServerAddress, server_address
from pos.stores.redis.options import ServerOptions

LETTERS = string.ascii_lowercase + string.digits
HOSTS = st.one_of(
    st.lists(st.text(LETTERS, min_size=1, max_size=9).map(lambda label: f"h{label}"), min_size=1, max_size=3).map(
        ".".join
    ),
    st.ip_addresses().map(lambda address: address.compressed),
)
ADDRESSES = st.builds(
    ServerAddress,
    host=HOSTS,
    port=st.integers(1, 65_535),
    db=st.integers(0, 99_999),
    shop=st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=40),
    tls=st.booleans(),
    user=st.none() | st.text(string.ascii_letters + string.digits + "@/?#%&;=.-", min_size=1, max_size=20),
)


@given(ADDRESSES)
def test_a_name_is_read_as_what_it_is_of(address: ServerAddress) -> None:
    assert server_address(address.name) == address
    assert not set(address.folder_name) & set('/\\:*?"<>|')


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("redis://till.example?shop=main", "redis://till.example:6379/0?shop=main"),
        ("redis://till.example/?shop=main", "redis://till.example:6379/0?shop=main"),
        ("REDISS://anna@Till.Example:7000/3?shop=Main_2", "rediss://anna@till.example:7000/3?shop=Main_2"),
        ("redis://[::1]/1?shop=x", "redis://[::1]:6379/1?shop=x"),
        ("redis://[0:0::1]:7000?shop=x", "redis://[::1]:7000/0?shop=x"),
        ("redis://127.0.0.1:6380?shop=x", "redis://127.0.0.1:6380/0?shop=x"),
        ("redis://valkey_1/7?shop=x", "redis://valkey_1:6379/7?shop=x"),
    ],
)
def test_what_is_left_out_is_usual(written: str, name: str) -> None:
    assert server_address(written).name == name


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("redis://till.example/0", "names its shop, too"),
        ("redis://till.example?shop=", "letters, digits, - and _"),
        ("redis://till.example?shop=a%2Fb", "letters, digits, - and _"),
        (f"redis://till.example?shop={'a' * 41}", "1 to 40"),
        ("redis://till.example?shop=a&shop=b", "1 to 40"),
        ("redis://till.example?shop=a&timeout=5", "nothing else"),
        ("redis://till.example:0?shop=a", "1 to 65535"),
        ("redis://till.example:65536?shop=a", "1 to 65535"),
        ("redis://till.example:?shop=a", "1 to 65535"),
        ("redis://till.example:٦٣?shop=a", "1 to 65535"),
        ("redis://till.example/main?shop=a", "database"),
        ("redis://till.example/0/1?shop=a", "no address of a server"),
        ("redis://?shop=a", "names no server"),
        ("redis://[fe80::1%eth0]?shop=a", "names no server"),
        ("redis://[::1?shop=a", "no address of a server|names no server"),
        ("redis://1.2.3?shop=a", "names no server"),
        ("redis://a b?shop=a", "names no server"),
        ("redis://till.example\n?shop=a", "names no server"),
        ("redis://@till.example?shop=a", "user"),
        ("redis://an%0Ana@till.example?shop=a", "user"),
        ("redis://till.example?shop=a#x", "no address of a server"),
        ("redis:till.example", "no address of a server"),
    ],
)
def test_what_is_wrong_is_said(written: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        server_address(written)


SECRET = "s3cr3t-Zq"


@pytest.mark.parametrize(
    "written",
    [
        f"redis://anna:{SECRET}@till.example?shop=a",
        f"redis://:{SECRET}@till.example?shop=a",
        f"redis://anna%3A{SECRET}@till.example?shop=a",
        f"rediss://anna:/{SECRET}?#@till.example?shop=a",
        f"redis://till.example?shop=a&password={SECRET}",
        f"redis://till.example?shop=a&PASS={SECRET}",
    ],
)
def test_a_password_is_told_where_it_belongs(written: str) -> None:
    with pytest.raises(ValueError, match=r"lanes\.password_file") as refused:
        server_address(written)
    assert SECRET not in str(refused.value)


PLACES = [
    "redis://{}", "redis://{}@h?shop=a b", "redis://h:{}?shop=a", "redis://h/{}?shop=a", "redis://h?{}", "redis://h?shop=a&{}=b",
    "redis://h?shop={}!", "redis://[{}]?shop=a", "redis://u:{}@h?shop=a", "{}redis://u:{}@h",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@given(around=st.text(":@/?#&=;%[] \n", max_size=3))
def test_nothing_of_a_wrong_address_is_repeated(place: str, around: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        server_address(place.replace("{}", f"{around}{SECRET}{around}"))
    assert SECRET.lower() not in f"{refused.value!r} {refused.value.__cause__!r} {refused.value}".lower()


def test_options_show_no_password() -> None:
    assert SECRET not in repr(ServerOptions(password=SECRET))
