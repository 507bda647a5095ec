"""How a cluster of Kafka is written and used: addresses, users, TLS."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.domain.kafka_options import KafkaOptions
from pos.queue import kafka
from pos.queue.kafka import KafkaQueue
from pos.queue.kafka_address import kafka_address
from pos.queue.kafka_client import Line
from tests.certificates import Tls
from tests.servers.address import HOST

PASSWORD = "s3cret-of-kafka"
ADDRESS = kafka_address("kafka://broker.example/rush")


@pytest.mark.parametrize(("written", "name"), [
    ("kafka://broker.example/rush", "kafka://broker.example:9092/rush"),
    ("KAFKA://Broker.Example:7000/Rush_1.a-b", "kafka://broker.example:7000/Rush_1.a-b"),
    ("kafka://a:1,b,127.0.0.1:65535/rush", "kafka://a:1,b:9092,127.0.0.1:65535/rush"),
    ("kafka://[2001:DB8::0001]:9093/rush", "kafka://[2001:db8::1]:9093/rush"),
])  # fmt: skip
def test_an_address_names_brokers_and_a_topic(written: str, name: str) -> None:
    assert kafka_address(written).name == name
    assert kafka_address(name).name == name


@pytest.mark.parametrize("written", [
    "kafka://broker.example", "kafka://broker.example/", "kafka:///rush", "kafka://a:0/rush", "kafka://a:65536/rush",
    "kafka://a:port/rush", "kafka://a,/rush", "kafka://[::g]/rush", "kafka://a/rush/hour", "kafka://a/..",
    "kafka://a/rush?password=s3cret-of-kafka", "kafka://anna:s3cret-of-kafka@a/rush", "kafka://anna@a/rush",
    "kafka://anna%3As3cret-of-kafka%40a/rush", "kafka://a/s3cret of kafka", f"kafka://a/{'t' * 250}", "redis://a/rush",
    "kafka://a\n/rush", "kafka://a/rush\n",
])  # fmt: skip
def test_what_is_no_address_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(ValueError, match=r"queue|topic|broker") as refused:
        kafka_address(written)
    assert "s3cret" not in str(refused.value)
    assert "anna" not in str(refused.value)


def test_a_user_and_tls_reach_librdkafka(tls: Tls) -> None:
    ca = str(tls.certificate)
    said = Line(ADDRESS, KafkaOptions(user="anna", password=PASSWORD, tls=True, ca=ca)).configuration()
    assert said["security.protocol"] == "sasl_ssl"
    assert said["ssl.ca.location"] == ca
    assert (said["sasl.mechanism"], said["sasl.username"], said["sasl.password"]) == ("SCRAM-SHA-512", "anna", PASSWORD)


@pytest.mark.parametrize(("options", "protocol"), [
    (KafkaOptions(), "plaintext"), (KafkaOptions(tls=True), "ssl"), (KafkaOptions(user="anna"), "sasl_plaintext"),
])  # fmt: skip
def test_without_them_nothing_is_said_of_them(options: KafkaOptions, protocol: str) -> None:
    said = Line(ADDRESS, options).configuration()
    assert said["security.protocol"] == protocol
    assert ("sasl.password" in said) == (options.user is not None)


def test_a_password_that_anybody_could_read_is_not_sent() -> None:
    options = KafkaOptions(user="anna", password=PASSWORD, mechanism="PLAIN")
    with pytest.raises(TillError, match=r"queue\.kafka_tls") as refused:
        KafkaQueue.at(ADDRESS.name, options)
    assert refused.value.code == "settings_invalid"
    assert PASSWORD not in f"{refused.value}{options!r}"


def test_without_the_extra_its_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "find_spec", lambda _name: None)
    with pytest.raises(TillError, match=r"pip install 'tillkey\[queue\]'") as refused:
        KafkaQueue.at(ADDRESS.name, KafkaOptions())
    assert refused.value.code == "queue_away"


def test_certificates_that_are_none_are_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("none")
    for ca in ("ca.pem", "nowhere.pem"):
        queue = KafkaQueue.at(ADDRESS.name, KafkaOptions(tls=True, ca=str(tmp_path / ca)))
        for verb in (queue.depth, lambda queue=queue: queue.send("order-0001", b"{}")):
            with pytest.raises(TillError, match=r"^The queue is away: .* see queue\.kafka_ca\.$"):
                verb()
        queue.close()


@pytest.fixture
def behind_tls(tls: Tls) -> Iterator[tuple[int, list[bytes]]]:
    """The port of something that speaks TLS and hangs up, and the first words that it is told."""
    context, heard = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), list[bytes]()
    context.load_cert_chain(tls.certificate, tls.key)
    with socket.create_server((HOST, 0)) as listening:

        def listen() -> None:
            with suppress(OSError):
                while True:
                    plain, _from = listening.accept()
                    with suppress(OSError), plain, context.wrap_socket(plain, server_side=True) as connection:
                        heard.append(connection.recv(4096))

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        yield listening.getsockname()[1], heard
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_whoever_has_the_certificate_is_told_by_tls(behind_tls: tuple[int, list[bytes]], tls: Tls) -> None:
    port, heard = behind_tls
    queue = KafkaQueue.at(f"kafka://{HOST}:{port}/rush", KafkaOptions(tls=True, ca=str(tls.certificate), timeout=0.5))
    with pytest.raises(TillError):
        queue.depth()
    queue.close()
    assert b"rdkafka" in heard[0]


def test_whoever_has_another_certificate_is_told_nothing(behind_tls: tuple[int, list[bytes]], tls: Tls) -> None:
    port, heard = behind_tls
    queue = KafkaQueue.at(f"kafka://{HOST}:{port}/rush", KafkaOptions(tls=True, timeout=0.5))
    with pytest.raises(TillError, match="no trusted connection"):
        queue.depth()
    with pytest.raises(TillError, match="no trusted connection"):
        queue.send("order-0001", b"{}")
    queue.close()
    assert not any(heard)
