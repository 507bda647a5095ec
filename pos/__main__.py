"""Where the program begins, as `pos` or as `python -m pos`."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from pos import terminal_echo

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code, which is 130 if Ctrl+C ends it, also while it is being loaded."""
    try:
        if terminal_echo.may_open_screen(sys.argv[1:] if arguments is None else arguments):
            terminal_echo.hide()
            # Nothing that is loaded on the way to a screen is garbage: looking for some would cost its time.
            gc.disable()
        from pos.command_line import main as run

        return run(arguments)
    except KeyboardInterrupt:
        return 130
    finally:
        gc.enable()
        terminal_echo.show()


if __name__ == "__main__":
    sys.exit(main())
