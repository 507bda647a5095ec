"""A cluster of Kafka in this process: librdkafka's own, which speaks the protocol on a port and keeps all in memory.

It divides topics among the members of a group, keeps their offsets, and forgets whoever gives no sign. It has neither
TLS nor users nor files, so that nothing of these is proved here.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import confluent_kafka

_PRODUCER: Final = 0
_LARGEST: Final = 512


def _library() -> Any:
    """The one that confluent-kafka brings: its wheels have it beside the package."""
    folder = Path(confluent_kafka.__file__).parent
    found = [*folder.parent.glob("confluent_kafka.libs/librdkafka*"), *folder.glob(".dylibs/librdkafka*")]
    library = ctypes.CDLL(str(found[0]))
    for name in ("rd_kafka_new", "rd_kafka_conf_new", "rd_kafka_mock_cluster_new"):
        getattr(library, name).restype = ctypes.c_void_p
    library.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
    return library


class Cluster:
    """One broker."""

    def __init__(self, library: Any, cluster: ctypes.c_void_p) -> None:
        self._library = library
        self._cluster = cluster
        self.place: str = library.rd_kafka_mock_cluster_bootstraps(cluster).decode()

    def topic(self, name: str, partitions: int) -> None:
        """Make a topic."""
        assert self._library.rd_kafka_mock_topic_create(self._cluster, name.encode(), partitions, 1) == 0

    def refuse(self) -> None:
        """Nobody reaches it,"""
        assert self._library.rd_kafka_mock_broker_set_down(self._cluster, 1) == 0

    def let_pass(self) -> None:
        """and all do again."""
        assert self._library.rd_kafka_mock_broker_set_up(self._cluster, 1) == 0


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A cluster with nothing in it."""
    library = _library()
    told = ctypes.create_string_buffer(_LARGEST)
    conf = ctypes.c_void_p(library.rd_kafka_conf_new())
    assert library.rd_kafka_conf_set(conf, b"log_level", b"0", told, _LARGEST) == 0, told.value
    handle = ctypes.c_void_p(library.rd_kafka_new(_PRODUCER, conf, told, _LARGEST))
    assert handle.value is not None, told.value
    made = ctypes.c_void_p(library.rd_kafka_mock_cluster_new(handle, 1))
    # Else whoever comes first waits for others.
    library.rd_kafka_mock_group_initial_rebalance_delay_ms(made, 0)
    yield Cluster(library, made)
    library.rd_kafka_mock_cluster_destroy(made)
    library.rd_kafka_destroy(handle)
