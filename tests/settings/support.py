"""Settings read from a file and from variables that a test writes, never from the developer's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pos.domain.errors import TillError
from pos.settings.loading import InForce, load
from pos.settings.sources import CheckKeys, Sources


def sources(
    folder: Path,
    text: str,
    environ: Mapping[str, str] | None = None,
    options: Mapping[str, object] | None = None,
    check_keys: CheckKeys | None = None,
) -> Sources:
    file = folder / "settings.toml"
    file.write_text(text, "utf-8")
    return Sources(file, environ or {}, options or {}, check_keys)


def loaded(
    folder: Path, text: str, environ: Mapping[str, str] | None = None, options: Mapping[str, object] | None = None
) -> InForce:
    return load(sources(folder, text, environ, options))


def refusal(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    """The lines of the refusal, without the folder's name."""
    with pytest.raises(TillError) as refused:
        load(sources(folder, text, environ))
    assert refused.value.code == "settings_invalid"
    return [line.replace(f"{folder}/", "") for line in refused.value.message.splitlines()]
