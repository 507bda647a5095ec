"""The last line of the journal cut at every byte: all before it is read, and what is torn is told and set aside."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import pytest

from pos.stores.embedded import journal
from tests.crash.inspection import inspected
from tests.crash.shop import Place, found, opened
from tests.crash.traced_steps import in_one_thread, sell_in_cash

SALES = 3
STRIDE = 31
"""Of the bytes, how many lie between two that are tried with a whole store."""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop with a few sales, closed."""
    folder = tmp_path_factory.mktemp("torn") / "shop"
    found(folder)
    with in_one_thread(), opened(Place.within(folder)) as open_shop:
        for _ in range(SALES):
            sell_in_cash(open_shop)
    return folder


@cache
def newest(shop: Path) -> tuple[Path, bytes, int]:
    """The newest journal, what is in it, and where its last line that sells something begins."""
    path = max(shop.glob("journal-*.ndjson"))
    data = path.read_bytes()
    end = data.index(b"\n", data.rindex(b'["orders",')) + 1
    return path, data[:end], data.rindex(b"\n", 0, end - 1) + 1


@pytest.mark.parametrize("after", [b"", bytes(4096)], ids=["nothing after", "zeros after"])
def test_every_cut_is_read_up_to_the_line_before(shop: Path, after: bytes) -> None:
    path, data, begin = newest(shop)
    whole = journal.decode(path, data + after)
    for cut in range(begin, len(data)):
        content = journal.decode(path, data[:cut] + after)
        assert content.steps == whole.steps[:-1]
        assert (content.torn, content.size) == (data[begin:cut], begin)
    assert (whole.torn, whole.size) == (b"", len(data))


def test_a_line_of_which_only_the_end_was_written_is_torn(shop: Path) -> None:
    path, data, begin = newest(shop)
    whole = journal.decode(path, data)
    for cut in range(begin + 1, len(data)):
        content = journal.decode(path, data[:begin] + bytes(cut - begin) + data[cut:])
        assert (content.steps, content.size) == (whole.steps[:-1], begin)


def test_a_store_with_a_torn_line_tells_of_it_and_goes_on(shop: Path, tmp_path: Path) -> None:
    _path, data, begin = newest(shop)
    for number, cut in enumerate(range(begin + 1, len(data), STRIDE)):
        place = Place.within(tmp_path / str(number))
        shutil.copytree(shop, place.store)
        newest(place.store)[0].write_bytes(data[:cut] + bytes(4096))
        with in_one_thread(), opened(place) as torn:
            assert len(tuple(torn.store.orders())) == SALES - 1
            assert any("torn-1.ndjson" in str(notice) for notice in torn.store.notices)
            sell_in_cash(torn)
        assert (place.store / "torn-1.ndjson").read_bytes() == data[begin:cut]
        assert inspected(place, ()) == []
