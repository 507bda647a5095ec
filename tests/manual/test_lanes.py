"""What the page on many tills says of carts, tried on a server."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from pos.domain.cart import Cart, CartLine
from pos.stores.redis.carts import LARGEST, from_fields
from tests.manual.papers import page
from tests.servers.server import Server

SECTION = page("lanes").partition("\n## A cart that another program writes\n")[2].partition("\n## ")[0]


def test_the_program_writes_a_cart_with_no_more_rights_than_the_page_gives(valkey_server: Server) -> None:
    client: Any = valkey_server.client()
    (program,) = re.findall(r"^```python\n(.*?)^```$", SECTION, re.DOTALL | re.MULTILINE)
    (rights,) = re.findall(r"`(ACL SETUSER [^`]+)`", SECTION)
    client.execute_command(*rights.split())
    url = f"redis://webshop:PASSWORD@{valkey_server.host}:{valkey_server.port}/0"
    assert "redis://localhost:6379/0" in program
    for _twice in range(2):
        exec(compile(program.replace("redis://localhost:6379/0", url), "a page", "exec"), {})
    fields = client.hgetall("{main}:cart:member:0421")
    line = CartLine(line=1, sku="MILK-1L", quantity=Decimal(2))
    cart = Cart(lines=(line,), coupons=("SAVE10",), member="0421", last_line=1, latest=1)
    assert from_fields("member:0421", fields) == ("carts", "0421", cart.model_dump(mode="json"))
    expiry = client.pexpiretime("{main}:cart:member:0421")
    assert abs(client.zscore("{main}:carts", "member:0421") - expiry) < 60_000
    assert [told for _id, told in client.xrange("{main}:changes")] == [{b"t": b"carts", b"k": b"0421"}] * 2
    assert int(fields[b"version"]) > 10**12
    client.acl_deluser("webshop")
    client.delete("{main}:cart:member:0421", "{main}:carts", "{main}:changes")


def test_every_field_that_the_page_names_is_one() -> None:
    table = SECTION.partition("| field |")[2].partition("\n\n")[0]
    cells = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    named = {name for cell in cells for name in re.findall("`([^`]+)`", cell)}
    line = '{"sku":"A","quantity":0.412,"price":5,"discount":{"amount":150,"reason":"dented"}}'
    values = {
        **dict.fromkeys(("line:1", "line:2"), line),
        **dict.fromkeys(("coupon:1", "coupon:2"), "ten"),
        "member": "M1",
        "discount": '{"percent":"10"}',
        "shown": '{"total":1,"prices":{"A":1},"coupons":{"TEN":0}}',
        **dict.fromkeys(("version", "last_line", "latest", "owner", "by"), "2"),
    }
    assert named == values.keys()
    record = from_fields("member:M1", values)[2]
    assert (len(record["lines"]), record["coupons"], record["discount"]["percent"]) == (2, ["TEN", "TEN"], "10")
    assert f"{LARGEST:,} bytes" in SECTION
