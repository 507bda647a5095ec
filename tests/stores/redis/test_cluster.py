"""A shop on a server of a cluster: it lies in one slot, and every key is declared."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pos.domain.ticket_records import SET_ASIDE
from tests.servers.server import Server
from tests.servers.shared import lane_store
from tests.servers.waiting import until
from tests.stores.contract.factories import fill
from tests.stores.redis.test_identity import stands
from tests.stores.samples import NOW, aside, reservation, sale

if TYPE_CHECKING:
    import redis


def is_ready(client: redis.Redis) -> bool:
    said: Any = client.execute_command("CLUSTER INFO")  # type: ignore[no-untyped-call]
    return "ok" in str(said.get("cluster_state"))


def test_a_shop_lies_in_one_slot_of_a_cluster(tmp_path: Path) -> None:
    name = (SET_ASIDE, "table 4")
    # Without a port of its own for the cluster it takes one 10,000 above, which there may not be.
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    with (
        Server.start(config={"cluster-enabled": "yes", "cluster-port": str(port)}) as server,
        server.client() as client,
    ):
        client.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16383)
        server.wait_for(is_ready, "take all slots")
        one = lane_store(tmp_path, "main", url=server.url("main"))
        fill(one, **{"stock:A": 5})
        two = lane_store(tmp_path, "main", "2", url=server.url("main"))
        taken = reservation("1", ("stock:A", 2))
        one.reserve(taken)
        one.commit(taken, sale("1"), NOW)
        one.reserve(reservation("2", ("stock:A", 1)))
        one.release("res_2")
        assert one.write({name: aside("1-1")}, expect={name: None})
        assert one.write({("products", "TEA"): {"sku": "TEA", "name": "Tea", "price": 200}})
        until(lambda: stands(two, "stock:A") == (3, 0), "the sale is not told")
        until(lambda: two.get(*name) == aside("1-1"), "the ticket is not told")
        until(lambda: two.get("products", "TEA") is not None, "the product is not told")
        assert two.write({name: None, ("tickets", "2"): {"next": 2}}, expect={name: aside("1-1")})
        assert two.order("T1-1-1") == one.order("T1-1-1")
        slots = {client.execute_command("CLUSTER KEYSLOT", key) for key in client.keys("*")}
        assert len(slots) == 1
        one.close()
        two.close()
