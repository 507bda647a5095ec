from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos.extensions import installed
from tests.extensions.packages import Site


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A folder in which packages are installed; what was loaded and added from it is gone afterwards."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(installed, "_loaded", {})
    yield Site(folder)
    for name, module in tuple(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]
