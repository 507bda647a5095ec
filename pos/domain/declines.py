"""Why a card was declined, in words for a cashier, with what to do next.

The codes are Stripe's decline codes for cards (docs.stripe.com/declines/codes), the error codes that stand in for one
where there is none, and `voided`, the till's own. A sentence never says more of the customer than may be said aloud.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from pos.domain.message import Message, lazy


class DeclineWords(NamedTuple):
    """What happened and what to do, a short sentence each. That nothing was charged is for the caller to say."""

    sentence: Message
    next_step: Message


_BANK: Final = lazy("The bank declined the card.")

_OTHER_WAY: Final = DeclineWords(_BANK, lazy("Ask for another way to pay."))
_NOT_THIS_CARD: Final = lazy("Ask for another card or cash.")
_CALL: Final = DeclineWords(_BANK, lazy("Ask for another card; only the bank can say why."))
_RETRY: Final = lazy("Try again, or ask for another card or cash.")
_WRONG_PIN: Final = DeclineWords(lazy("The PIN was wrong."), lazy("Try again, or ask for another card."))
_WRONG_NUMBER: Final = DeclineWords(lazy("The card number is wrong."), lazy("Use the reader, or check the number."))
_WRONG_EXPIRY: Final = DeclineWords(lazy("The expiry date is wrong."), lazy("Use the reader, or check the date."))
_WRONG_CODE: Final = DeclineWords(lazy("The security code is wrong."), lazy("Use the reader, or check the code."))
_NEEDS_PIN: Final = DeclineWords(lazy("The bank wants the PIN."), lazy("Insert the card and ask for its PIN."))
_NEEDS_PROOF: Final = DeclineWords(
    lazy("The bank wants the customer to confirm."), lazy("Insert the card, or ask for another.")
)
_LIMIT: Final = DeclineWords(lazy("The card has reached its limit."), _NOT_THIS_CARD)
_ADDRESS: Final = DeclineWords(
    lazy("The address does not match the card."), lazy("Use the reader, or ask for another card.")
)
_DISTURBED: Final = DeclineWords(lazy("The bank could not be asked."), _RETRY)
_NO_PERMISSION: Final = DeclineWords(lazy("The card may not be used for this."), _NOT_THIS_CARD)
_DUPLICATE: Final = DeclineWords(
    lazy("The same amount was just paid by this card."), lazy("Check the last receipts first.")
)
_PHONE: Final = DeclineWords(lazy("The phone must confirm the payment."), lazy("Ask to hold it to the reader again."))

_WORDS: Final[dict[str, DeclineWords]] = {
    "approve_with_id": DeclineWords(_BANK, _RETRY),
    "authentication_not_handled": _NEEDS_PROOF,
    "authentication_required": _NEEDS_PROOF,
    "call_issuer": _CALL,
    "card_declined": _CALL,
    "card_not_supported": _NO_PERMISSION,
    "card_velocity_exceeded": _LIMIT,
    "currency_not_supported": DeclineWords(lazy("The card does not pay in this currency."), _NOT_THIS_CARD),
    "do_not_honor": _CALL,
    "do_not_try_again": _CALL,
    "duplicate_transaction": _DUPLICATE,
    "expired_card": DeclineWords(lazy("The card has expired."), _NOT_THIS_CARD),
    "fraudulent": _OTHER_WAY,
    "generic_decline": _CALL,
    "incorrect_address": _ADDRESS,
    "incorrect_cvc": _WRONG_CODE,
    "incorrect_number": _WRONG_NUMBER,
    "incorrect_pin": _WRONG_PIN,
    "incorrect_zip": _ADDRESS,
    "insufficient_funds": DeclineWords(lazy("Not enough funds."), _NOT_THIS_CARD),
    "invalid_account": DeclineWords(lazy("The card or its account does not work."), _NOT_THIS_CARD),
    "invalid_amount": DeclineWords(
        lazy("The bank does not allow this amount."), lazy("Check the amount, or split the payment.")
    ),
    "invalid_cvc": _WRONG_CODE,
    "invalid_expiry_month": _WRONG_EXPIRY,
    "invalid_expiry_year": _WRONG_EXPIRY,
    "invalid_number": _WRONG_NUMBER,
    "invalid_pin": _WRONG_PIN,
    "issuer_not_available": _DISTURBED,
    "lost_card": _OTHER_WAY,
    "merchant_blacklist": _OTHER_WAY,
    "mobile_device_authentication_required": _PHONE,
    "new_account_information_available": DeclineWords(
        lazy("The card has been replaced."), lazy("Ask for the new card, or cash.")
    ),
    "no_action_taken": _CALL,
    "not_permitted": _NO_PERMISSION,
    "offline_pin_required": _NEEDS_PIN,
    "online_or_offline_pin_required": _NEEDS_PIN,
    "pickup_card": _OTHER_WAY,
    "pin_try_exceeded": DeclineWords(lazy("The PIN was wrong too often."), _NOT_THIS_CARD),
    "processing_error": DeclineWords(lazy("Something went wrong on the way to the bank."), _RETRY),
    "reenter_transaction": DeclineWords(lazy("The bank did not understand the request."), _RETRY),
    "restricted_card": _OTHER_WAY,
    "revocation_of_all_authorizations": _CALL,
    "revocation_of_authorization": _CALL,
    "security_violation": _OTHER_WAY,
    "service_not_allowed": _CALL,
    "stolen_card": _OTHER_WAY,
    "stop_payment_order": _CALL,
    "testmode_decline": DeclineWords(lazy("A test card cannot pay here."), lazy("Ask for a real card or cash.")),
    "transaction_not_allowed": _CALL,
    "try_again_later": DeclineWords(_BANK, _RETRY),
    "voided": DeclineWords(lazy("This payment was cancelled before."), lazy("Start the card payment again.")),
    "withdrawal_count_limit_exceeded": _LIMIT,
}

CODES: Final = frozenset(_WORDS)
"""Every code that has words of its own."""


def decline_words(code: str | None) -> DeclineWords:
    """The words for a decline code; an unknown code, or none, gets general ones."""
    return _WORDS.get(code or "", _CALL)
