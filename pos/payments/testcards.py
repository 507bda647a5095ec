"""Which test card and which amount gets which answer from the mock gateway.

The numbers are published test numbers, no customer's. Sources: docs.stripe.com/testing (declined payments, fraud
prevention) and docs.stripe.com/terminal/references/testing (physical test card: the last two digits of the amount).
"""

from __future__ import annotations

from typing import Final

DECLINED_CARDS: Final[dict[str, str]] = {
    "4000000000000002": "generic_decline",
    "4000000000009995": "insufficient_funds",
    "4000000000009987": "lost_card",
    "4000000000009979": "stolen_card",
    "4000000000000069": "expired_card",
    "4000000000000127": "incorrect_cvc",
    "4000000000000119": "processing_error",
    "4000000000006975": "card_velocity_exceeded",
    "4000000000000341": "generic_decline",
    "4100000000000019": "fraudulent",
}
"""The decline code by card number. Where Stripe gives an error code only, that is taken."""

DECLINED_CENTS: Final[dict[int, str]] = {
    1: "call_issuer",
    2: "offline_pin_required",
    3: "online_or_offline_pin_required",
    5: "generic_decline",
    55: "incorrect_pin",
    65: "withdrawal_count_limit_exceeded",
    75: "pin_try_exceeded",
}
"""The decline code by `amount % 100`, for a card read by the reader."""
