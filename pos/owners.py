"""Whose files are: what root makes in a user's folder is root's, and shuts out the user who needs it next."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from pos.domain.words import _
from pos.private_files import as_made_in, user_name


def check_maker(folder: Path) -> None:
    """Raise PermissionError where root would make something that is to be used by the owner of its folder.

    `folder` may not be there yet: then the one that it would be made in counts.
    """
    if os.geteuid():
        return
    place = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    owner = place.stat().st_uid
    if owner and owner != new_owner(place):
        text = _(
            "{folder} belongs to {owner}, and what root makes there would shut {owner} out: do this as {owner}",
            folder=place,
            owner=user_name(owner),
        )
        raise PermissionError(errno.EPERM, text, str(place))


def new_owner(folder: Path) -> int:
    """Whose a file is that this user makes in a folder; see `as_made_in`. Raises OSError."""
    return as_made_in(folder).st_uid
