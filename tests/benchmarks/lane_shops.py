"""Shops on a server, filled beforehand."""

from __future__ import annotations

from pos.domain.catalog_file import CatalogFile
from pos.domain.counters import ESCAPED
from pos.stores.redis.address import ServerAddress, server_address
from pos.stores.redis.filling import fill
from pos.stores.redis.options import ServerOptions
from pos.till.catalog_loading import counters_of, tables_of
from tests.servers.server import Server


def filled(server: Server, shop: str, file: CatalogFile) -> str:
    """Have a shop there; the address of its store."""
    tables = {
        "shop": {"shop": file.store.model_dump(mode="json") | {"demo": False}},
        **tables_of(file),
        "names": {"names": ESCAPED},
    }
    fill(address_of(server, shop), ServerOptions(), tables, counters_of(file.products, file.coupons))
    return server.url(shop)


def address_of(server: Server, shop: str) -> ServerAddress:
    """A shop's address, taken apart."""
    found = server_address(server.url(shop))
    assert isinstance(found, ServerAddress)
    return found
