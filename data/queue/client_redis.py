"""Queue a checkout and wait for what becomes of it: `python client_redis.py URL SHOP SKU TOTAL`; pip install redis."""

import json
import sys
from datetime import UTC, datetime, timedelta
from time import sleep
from uuid import uuid4

import redis

url, shop, sku, total = sys.argv[1:]  # such as redis://localhost:6379/0 main MILK-1L 153
server = redis.Redis.from_url(url, decode_responses=True)
order, now = f"web-{uuid4()}", datetime.now(UTC)
request = {
    "version": 1,
    "order": order,  # your own: told again under the same id, it is the same order
    "lane": "web",
    "cart": {"lines": [{"line": 1, "sku": sku, "quantity": 1}]},
    "total": int(total),
    "currency": "USD",
    "card": {"token": "tok-1.visa.4242.approved", "brand": "visa", "last4": "4242"},  # of your gateway
    "at": now.isoformat(),
    "expires": (now + timedelta(minutes=30)).isoformat(),
}
server.xadd(f"{{{shop}}}:queue", {"order": order, "request": json.dumps(request)})
while (known := server.hgetall(f"{{{shop}}}:queued:{order}")).get("state", "pending") == "pending":
    sleep(0.1)
print(order, known["state"], known.get("receipt", ""))
