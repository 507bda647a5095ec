"""Queue a checkout by Kafka: `python client_kafka.py BROKERS TOPIC URL SHOP SKU TOTAL`; confluent-kafka and redis."""

import json
import sys
from datetime import UTC, datetime, timedelta
from time import sleep
from uuid import uuid4

import redis
from confluent_kafka import Producer

brokers, topic, url, shop, sku, total = sys.argv[1:]
producer, server = Producer({"bootstrap.servers": brokers}), redis.Redis.from_url(url, decode_responses=True)
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
producer.produce(topic, json.dumps(request), order, on_delivery=lambda error, _message: error and sys.exit(str(error)))
producer.flush()
while (known := server.hgetall(f"{{{shop}}}:queued:{order}")).get("state", "pending") == "pending":
    sleep(0.1)
print(order, known["state"], known.get("receipt", ""))
