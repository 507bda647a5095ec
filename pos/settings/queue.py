"""How the queue between checkout and payment is used, as the settings say."""

from __future__ import annotations

from datetime import timedelta

from pos.domain.kafka_options import KafkaOptions
from pos.domain.queue_options import QueueOptions
from pos.settings.model import Settings


def queue_options(settings: Settings) -> QueueOptions:
    """How the queue of the settings' shop is used."""
    queue = settings.queue
    return QueueOptions(
        always=settings.checkout.queue,
        address=queue.address or "",
        most=queue.most,
        tries=queue.tries,
        expires=timedelta(minutes=queue.expires_minutes),
        foreign_prices=queue.foreign_prices,
        kafka=KafkaOptions(
            user=queue.kafka_user,
            password=queue.kafka_password.get_secret_value() if queue.kafka_password is not None else None,
            mechanism=queue.kafka_mechanism,
            tls=queue.kafka_tls == "tls",
            ca=str(queue.kafka_ca) if queue.kafka_ca is not None else None,
        ),
    )
