"""The till on a terminal, with a good package and a broken one: it opens with both, and says which is left out."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.extensions.packages import Site
from tests.terminal.pseudo import PseudoTerminal

LOOK = """
from screens.extensions import AddedAction
LOOK = AddedAction(
    id="look", key="ctrl+l", word="look", short="Look", label="Look around", help="Look.", screens=("sale",), rank=1,
    handler="look", does=lambda app: app.say("Looked around."),
)
"""


def test_the_till_opens_with_what_is_left_out_told(site: Site, tmp_path: Path) -> None:
    site.install("good-shop", {"tillkey.actions look": "good_shop:LOOK"}, LOOK)
    site.install("bad-shop", {"tillkey.verbs more": "no_such_module:MORE", "tillkey.actions other": "no_such_module:X"})
    settings = tmp_path / "settings.toml"
    # A key of an action that was left out keeps nothing from opening.
    settings.write_text('[keys]\nlook = "f8"\nrecall = "none"\nother = "f9"\n', "utf-8")
    terminal = PseudoTerminal(
        [sys.executable, "-m", "pos", "--settings", str(settings)],
        tmp_path, (160, 50), {"PYTHONPATH": str(site.folder)},
    )  # fmt: skip
    try:
        heard = terminal.read_until(b"till ready", 60)
        while b"left out" not in heard or b"F8" not in heard:
            heard += terminal.read_until(b"\x1b", 20)
        assert b"bad-shop 1.0" in heard
        terminal.write(b"\x1b[19~")
        terminal.read_until(b"Looked around.", 20)
    finally:
        terminal.kill()
