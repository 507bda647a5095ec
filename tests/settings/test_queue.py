"""The settings of the queue: what they make of it, and that no password is in its address."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pos.domain.kafka_options import KafkaOptions
from pos.domain.queue_options import QueueOptions
from pos.settings.queue import queue_options
from tests.settings.support import loaded, refusal


def test_without_a_word_no_payment_is_queued_and_the_queue_is_on_the_shop_s_server(tmp_path: Path) -> None:
    assert queue_options(loaded(tmp_path, "").settings) == QueueOptions()


def test_every_setting_is_used(tmp_path: Path) -> None:
    text = (
        '[checkout]\nqueue = true\n[queue]\naddress = "kafka://a:9092,b:9092/rush"\nmost = 7\ntries = 2\n'
        'expires_minutes = 1\nkafka_user = "anna"\nkafka_password = "s3cret"\nkafka_mechanism = "PLAIN"\n'
        'kafka_tls = "tls"\nkafka_ca = "/ca.pem"\n'
    )
    kafka = KafkaOptions(user="anna", password="s3cret", mechanism="PLAIN", tls=True, ca="/ca.pem")
    assert queue_options(loaded(tmp_path, text).settings) == QueueOptions(
        always=True, address="kafka://a:9092,b:9092/rush", most=7, tries=2, expires=timedelta(minutes=1), kafka=kafka
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("most = 0", "0 is not allowed. Allowed: a number from 1 to 10000000."),
        ("tries = 0", "0 is not allowed. Allowed: a number from 1 to 100."),
        ("expires_minutes = 1441", "1441 is not allowed. Allowed: minutes from 1 to 1440."),
        ('address = "rush"', "rush is not allowed. Allowed: an address such as kafka://HOST:PORT/TOPIC."),
        (
            'address = "kafka://anna:s3cret@a:9092/rush"',
            "kafka://anna:••••@a:9092/rush is not allowed. Allowed: an address such as kafka://HOST:PORT/TOPIC.",
        ),
    ],
)
def test_what_is_wrong_is_named_and_no_password(tmp_path: Path, line: str, told: str) -> None:
    name = line.partition(" ")[0]
    assert refusal(tmp_path, f"[queue]\n{line}\n") == [f"settings.toml:2: queue.{name}: {told}"]
