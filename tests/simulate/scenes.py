"""The pictures of a simulation that are kept as text. `python -m tests.simulate.scenes` writes them anew."""

from __future__ import annotations

import math
from collections import Counter
from pathlib import Path
from typing import Final

from pos.simulate.figures import Figures, History
from pos.simulate.laws import Law, Verdict
from pos.simulate.picture import Scene, picture, written

FOLDER: Final = Path(__file__).parent / "pictures"
SIZES: Final = ((80, 24), (120, 30))


def moment(seconds: int) -> Figures:
    """How a rush stands after so many seconds, of thirty."""
    asked = min(round(10_000 * (1 - math.exp(-seconds / 8))), 10_000)
    over = min(seconds * 420, asked)
    sold, declined = min(over // 2, 500), over // 12
    return Figures(
        seconds=seconds, units=500, stock=500 - sold, held=7 if sold < 500 else 0, asked=asked, expected=10_000,
        queue=asked - over, ended=Counter(paid=sold, declined=declined, sold_out=over - sold - declined),
        p50=0.02 * seconds or None, p99=0.3 * seconds or None, workers=4,
    )  # fmt: skip


def history(seconds: int) -> History:
    """A rush of so many seconds."""
    found = History()
    for second in range(seconds + 1):
        found = found.with_moment(moment(second))
    return found


KEPT: Final = Verdict((Law("sold", True, "500 of 500 are sold"),), 500, 10_000)
BROKEN: Final = Verdict(
    (Law("sold", False, "501 were sold, and 500 should have been"), Law("once", True, "yes")), 501, 10_000
)
TITLE: Final = "rush: 10000 buyers, 500 units, 4 workers, Redis Streams, seed 1"
CHAOS: Final = ("5 s: worker 2 is killed", "9 s: the server is pulled out", "11 s: the server is back")
SCENES: Final = {
    "begun": Scene(TITLE, history(0)),
    "under_way": Scene(TITLE, history(12), CHAOS[:1]),
    "over": Scene(TITLE, history(30), CHAOS, KEPT),
    "broken": Scene(TITLE, history(30), (), BROKEN),
}


def drawn(name: str, columns: int, lines: int) -> str:
    """A scene as text."""
    found = picture(SCENES[name], columns, lines)
    return "".join(f"{written(line, coloured=False).rstrip()}\n" for line in found)


def file(name: str, columns: int, lines: int) -> Path:
    """Where a picture is kept."""
    return FOLDER / f"{name}-{columns}x{lines}.txt"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name in SCENES:
        for columns, lines in SIZES:
            file(name, columns, lines).write_text(drawn(name, columns, lines), "utf-8")
