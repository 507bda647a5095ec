"""A store has one owner, who alone can read its files: whoever else writes in it shuts the owner out.

Others are refused, root too, instead of what they make being given to the owner: only what runs as the owner has the
owner's settings, log and channel as well, and is led by no link to where the owner may not go.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from pos.domain.message import Message, lazy
from pos.files.private_files import command_on, finished_name, sudo_as, user_name
from pos.files.root_guard import new_owner, reason_against_root
from pos.stores.embedded import damage
from pos.stores.embedded.layout import KEPT, own_names


def check_owner(folder: Path) -> None:
    """Raise TillError `store_unusable` if what this user writes in a store would not be its owner's, or is not already.

    A folder in which none has begun is its maker's; root makes none in a folder of another user's. What earlier
    repairs and crashes left in a store may be anybody's: no till needs it.
    """
    try:
        refusal = _refusal(folder)
    except OSError as error:
        raise damage.unusable(folder, error) from error
    if refusal is not None:
        raise damage.about(folder, "store_unusable", refusal)


def _refusal(folder: Path) -> Message | None:
    owners = _owners(folder) if folder.exists() else {}
    if not owners:
        return _refusal_to_begin(folder)
    owner = owner_among(folder.stat().st_uid, owners.values())
    strange = next((path for path, uid in owners.items() if uid != owner), None)
    if strange is not None:
        return lazy(
            "{file} in the store {folder} belongs to {user}, and not to {owner}, who could not go on selling. "
            "Give it back, as root: {command}",
            file=strange.name,
            folder=folder,
            user=user_name(owners[strange]),
            owner=user_name(owner),
            command=command_on(folder, "chown", "-R", user_name(owner)),
        )
    if writes_as(owner, folder):
        return None
    return lazy(
        "The store {folder} belongs to {owner}, and you are {user}: what you write in it would shut {owner} out. "
        "Do this as {owner}, such as with {sudo}.",
        folder=folder,
        owner=user_name(owner),
        user=user_name(os.geteuid()),
        sudo=sudo_as(owner),
    )


def _refusal_to_begin(folder: Path) -> Message | None:
    if (reason := reason_against_root(folder)) is not None:
        return lazy("No store begins here: {reason}, or name another folder with --store.", reason=reason)
    owner = folder.stat().st_uid if folder.exists() else 0
    if not owner or writes_as(owner, folder):
        return None
    return lazy(
        "The folder {folder} belongs to {owner}, who could take a store in it away. "
        "Name a folder of your own with --store.",
        folder=folder,
        owner=user_name(owner),
    )


def writes_as(owner: int, folder: Path) -> bool:
    """Whether what this user writes is the owner's: that is tried out only where they are two. Raises OSError."""
    return owner == os.geteuid() or new_owner(folder) == owner


def owner_of(folder: Path) -> int:
    """The user whose the store in a folder is, or will be; see `owner_among`. Raises OSError."""
    return owner_among(folder.stat().st_uid, _owners(folder).values())


def owner_among(folder: int, files: Iterable[int]) -> int:
    """The user whose store it is: whoever has all of its files, else the folder's owner if some are that user's.

    All are user ids. The folder may be root's, as a volume of a container. Where the files are several users', root is
    not it, and without files it is the folder's owner.
    """
    users = {*files}
    if len(users) > 1:
        users.discard(0)
    return folder if folder in users or not users else min(users)


def _owners(folder: Path) -> dict[Path, int]:
    """The files and folders at the top of a store that a till needs, and whose they are."""
    needed = (
        path for path in own_names(folder, folder) if not KEPT.fullmatch(path.name) and finished_name(path.name) is None
    )
    return {path: path.lstat().st_uid for path in needed}
