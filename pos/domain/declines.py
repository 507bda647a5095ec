"""Why a card was declined, in words for a cashier, with what to do next.

The codes are Stripe's decline codes for cards (docs.stripe.com/declines/codes), the error codes that stand in for one
where there is none, and `voided`, the till's own. A sentence never says more of the customer than may be said aloud.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from pos.domain.words import N_, _


class DeclineWords(NamedTuple):
    """What happened and what to do, a short sentence each. That nothing was charged is for the caller to say."""

    sentence: str
    next_step: str


_BANK: Final = N_("The bank declined the card.")

_OTHER_WAY: Final = DeclineWords(_BANK, N_("Ask for another way to pay."))
_NOT_THIS_CARD: Final = N_("Ask for another card or cash.")
_CALL: Final = DeclineWords(_BANK, N_("Ask for another card; only the bank can say why."))
_RETRY: Final = N_("Try again, or ask for another card or cash.")
_WRONG_PIN: Final = DeclineWords(N_("The PIN was wrong."), N_("Try again, or ask for another card."))
_WRONG_NUMBER: Final = DeclineWords(N_("The card number is wrong."), N_("Use the reader, or check the number."))
_WRONG_EXPIRY: Final = DeclineWords(N_("The expiry date is wrong."), N_("Use the reader, or check the date."))
_WRONG_CODE: Final = DeclineWords(N_("The security code is wrong."), N_("Use the reader, or check the code."))
_NEEDS_PIN: Final = DeclineWords(N_("The bank wants the PIN."), N_("Insert the card and ask for its PIN."))
_NEEDS_PROOF: Final = DeclineWords(
    N_("The bank wants the customer to confirm."), N_("Insert the card, or ask for another.")
)
_LIMIT: Final = DeclineWords(N_("The card has reached its limit."), _NOT_THIS_CARD)
_ADDRESS: Final = DeclineWords(
    N_("The address does not match the card."), N_("Use the reader, or ask for another card.")
)
_DISTURBED: Final = DeclineWords(N_("The bank could not be asked."), _RETRY)
_NO_PERMISSION: Final = DeclineWords(N_("The card may not be used for this."), _NOT_THIS_CARD)
_DUPLICATE: Final = DeclineWords(
    N_("The same amount was just paid by this card."), N_("Check the last receipts first.")
)
_PHONE: Final = DeclineWords(N_("The phone must confirm the payment."), N_("Ask to hold it to the reader again."))

_WORDS: Final[dict[str, DeclineWords]] = {
    "approve_with_id": DeclineWords(_BANK, _RETRY),
    "authentication_not_handled": _NEEDS_PROOF,
    "authentication_required": _NEEDS_PROOF,
    "call_issuer": _CALL,
    "card_declined": _CALL,
    "card_not_supported": _NO_PERMISSION,
    "card_velocity_exceeded": _LIMIT,
    "currency_not_supported": DeclineWords(N_("The card does not pay in this currency."), _NOT_THIS_CARD),
    "do_not_honor": _CALL,
    "do_not_try_again": _CALL,
    "duplicate_transaction": _DUPLICATE,
    "expired_card": DeclineWords(N_("The card has expired."), _NOT_THIS_CARD),
    "fraudulent": _OTHER_WAY,
    "generic_decline": _CALL,
    "incorrect_address": _ADDRESS,
    "incorrect_cvc": _WRONG_CODE,
    "incorrect_number": _WRONG_NUMBER,
    "incorrect_pin": _WRONG_PIN,
    "incorrect_zip": _ADDRESS,
    "insufficient_funds": DeclineWords(N_("Not enough funds."), _NOT_THIS_CARD),
    "invalid_account": DeclineWords(N_("The card or its account does not work."), _NOT_THIS_CARD),
    "invalid_amount": DeclineWords(
        N_("The bank does not allow this amount."), N_("Check the amount, or split the payment.")
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
        N_("The card has been replaced."), N_("Ask for the new card, or cash.")
    ),
    "no_action_taken": _CALL,
    "not_permitted": _NO_PERMISSION,
    "offline_pin_required": _NEEDS_PIN,
    "online_or_offline_pin_required": _NEEDS_PIN,
    "pickup_card": _OTHER_WAY,
    "pin_try_exceeded": DeclineWords(N_("The PIN was wrong too often."), _NOT_THIS_CARD),
    "processing_error": DeclineWords(N_("Something went wrong on the way to the bank."), _RETRY),
    "reenter_transaction": DeclineWords(N_("The bank did not understand the request."), _RETRY),
    "restricted_card": _OTHER_WAY,
    "revocation_of_all_authorizations": _CALL,
    "revocation_of_authorization": _CALL,
    "security_violation": _OTHER_WAY,
    "service_not_allowed": _CALL,
    "stolen_card": _OTHER_WAY,
    "stop_payment_order": _CALL,
    "testmode_decline": DeclineWords(N_("A test card cannot pay here."), N_("Ask for a real card or cash.")),
    "transaction_not_allowed": _CALL,
    "try_again_later": DeclineWords(_BANK, _RETRY),
    "voided": DeclineWords(N_("This payment was cancelled before."), N_("Start the card payment again.")),
    "withdrawal_count_limit_exceeded": _LIMIT,
}

CODES: Final = frozenset(_WORDS)
"""Every code that has words of its own."""


def decline_words(code: str | None) -> DeclineWords:
    """The words for a decline code in the language in use; an unknown code, or none, gets general ones."""
    words = _WORDS.get(code or "", _CALL)
    return DeclineWords(_(words.sentence), _(words.next_step))
