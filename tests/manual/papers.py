"""What is written for people: the README, the manual, and the papers beside them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
MANUAL: Final = ROOT / "data" / "manual"
README: Final = ROOT / "README.md"
PAPERS: Final = (README, *sorted(MANUAL.glob("*.md")), *sorted((ROOT / ".github").glob("*.md")))
LINK: Final = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE: Final = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def page(name: str) -> str:
    """A page of the manual."""
    return (MANUAL / f"{name}.md").read_text("utf-8")


def prose(text: str) -> str:
    """A paper without its blocks of code."""
    return FENCE.sub("", text)


def anchors(text: str) -> set[str]:
    """What a paper's headings are called in links."""
    return {heading_id(heading) for heading in re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)}


def heading_id(heading: str) -> str:
    """What a heading is called in a link, as GitHub and the package index have it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def commands(text: str) -> list[str]:
    """Every command line of the program that a paper names, in a sentence or in a block: `pos …`."""
    named = re.findall(r"`(pos(?: [^`]+)?)`", prose(text).replace("\n", " "))
    blocks = re.findall(r"^(?:.*&& )?(pos(?: .*)?)$", "\n".join(FENCE.findall(text)), re.MULTILINE)
    return [*named, *blocks]
