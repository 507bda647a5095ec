"""The one exception a cashier can cause, and the codes that other programs may rely on."""

from __future__ import annotations

from typing import Final

from pos.domain.message import Message

ERROR_CODES: Final[dict[str, str]] = {
    "unknown_code": "The scanned or typed code is in no product.",
    "bad_check_digit": "The code has a GTIN's length, but its check digit is wrong.",
    "bad_command": "The line is not in the till's language.",
    "bad_quantity": "Zero, negative, too large, or a fraction of a thing sold by the piece.",
    "bad_amount": "An amount that is not money in this currency, negative, or more than may be taken.",
    "bad_price": "A price that is negative or no money in this currency.",
    "bad_discount": "A discount that is neither a percentage from 0 to 100 nor an amount.",
    "unknown_line": "The ticket has no line of this number.",
    "ticket_full": "The ticket takes no more lines or coupons.",
    "shelf_full": "So many tickets are set aside that no other one can be.",
    "empty_ticket": "There is nothing on the ticket.",
    "out_of_stock": "Fewer are free than were asked for.",
    "coupon_unknown": "No coupon has this code.",
    "coupon_inactive": "The coupon is switched off.",
    "coupon_not_started": "The coupon is valid later.",
    "coupon_expired": "The coupon's last day has passed.",
    "coupon_exhausted": "The coupon was used as often as it may be, in all or by this member.",
    "coupon_below_minimum": "The ticket is below the coupon's minimum order or quantity.",
    "coupon_not_stackable": "The coupon cannot be combined with one on the ticket.",
    "coupon_needs_member": "The coupon is counted per member, and none is attached.",
    "coupon_already_applied": "The coupon is on the ticket already.",
    "coupon_not_applied": "The coupon to take off is not on the ticket.",
    "ticket_not_empty": "Another ticket cannot be taken up while this one has lines.",
    "unknown_member": "No member has this number.",
    "unknown_ticket": "No ticket is set aside under this name.",
    "name_taken": "Another ticket is set aside under this name, or it is another ticket's or a member's number.",
    "unknown_day": "No day was closed under this name.",
    "unknown_order": "No order has this number.",
    "ticket_frozen": "The ticket is being paid and cannot be changed.",
    "nothing_to_undo": "No change of the ticket is there to be taken back, or to be made again.",
    "undo_refused": "A change can no longer be taken back, or made again; what is in its way is told.",
    "nothing_to_abandon": "No payment has begun on this ticket.",
    "card_number_invalid": "The card number is not one: its length or check digit is wrong.",
    "card_swiped": "A card was swiped, or its track typed, at the till itself; nothing of it was kept.",
    "card_not_an_amount": "A card number or a code was typed where an amount belongs.",
    "payment_declined": "The payment was declined; `decline_code` says why. Nothing was charged.",
    "payment_unknown": "Nobody knows yet whether the payment went through; it is being checked.",
    "payment_cancelled": "The payment was cancelled and voided. Nothing was charged.",
    "payment_too_much": "More than the amount due was to be taken, by a tender that gives no change.",
    "tender_short": "What is behind a tender, such as the balance of a gift card, is less than was to be taken.",
    "tender_unknown": "The till does not know the tender by which was paid, or is to be.",
    "cash_step": "A part payment in cash must be payable in the coins of this shop.",
    "nothing_due": "Nothing is to be paid.",
    "price_changed": "A price changed between showing and paying.",
    "due_changed": "What is due is not what was shown any more; nothing was taken, and the new due is shown.",
    "gateway_down": "The payment gateway cannot be reached; nothing was charged.",
    "not_allowed": "Whoever is at the till has no right to this; `right` names it.",
    "not_in_this_store": "The command works on a demo, training or throw-away store only.",
    "screen_only": "The command needs a screen.",
    "demo_only": "The command works in a demo only.",
    "page_unknown": "The manual has no page of this name.",
    "flow_unknown": "There is no flow of this name, or its file cannot be read.",
    "flow_failed": "A line of a flow is wrong or did not do as the flow expects; file and line are named.",
    "expectation_failed": "An `expect` line did not hold.",
    "catalog_invalid": "The catalog has an error; file, place and field are named.",
    "catalog_not_empty": "A catalog can be loaded into an empty store only.",
    "channel_unusable": "Other programs cannot listen to a till, or watch one, on this machine.",
    "serving_refused": "The till cannot be served to browsers like this; what is missing is named.",
    "log_unusable": "The log file cannot be written.",
    "printer_unusable": "The receipt could not be printed; what is wrong with the printer is told.",
    "settings_invalid": "A setting is wrong; its place and what is allowed are named.",
    "time_zone_missing": "This machine does not know the shop's time zone; what to install is named.",
    "store_unusable": "The store's folder cannot be read or written.",
    "store_in_use": "Another till has this store open.",
    "server_away": "The shop's server is away, and this needs it; nothing was done.",
    "lane_refused": "The shop's server does not let this till use its lane.",
    "request_invalid": "A checkout request is none: what is wrong with it, and where, is named.",
    "request_differs": "Another checkout was asked for first by this order's id, and counts; `differs` names fields.",
    "unknown_request": "No checkout of this order was queued.",
    "queue_full": "So many checkouts are queued that no other one is taken; `wait` says for how many seconds.",
    "queue_away": "The queue cannot be reached.",
    "job_lost": "Another worker has taken the job over; this one changes nothing of it any more.",
    "ticket_ended": "The ticket was ended at another place.",
    "store_damaged": "A file of the store is damaged; file and line are named.",
    "store_not_empty": "A backup is put back into a folder that is new or empty only.",
    "backup_exists": "A file of this name is there already.",
    "backup_unusable": "The backup cannot be read or written, or is damaged.",
}
"""Every code with its meaning. A code never changes its meaning; new ones may be added."""


class TillError(Exception):
    """Something a cashier asked for that cannot be done; nothing was changed.

    `code` is one of `ERROR_CODES`, `words` what to tell the cashier (what happened, to what, what to do next),
    `details` more for programs, such as `decline_code` or `free`.
    """

    def __init__(self, code: str, words: Message, **details: str | int | None) -> None:
        if code not in ERROR_CODES:
            raise ValueError(f"{code!r} is not a published error code")
        super().__init__(code, words)
        self.code = code
        self.words = words
        self.details = details

    def __str__(self) -> str:
        return self.message

    @property
    def message(self) -> str:
        """Its words in the language in use."""
        return str(self.words)

    def as_json(self) -> dict[str, str | int | None]:
        """The error as `--json` prints it: code, message and the details."""
        return {"code": self.code, "message": self.message, **self.details}
