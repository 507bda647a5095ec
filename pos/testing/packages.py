"""Whether the packages that the kit works with are Tillkey's own, and not others of the same names."""

from __future__ import annotations

from pathlib import Path

CLASH = (
    "The package {name!r} is {found} here, not Tillkey's ({ours}): the kit cannot work beside a package of that name. "
    "Give yours another name, or test the till in a folder or an environment of its own."
)


def check_screens() -> None:
    """Raise ImportError, in a sentence, if `screens` is somebody else's."""
    import pos
    import screens

    ours = Path(str(pos.__file__)).with_name("__init__.py").parent.with_name("screens") / "__init__.py"
    if screens.__file__ is None or Path(screens.__file__).resolve() != ours.resolve():
        found = screens.__file__ or ", ".join(screens.__path__)
        raise ImportError(CLASH.format(name="screens", found=found, ours=ours))
