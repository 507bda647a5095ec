"""Whose files are: what root makes in a user's folder is root's, and shuts out the user who needs it next."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from pos.domain.i18n import _
from pos.files.private_files import as_made_in, user_name


def reason_against_root(folder: Path) -> str | None:
    """Why this user, if it is root, may make nothing in a folder that its owner is to use; a part of a sentence.

    `folder` may not be there yet: then the one that it would be made in counts. Raises OSError.
    """
    if os.geteuid():
        return None
    place = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    owner = place.stat().st_uid
    if not owner or owner == new_owner(place):
        return None
    return _(
        "{folder} belongs to {owner}, and what root makes there would shut {owner} out: do this as {owner}",
        folder=place,
        owner=user_name(owner),
    )


def check_maker(folder: Path) -> None:
    """Raise PermissionError where there is a `reason_against_root`."""
    if (reason := reason_against_root(folder)) is not None:
        raise PermissionError(errno.EPERM, reason, str(folder))


def new_owner(folder: Path) -> int:
    """Whose a file is that this user makes in a folder; see `as_made_in`. Raises OSError."""
    return as_made_in(folder).st_uid
