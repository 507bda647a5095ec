"""The page that shows each picture that differs, as it was and as it is now, side by side."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pos.testing.snapshot_files import Snapshot

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Pictures that differ</title><style>
body {{ font: 15px/1.4 system-ui, sans-serif; margin: 2rem; color: #222; background: #f6f6f4 }}
section {{ margin: 0 0 3rem }} h2 {{ font-size: 1.1rem; margin: 0 }} code {{ color: #555 }}
div {{ display: grid; grid-template-columns: 1fr 1fr; gap: 1rem }} img {{ width: 100% }} figure {{ margin: .5rem 0 }}
pre {{ background: #fff; border: 1px solid #ddd; padding: .7rem; overflow-x: auto; font-size: 13px }}
</style></head><body><h1>{count}</h1>
{sections}
</body></html>
"""


def write_report(path: Path, mismatches: Sequence[Snapshot]) -> None:
    """Write the page; all is in this one file."""
    sections = "\n".join(_section(item) for item in sorted(mismatches, key=lambda item: item.file))
    count = "1 picture differs" if len(mismatches) == 1 else f"{len(mismatches)} pictures differ"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_PAGE.format(count=count, sections=sections), "utf-8")


def _section(item: Snapshot) -> str:
    from pos.testing.svg_diff import difference

    lines = f"<pre>{escape(difference(item.expected, item.actual))}</pre>" if item.expected else ""
    figures = "".join(_figure(*figure) for figure in (("as it was", item.expected), ("as it is now", item.actual)))
    name = escape(Path(item.file).stem)
    return f"<section><h2>{name}</h2><code>{escape(item.test)}</code><div>{figures}</div>{lines}</section>"


def _figure(caption: str, picture: str) -> str:
    if not picture:
        return f"<figure><figcaption>{caption}: there is none</figcaption></figure>"
    data = base64.b64encode(picture.encode()).decode()
    return f'<figure><figcaption>{caption}</figcaption><img alt="" src="data:image/svg+xml;base64,{data}"></figure>'
