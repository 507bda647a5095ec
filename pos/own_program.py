"""Starting this program once more, from where it was started and with nothing of the working folder."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

_BEGIN: Final = (
    "import sys\n"
    "sys.path.insert(0, sys.argv.pop(1))\n"
    "import pos, screens\n"
    "del sys.path[0]\n"
    "sys.argv[0] = 'pos'\n"
    "from pos.__main__ import main\n"
    "sys.exit(main())\n"
)
"""Takes the two packages from the folder named first, whose other files are none of theirs."""


def own_program(*words: str) -> list[str]:
    """The command that runs this same program with other arguments. No module is looked for where it is run (`-P`).

    An interpreter that was told to heed no variables, or no modules of the user's, is started so again.
    """
    flags = {"-E": sys.flags.ignore_environment, "-s": sys.flags.no_user_site}
    heeded = [flag for flag, is_set in flags.items() if is_set]
    return [sys.executable, "-P", *heeded, "-c", _BEGIN, str(Path(__file__).resolve().parent.parent), *words]


def safe_paths(outside: Mapping[str, str]) -> dict[str, str]:
    """An environment whose PYTHONPATH does not lead to the working folder: an empty entry does, and a relative one."""
    named = outside.get("PYTHONPATH", "").split(os.pathsep)
    here = os.path.realpath(os.curdir)
    kept = [path for path in named if Path(path).is_absolute() and os.path.realpath(path) != here]
    rest = {name: value for name, value in outside.items() if name != "PYTHONPATH"}
    return rest | ({"PYTHONPATH": os.pathsep.join(kept)} if kept else {})
