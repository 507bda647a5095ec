"""A quick look at the settings for the first frame and the first word: no model, no check, and it never fails."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pos.settings.origins import LARGEST, settings_file, variable_of


class EarlySettings(NamedTuple):
    """Names as somebody wrote them, perhaps wrong; None where nothing is set."""

    theme: str | None = None
    language: str | None = None
    locale: str | None = None


def early_settings(file: Path | None = None, environ: Mapping[str, str] | None = None) -> EarlySettings:
    """Theme, language and locale from the variables and the settings file; whatever is wrong counts as not set."""
    from pos.files.input_files import given_text, toml_values

    environ = os.environ if environ is None else environ
    section: object = None
    try:
        path, _ = settings_file(environ, file)
        if path is not None:
            section = toml_values(given_text(path, LARGEST)).get("screen")
    except (OSError, ValueError, RuntimeError):
        pass
    return EarlySettings(*(_looked(name, section, environ) for name in EarlySettings._fields))


def _looked(name: str, section: object, environ: Mapping[str, str]) -> str | None:
    found = environ.get(variable_of(f"screen.{name}")) or (section.get(name) if isinstance(section, dict) else None)
    return found if isinstance(found, str) and found.isprintable() and found else None
