"""What all commands of the queue refuse alike, and what other commands tell of its workers."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from pos.__main__ import main
from tests.queue.commands import TOTAL, Asked
from tests.queue.shop import QueueShop
from tests.till.support import TEA


@pytest.mark.parametrize("words", [("order",), ("queue", "retry"), ("queue", "drop")])
def test_what_is_no_id_is_nobody_s_order_and_no_card_s_number_is_shown(ask: Asked, words: tuple[str, ...]) -> None:
    for order, shown in (("web-\udc80", "web-?"), ("4242424242424242", "visa••4242")):
        code, out, err = ask(*words, order)
        assert code
        assert f" {shown} " in out + err
        assert "server_away" not in err


async def test_pos_lanes_tells_when_a_worker_sold_last(shop: QueueShop, ask: Asked) -> None:
    await shop.enqueue(TEA, total=TOTAL)
    await shop.work()
    (receipt,) = [each.receipt for each in shop.told]
    lanes = [json.loads(line) for line in ask("lanes", "--json")[1].splitlines()]
    assert [each["last_sale"] for each in lanes if each["lane"] == "W1"] == [shop.order(receipt).at.isoformat()]


@pytest.mark.parametrize("words", [("enqueue", "-"), ("order", "web-00000001"), ("queue",), ("queue", "drop", "x")])
def test_a_store_of_one_machine_has_no_queue(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--store", str(tmp_path)]) == 2
    assert "is a store of one machine" in capsys.readouterr().err


def test_where_no_shop_is_nothing_is_queued(
    shop: QueueShop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert main(["enqueue", "-", "--store", shop.server.url(f"{shop.shop}-none")]) == 2
    assert "store_unusable" in capsys.readouterr().err
