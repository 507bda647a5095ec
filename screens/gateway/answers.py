"""What the gateway can be told to answer, in words: to choose from, of what is to come, and of what was just chosen."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pos.domain.declines import CODES, decline_words
from pos.domain.i18n import N_, _, number_text
from screens.kit import filtering

if TYPE_CHECKING:
    from pos.domain.ports import GatewayPlan

CARD: Final = N_("THE NEXT CARD")
GATEWAY: Final = N_("THE GATEWAY")
DECLINED: Final = N_("THE NEXT CARD IS DECLINED")

SHORT: Final = {
    "approve": (CARD, N_("Approve"), N_("It is charged, whatever card it is.")),
    "slow": (CARD, N_("Slow"), N_("It gets its own answer, later than usual.")),
    "timeout before": (CARD, N_("Time-out before"), N_("No answer comes, and it is not charged.")),
    "timeout after": (CARD, N_("Time-out after"), N_("No answer comes, although it is charged.")),
    "timeout late": (CARD, N_("Time-out, late"), N_("No answer comes, and it is charged only after that.")),
    "down": (GATEWAY, N_("Down"), N_("It cannot be reached until it is up again.")),
    "up": (GATEWAY, N_("Up"), N_("It can be reached again.")),
    "clear": (GATEWAY, N_("Clear"), N_("What was chosen for cards is taken back.")),
}
"""All but the declines, by their words in the till's language: section, name, what happens then."""
USUAL: Final = ("insufficient_funds", "expired_card", "incorrect_pin", "lost_card", "generic_decline")
"""The declines that are shown most, which come first."""

TOLD: Final = {
    "down": N_("The gateway is down: no card can be charged until it is up again."),
    "up": N_("The gateway is up again."),
    "clear": N_("What was chosen is taken back: each card answers for itself."),
}
"""What is said once something was chosen that is no answer to a card."""
COMING: Final = {
    "approve": N_("approved"),
    "timeout before": N_("no answer, not charged"),
    "timeout after": N_("no answer, though charged"),
    "timeout late": N_("no answer, charged late"),
}
"""What is said of an answer that is to come."""


@dataclass(frozen=True, slots=True)
class GatewayAnswer:
    """One thing to choose: its words in the till's language, its section and name, what happens, a decline's code."""

    words: str
    section: str
    text: str
    about: str
    code: str = ""


def answers() -> tuple[GatewayAnswer, ...]:
    """Everything that the gateway can be told, in the language in use."""
    codes = (*USUAL, *sorted(CODES - {*USUAL, "voided"}))
    return (
        *(GatewayAnswer(words, section, _(text), _(about)) for words, (section, text, about) in SHORT.items()),
        *(_declining(code) for code in codes),
    )


def _declining(code: str) -> GatewayAnswer:
    words = decline_words(code)
    return GatewayAnswer(f"decline {code}", DECLINED, str(words.sentence), str(words.next_step), code)


def fitting(listed: tuple[GatewayAnswer, ...], typed: str) -> tuple[tuple[GatewayAnswer, ...], bool]:
    """Those that fit what was typed, in their own order, and whether they are guessed."""
    texts = {each.words: f"{each.text} {each.words} {each.code.replace('_', ' ')}" for each in listed}
    found = filtering.fitting(typed, texts)
    keys = frozenset(found.keys)
    return tuple(each for each in listed if each.words in keys), found.guessed


def coming(words: str) -> str:
    """One answer of a gateway's plan, `words` as the plan has them, in a few words for people."""
    verb, _blank, rest = words.partition(" ")
    if verb == "decline":
        return _("declined ({sentence})", sentence=str(decline_words(rest).sentence).rstrip("."))
    if verb == "slow":
        return _("slow, after {seconds} seconds", seconds=number_text(Decimal(rest)))
    return _(COMING[words])


def told(words: str, plan: GatewayPlan) -> str:
    """What happens next, now that the gateway was told these words."""
    state = words.lower().strip()
    if state in TOLD:
        return _(TOLD[state])
    many, answer = len(plan.answers), coming(plan.answers[-1])
    said = _("The next card: {answer}.", answer=answer)
    if many > 1:
        said = _("Card {number} from now on: {answer}.", number=many, answer=answer)
    return " ".join((said, _("But the gateway is down."))) if plan.down else said
