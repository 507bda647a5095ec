"""How modules know each other: never in a circle, and screens only by the routes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
ROOMS = sorted(path.parent.name for path in (HERE / "screens").glob("*/screen.py") if path.parent.name[-4:] != "_app")
"""The folders of the till's screens; the inspector's app has one of its own."""
KNOWS_SCREENS = {"screens.app.routes", "screens.inspector_app.screen"}
"""The second is the inspector's screen without a till: the first of an app of its own."""
BY_NAME = {"screens.app.routes", "screens.terminal.env_variables"}
"""The second looks for a driver that a variable of the environment names."""

Graph = Mapping[str, frozenset[str]]


def modules(package: str, root: Path = HERE) -> dict[str, Path]:
    found = {}
    for path in sorted((root / package).rglob("*.py")):
        name = ".".join(path.relative_to(root).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


@cache
def imported(path: Path) -> tuple[str, ...]:
    """What a module imports wherever in it, also within functions and for its types alone."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def graph(package: str, root: Path = HERE) -> Graph:
    """Which modules of a package each of them imports; a package's own name counts for what it has in `__init__`."""
    known = modules(package, root)
    return {
        module: frozenset(
            target
            for name in imported(path)
            if (target := name if name in known else name.rpartition(".")[0]) in known and target != module
        )
        for module, path in known.items()
    }


def circles(graph: Graph) -> list[list[str]]:
    """Modules that reach themselves by what they import, those of one circle together (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        index[module] = low[module] = len(index)
        stack.append(module)
        for other in sorted(graph[module]):
            if other not in index:
                visit(other)
                low[module] = min(low[module], low[other])
            elif other in stack:
                low[module] = min(low[module], index[other])
        if low[module] == index[module]:
            at = stack.index(module)
            if len(stack) - at > 1:
                found.append(sorted(stack[at:]))
            del stack[at:]

    for module in graph:
        if module not in index:
            visit(module)
    return found


@pytest.mark.parametrize("package", ["pos", "screens"])
def test_no_module_imports_itself_by_way_of_others(package: str) -> None:
    assert circles(graph(package)) == []


def test_a_circle_is_found_wherever_it_is_imported(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/__init__.py").write_text("")
    (tmp_path / "shop/one.py").write_text("def late():\n    from shop.two import name\n")
    (tmp_path / "shop/two.py").write_text("if TYPE_CHECKING:\n    from shop import three\n")
    (tmp_path / "shop/three.py").write_text("import shop.one\n")
    (tmp_path / "shop/four.py").write_text("import shop.one\n")
    assert circles(graph("shop", tmp_path)) == [["shop.one", "shop.three", "shop.two"]]


def test_the_routes_alone_know_screens() -> None:
    screens = {f"screens.{room}.screen" for room in ROOMS} | {"screens.help.menu"}
    found = graph("screens")
    assert len(ROOMS) > 10
    assert screens <= set(found)
    assert {module for module, known in found.items() if known & screens} == KNOWS_SCREENS


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_knows_another(room: str) -> None:
    rooms = {f"screens.{other}" for other in ROOMS if other != room} | {"screens.app"}
    known = {other for module, others in graph("screens").items() if _room(module) == room for other in others}
    assert {other for other in known if f"screens.{_room(other)}" in rooms} == set()


def test_the_routes_alone_import_by_name() -> None:
    found = {
        module
        for module, path in modules("screens").items()
        if any(name.rpartition(".")[2] in ("import_module", "__import__") for name in imported(path))
        or "__import__(" in path.read_text("utf-8")
    }
    assert found == BY_NAME


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else ""
