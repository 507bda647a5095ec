"""What other packages add to the till, for as long as a test lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from typing import TYPE_CHECKING, Any

from pos.testing.packages import check_screens

if TYPE_CHECKING:
    from pos.extensions import Registration

__tracebackhide__ = True


@contextmanager
def extended(*extensions: object) -> Iterator[None]:
    """The till has these extensions until the block ends: rows, or all that an installed package adds, by its name.

    A row is a `Tender`, a `Verb`, an `AddedAction` or a `Theme`. Raises ValueError, with the reason, for what the till
    would leave out, and for a package that is not installed or adds nothing.
    """
    with ExitStack() as added:
        for extension in extensions:
            for registration in _of_package(extension) if isinstance(extension, str) else (_registered(extension),):
                added.enter_context(registration)
        yield


def _registered(row: object) -> Registration:
    """One row in its table."""
    check_screens()
    from pos.domain.tenders import Tender
    from pos.extensions import register_verb
    from pos.language.verb import Verb
    from screens.testing.extending import AddedAction, Theme, register_action, register_tender, register_theme

    ways: dict[type[Any], Callable[[Any], Registration]] = {
        Tender: register_tender,
        Verb: register_verb,
        AddedAction: register_action,
        Theme: register_theme,
    }
    for kind, register in ways.items():
        if isinstance(row, kind):
            return register(row)
    raise ValueError(f"{row!r} is no extension: name a package, or give a {', '.join(kind.__name__ for kind in ways)}.")


def _of_package(name: str) -> list[Registration]:
    """All that an installed package adds."""
    check_screens()
    from pos.extensions.installed import added
    from screens.testing.extending import groups

    try:
        found = added(groups(), [distribution(name)])
    except PackageNotFoundError:
        raise ValueError(f"The package {name!r} is not installed here: pip install it, or -e its folder.") from None
    registrations = [registration for _extension, registration in found if registration is not None]
    broken = [str(extension.told) for extension, _registration in found if extension.fault]
    if broken or not registrations:
        for registration in registrations:
            registration.undo()
        raise ValueError("\n".join(broken) or f"The package {name!r} adds nothing to the till.")
    return registrations
