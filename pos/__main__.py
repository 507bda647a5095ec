"""Where the program begins, as `pos` or as `python -m pos`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code, which is 130 if Ctrl+C ends it, also while it is being loaded."""
    try:
        from pos.command_line import main as run

        return run(arguments)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
