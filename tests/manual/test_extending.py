"""The page on extending quotes the example package as it is, whose own tests play it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from screens.extensions import groups
from tests.manual.papers import ROOT, page

EXAMPLE: Final = ROOT / "tests" / "example_package"
PACKAGE: Final = EXAMPLE / "src" / "my_shop"
QUOTED: Final = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("path", QUOTED, ids=lambda path: path.stem)
def test_each_module_stands_there_whole(path: Path) -> None:
    name = path.relative_to(PACKAGE).as_posix()
    text = path.read_text("utf-8").rstrip()
    assert f"`my_shop/{name}`:\n\n```python\n{text}\n```\n" in page("extending")


def test_so_do_its_project_its_styles_and_a_test() -> None:
    text = page("extending")
    for name, language, file in (
        ("my-shop/pyproject.toml", "toml", EXAMPLE / "pyproject.toml"),
        ("my_shop/price_check/screen.tcss", "css", PACKAGE / "price_check" / "screen.tcss"),
        ("my-shop/tests/test_price_check.py", "python", EXAMPLE / "tests" / "test_price_check.py"),
    ):
        assert f"`{name}`:\n\n```{language}\n{file.read_text('utf-8').rstrip()}\n```\n" in text
    tests = (EXAMPLE / "tests" / "test_additions.py").read_text("utf-8")
    assert tests.partition("async def test_a_wallet_is_declined")[2].partition("\n\n\n")[0] in text


def test_each_group_is_told() -> None:
    assert [group for group in groups() if f"Group `{group}`" not in page("extending")] == []
