"""How long an answer is waited for."""

from __future__ import annotations

from typing import Final

ANSWER_WITHIN: Final = 5.0
"""Seconds after which an answer of the gateway is given up if nothing else is said."""
