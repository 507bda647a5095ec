"""What stands where there is nothing to show, on more than one screen: what is so, and what can be done about it."""

from __future__ import annotations

from typing import Final

from pos.domain.i18n import N_

NOTHING_FITS: Final = N_("Nothing fits that. Type fewer letters, or Esc to begin again.")
"""In a list that is filtered by what is typed."""
