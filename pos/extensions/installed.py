"""The extensions that are installed: read from the entry points of packages, each added to its table by itself.

One that cannot be loaded or added is named with its reason and left out; all else goes on. Nothing is read before
somebody asks, so that what is drawn first waits for no package.
"""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pos.domain.message import LONGEST_REASON, NOTHING, Message, lazy, lazy_plural, raised, verbatim, words_of
from pos.domain.terminal_text import clean

if TYPE_CHECKING:
    from importlib.metadata import Distribution, EntryPoint

    from pos.extensions.registering import Registration

Add = Callable[[str, Any], Any]
"""Adds what an entry point of a name leads to; its Registration. Raises ValueError, with a message."""
Groups = Mapping[str, Add]
"""How what is in each group is added, in the order in which that is done."""

PREFIX: Final = "tillkey."
LIST: Final = "entry_points.txt"
"""The file in which a package names its entry points."""
ALL: Final = f"{PREFIX}*"
"""In the place of a group: whatever a package adds."""
WITH_KEYS: Final = ("tillkey.actions", "tillkey.tenders", ALL)
"""The groups of what may have a key."""
LONGEST: Final = 80
"""How much of a name is told."""
METADATA: Final = (".dist-info", ".egg-info")
"""How the folders end that have it."""


@dataclass(frozen=True, slots=True)
class Extension:
    """One entry point: its group and name, what it leads to, and the package that has it.

    `fault` is why it was left out; empty if it was added.
    """

    group: str
    name: str
    value: str
    package: str
    version: str
    fault: Message = NOTHING

    @property
    def has_key(self) -> bool:
        """Whether a key of the settings may be its own."""
        return self.group in WITH_KEYS

    @property
    def told(self) -> Message:
        """That it was left out, in a sentence for people."""
        return lazy(
            "{package} {version}: {name} of {group} is left out: {reason}.",
            package=self.package,
            version=self.version,
            name=self.name,
            group=self.group,
            reason=self.fault,
        )


_lock: Final = threading.Lock()
_loaded: Final[dict[str, tuple[Extension, ...]]] = {}
"""What was found, by group."""


def groups_without_screen() -> Groups:
    """The groups of what is added to a till that has no screen."""
    from pos.extensions import registering

    return {
        "tillkey.stores": registering.register_store,
        "tillkey.gateways": registering.register_gateway,
        "tillkey.printers": registering.register_printer,
        "tillkey.tenders": lambda _name, row: registering.register_tender(row),
        "tillkey.verbs": lambda _name, row: registering.register_verb(row),
    }


def load_extensions(groups_of: Callable[[], Groups] = groups_without_screen) -> tuple[Extension, ...]:
    """Add the installed extensions of some groups, once in a process; all that were found, those left out included."""
    if not may_be_installed():
        return ()
    groups = groups_of()
    with _lock:
        new = {group: add for group, add in groups.items() if group not in _loaded}
        _loaded.update(dict.fromkeys(new, ()))
        for extension, _registration in added(new, packages()) if new else ():
            _loaded[extension.group] += (extension,)
        if ALL not in _loaded:
            _loaded[ALL] = tuple(unreadable(packages()))
        return tuple(extension for group in (*groups, ALL) for extension in _loaded[group])


def strangers(groups: Groups) -> tuple[Extension, ...]:
    """What packages add to groups that there are not."""
    known = ", ".join(groups)
    return tuple(
        described(point, package, lazy("there is no such group: there are {known}", known=known))
        for package in packages()
        for point in entry_points(package)
        if point.group not in groups
    )


def unreadable(packages: Iterable[Distribution]) -> Iterator[Extension]:
    """The packages of which nothing can be added, for the list of what they add cannot be read."""
    for package in packages:
        try:
            _listed(package)
        except Exception as error:
            if _speaks_of_us(package):
                fault = lazy("it cannot be read: {reason}", reason=raised(error))
                yield Extension(ALL, LIST, "", _shown(name_of(package)), _version(package), fault)


def loaded() -> tuple[Extension, ...]:
    """Those that were found so far, broken ones included."""
    return tuple(extension for found in tuple(_loaded.values()) for extension in found)


def left_out() -> tuple[Extension, ...]:
    """Those that were found so far and could not be added."""
    return tuple(extension for extension in loaded() if extension.fault)


def told_in_short(missing: Sequence[Extension]) -> tuple[Message, ...]:
    """What is left out, in so few sentences that they have room on a screen: the first one, and how many more."""
    if len(missing) < 2:
        return tuple(each.told for each in missing)
    more = lazy_plural(
        "{count} more extension is left out: `pos plugins` tells why.",
        "{count} more extensions are left out: `pos plugins` tells why.",
        len(missing) - 1,
    )
    return missing[0].told, more


def may_be_installed() -> bool:
    """Whether any package on the path names an extension, found out without the machinery that reads packages."""
    return any(map(_may_have_extensions, dict.fromkeys(sys.path)))


def packages() -> Iterator[Distribution]:
    """The packages that are installed, each once: of two of a name the one that comes first on the path."""
    from importlib.metadata import distributions

    seen: set[str] = set()
    for package in distributions():
        if (name := normal(name_of(package))) not in seen:
            seen.add(name)
            yield package


def added(groups: Groups, packages: Iterable[Distribution]) -> list[tuple[Extension, Registration | None]]:
    """Add what packages name in some groups, group by group; what was added of each, None if it was left out."""
    order = list(groups)
    found = [
        (order.index(point.group), normal(name_of(package)), point.name, point, package)
        for package in packages
        for point in entry_points(package)
        if point.group in groups
    ]
    return [
        _added(point, package, groups[point.group]) for *_place, point, package in sorted(found, key=lambda x: x[:3])
    ]


def _added(point: EntryPoint, package: Distribution, add: Add) -> tuple[Extension, Registration | None]:
    """Load one entry point, and add what it leads to. Whatever is wrong with it, the till opens."""
    try:
        row = point.load()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return described(point, package, _broken(error)), None
    try:
        return described(point, package), add(point.name, row)
    except ValueError as error:
        return described(point, package, _refused(error)), None
    except Exception as error:
        return described(point, package, _broken(error)), None


def described(point: EntryPoint, package: Distribution, fault: Message = NOTHING) -> Extension:
    """An entry point of a package as it may be told."""
    named = (_shown(point.group), _shown(point.name), _shown(point.value))
    return Extension(*named, _shown(name_of(package)), _version(package), fault)


def entry_points(package: Distribution) -> list[EntryPoint]:
    """What a package adds to the till by name; nothing if its list cannot be read."""
    try:
        return _listed(package)
    except Exception:
        return []


def _listed(package: Distribution) -> list[EntryPoint]:
    return [point for point in package.entry_points if point.group.startswith(PREFIX)]


def _speaks_of_us(package: Distribution) -> bool:
    """Whether a package's list, which cannot be read, has a group of ours."""
    try:
        text = package.read_text(LIST) or ""
    except UnicodeDecodeError as error:
        text = error.object.decode("latin-1")
    except Exception:
        return False
    return f"[{PREFIX}" in text.replace(" ", "")


def name_of(package: Distribution) -> str:
    """What a package is called; the name of its folder if it does not say, `?` if that is not known either."""
    try:
        name = package.metadata["Name"]
    except Exception:
        name = None
    return name or Path(str(getattr(package, "_path", ""))).name or "?"


def normal(name: str) -> str:
    """A package's name as it is compared."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _version(package: Distribution) -> str:
    try:
        return _shown(package.version) or "?"
    except Exception:
        return "?"


def _broken(error: BaseException) -> Message:
    return lazy("it cannot be loaded ({error})", error=raised(error))


def _refused(error: ValueError) -> Message:
    """Why a row was not added, as it may stand in a line; the words may be somebody else's program's."""
    try:
        words = words_of(error)
        text = clean(str(words))
    except Exception:
        return _broken(error)
    return words if text == str(words) and len(text) <= LONGEST_REASON else verbatim(text[:LONGEST_REASON])


def _shown(name: str) -> str:
    """What a package calls something, as it may stand in a line."""
    return clean(name)[:LONGEST]


def _may_have_extensions(place: str) -> bool:
    try:
        # Three times as fast as a Path's, for what every start waits for.
        names = os.listdir(place or ".")  # noqa: PTH208
    except NotADirectoryError:
        # An archive: only that machinery looks into it.
        return True
    except OSError:
        return False
    return any(_names_extensions(Path(place, name, LIST)) for name in names if name.endswith(METADATA))


def _names_extensions(file: Path) -> bool:
    try:
        return f"[{PREFIX}".encode() in file.read_bytes().replace(b" ", b"")
    except OSError:
        return False
