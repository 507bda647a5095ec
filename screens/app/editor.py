"""What those that change the ticket may know of the app."""

from __future__ import annotations

from typing import Protocol

from screens.kit.host import Notifier, OpenTill, Steps
from screens.kit.values import Formatting, ShopRules, TicketView


class Editor(Formatting, TicketView, ShopRules, Notifier, OpenTill, Steps, Protocol):
    """What edits the ticket: it asks, does steps of the till, and tells what came of them."""
