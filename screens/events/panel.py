"""The inspector beside a sale, which is loaded once it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from screens.render.panel import Panel

if TYPE_CHECKING:
    from screens.kit.base_screen import TillScreen
    from screens.render.rows import Row


class InspectorPanel(Panel):
    """What happened, the newest last, and below it the counters that were moved last."""

    def __init__(self, screen: TillScreen, name: str, *, edits: bool = True) -> None:
        def rows(columns: int, lines: int) -> Sequence[Row]:
            from screens.events.inspector_rows import inspector_rows

            host = screen.host
            return inspector_rows(host.log_of_events, host.now.tzinfo, columns, lines, edits=edits)

        super().__init__(rows, name, frame="rim")
