"""A fuzz of each reader, bounded here, longer by hand (`-m slow tests/fuzz`), that finds what is wrong where it is."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from textual.color import ColorParseError

from pos.demo import lint
from pos.domain.errors import TillError
from pos.files import input_files
from pos.language import parsing, verb
from pos.settings import loading
from pos.till import catalog_loading
from screens.render import custom_themes
from tests.fuzz import hostile_inputs, readers

SOME = 75
"""Examples of each reader, a second at most."""
MANY = 5_000
"""Examples of each by hand, some minutes."""


def of_file(name: str, read: Callable[[Path], None]) -> Callable[[Path, Any], None]:
    def of(folder: Path, data: bytes) -> None:
        path = folder / name
        path.write_bytes(data)
        read(path)

    return of


def of_text(read: Callable[[str], None]) -> Callable[[Path, Any], None]:
    return lambda _folder, text: read(text)


READERS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Path, Any], None]]] = {
    "settings": (hostile_inputs.settings_files, of_file("settings.toml", readers.read_settings)),
    "catalog": (hostile_inputs.catalog_files(), of_file("catalog.json", readers.read_a_catalog)),
    "theme": (hostile_inputs.theme_files, of_file("mine.toml", readers.read_a_theme)),
    "flow": (hostile_inputs.flow_files, of_file("mine.pos", readers.read_a_flow)),
    "script": (hostile_inputs.scripts(), of_text(readers.run_a_script)),
    "line": (hostile_inputs.lines(), of_text(readers.read_a_line)),
}


def search(name: str, folder: Path, examples: int, *, random: bool = False) -> None:
    """Give a reader so many examples; the smallest at which it fails is told."""
    inputs, read = READERS[name]

    @settings(
        max_examples=examples,
        derandomize=not random,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if random else (Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs)
    def trial(data: Any) -> None:
        read(folder, data)

    trial()


@pytest.mark.parametrize("name", READERS)
def test_whatever_is_read_is_taken_or_refused(name: str, tmp_path: Path) -> None:
    search(name, tmp_path, SOME)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", READERS)
def test_a_longer_search(name: str, tmp_path: Path) -> None:
    search(name, tmp_path, MANY, random=True)


GUARDS: list[tuple[str, Any, str, Any, type[Exception] | tuple[type[Exception], ...]]] = [
    ("settings", loading, "ValidationError", KeyError, ValidationError),
    ("settings", input_files, "RecursionError", KeyError, RecursionError),
    ("catalog", catalog_loading, "ValidationError", KeyError, ValidationError),
    ("theme", custom_themes, "_colour", lambda _field, value: str(value), ColorParseError),
    ("flow", lint, "TillError", KeyError, (TillError, AssertionError)),
    ("script", verb.Verb, "misfit", KeyError, KeyError),
    ("line", parsing, "quantity", Decimal, InvalidOperation),
]
"""A reader, one guard of it, what stands in its place without it, and how the reader fails then."""


@pytest.mark.parametrize(("name", "module", "guard", "nothing", "failures"), GUARDS)
def test_the_search_finds_a_reader_without_its_guard(
    name: str,
    module: Any,
    guard: str,
    nothing: Any,
    failures: type[Exception] | tuple[type[Exception], ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # An error's name is not in the module itself, where another one is found before it.
    monkeypatch.setattr(module, guard, nothing, raising=guard != "RecursionError")
    # It ends with the first that fails; when that is depends on the version of what makes them.
    with pytest.raises(failures):
        search(name, tmp_path, MANY)
