"""A wallet on the customer's telephone, which the gateway charges as it does a card."""

from typing import Final

from pos.domain.tenders import Tender

WALLET: Final = Tender(
    name="wallet",
    label="wallet",
    title="Wallet",
    behind="gateway",
    usage="wallet NUMBER [AMOUNT]",
    key="w",
    help="Charge the typed amount, or all that is due, to the wallet whose number is typed.",
)
