"""Installed packages of a test: real ones, with a module and its metadata, in a folder on the path."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path


class Site:
    """A folder in which packages are installed, on the path until the test ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(self, name: str, entry_points: Mapping[str, str], code: str = "", *, version: str = "1.0") -> None:
        """Install a package: its module, and its entry points, `GROUP NAME` to what each leads to."""
        module = name.replace("-", "_")
        if code:
            (self.folder / f"{module}.py").write_text(code, "utf-8")
        metadata = self.folder / f"{module}-{version}.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "utf-8")
        points = []
        for place, value in entry_points.items():
            group, _blank, point = place.partition(" ")
            points.append(f"[{group}]\n{point} = {value}\n")
        (metadata / "entry_points.txt").write_text("\n".join(points), "utf-8")
        importlib.invalidate_caches()
