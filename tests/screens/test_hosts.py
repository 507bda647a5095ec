"""What screens may ask of their app: mypy proves by these functions that the apps are what their screens hold."""

from __future__ import annotations

import ast

import pytest

from screens.app.own_till_app import OwnTillApp
from screens.app.sale_app import SaleApp
from screens.app.till_app import TillApp
from screens.inspector_app.app import InspectorApp
from screens.kit.host import Host, TillHost
from tests.test_imports import imported, modules


def host(app: SaleApp) -> Host:
    return app


def till_host(app: OwnTillApp) -> TillHost:
    return app


def test_an_app_without_a_till_is_a_host() -> None:
    app = host(InspectorApp(lambda: pytest.fail("nobody listens"), live=False))
    assert app.opened
    assert (app.identity, app.current, app.any_held, app.scriptable) == (None, None, False, False)


def test_to_ask_for_the_till_before_it_is_open_is_a_fault() -> None:
    app = till_host(TillApp(lambda: pytest.fail("it is not run"), live=False))
    assert not app.opened
    assert (app.identity, app.any_held, app.scriptable) == (None, False, False)
    assert not app.is_code("4006381333931")
    with pytest.raises(RuntimeError, match="not open"):
        _ = app.till


def test_no_function_takes_all_that_an_app_is() -> None:
    found = {
        (module, node.name)
        for module, path in modules("screens").items()
        if "screens.kit.host" in {name.rpartition(".")[0] for name in imported(path)}
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for each in (*node.args.args, *node.args.kwonlyargs)
        if each.annotation is not None and ast.unparse(each.annotation) in ("Host", "TillHost")
    }
    assert found == set()


def test_nobody_asks_an_open_till_whether_it_is_there() -> None:
    found = {
        (module, ast.unparse(node))
        for module, path in modules("screens").items()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Compare) and ast.unparse(node).endswith(("till is None", "till is not None"))
    }
    assert {module for module, _test in found} == {"screens.app.own_till_app"}
