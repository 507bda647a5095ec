"""Many tills fight over the last units and uses: exactly these are sold, whatever else befalls the tills."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Final

from tests.crash.lane_seller import GO
from tests.crash.lane_shop import LaneShop
from tests.servers.shared import shared_server

TILLS: Final = 32
LAMPS: Final = 100
USES: Final = 10
KILLED: Final = 6
"""So many tills are killed while they sell, and begun again."""


def test_the_last_units_and_uses_are_sold_once(tmp_path: Path) -> None:
    chance = Random(1)
    server = shared_server()
    # Nobody goes on without the server, however busy this machine is.
    shop = LaneShop(tmp_path / "race", server, lamps=LAMPS, uses=USES, customers="the last units", timeout=20.0)
    names = [str(number) for number in range(1, TILLS + 1)]
    for name in names:
        shop.begin(shop.lane(name, chance.randrange(10**6)))
    shop.wait_open()
    shop.say(GO)
    for sold, name in enumerate(chance.sample(names, KILLED), 1):
        shop.wait_for_sales(sold * LAMPS // (KILLED + 2))
        shop.kill(name)
    assert shop.end() == []
    assert shop.killed == ["at random"] * KILLED
    assert shop.breaches(server, oversold=False) == []
    assert len(shop.sold()) <= LAMPS
    with server.client() as client:
        counts = client.hmget(f"{{{shop.name}}}:on_hand", "stock:LAMP", "uses:FEW")
    assert [int(count) for count in counts] == [0, -USES]
