"""Whether the packages that the kit works with are Tillkey's own, and not others of the same names."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

CLASH = (
    "The package {name!r} is {found} here, not Tillkey's ({ours}): the kit cannot work beside a package of that name. "
    "Give yours another name, or test the till in a folder or an environment of its own."
)


def check_screens() -> None:
    """Raise ImportError, in a sentence, if `screens` is somebody else's, of which nothing is run."""
    import pos

    ours = Path(str(pos.__file__)).with_name("__init__.py").parent.with_name("screens") / "__init__.py"
    found = find_spec("screens")
    if found is None or found.origin is None or Path(found.origin).resolve() != ours.resolve():
        places = [] if found is None else [found.origin] if found.origin else found.submodule_search_locations or []
        raise ImportError(CLASH.format(name="screens", found=", ".join(map(str, places)) or "missing", ours=ours))
