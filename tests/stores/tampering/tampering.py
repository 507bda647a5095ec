"""An open store, and hands that do to its files what people do."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from pos.domain.errors import TillError
from pos.stores.embedded.store import EmbeddedStore, open_store
from pos.till.services import FAULTS
from tests.stores.samples import NOW, reservation, sale

TAMPERINGS: Final = {
    "journal moved away": ("mv $S/journal-* $P", "mv $P/journal-* $S"),
    "snapshot moved away": ("mv $S/store.json $P", "mv $P/store.json $S"),
    "all files moved away": ("mkdir $P/all; mv $S/* $P/all", "mv $P/all/* $S"),
    "folder moved away": ("mv $S $P/away", "mv $P/away $S"),
    "folder removed": ("cp -r $S $P/copy; rm -r $S", "cp -r $P/copy $S"),
    "folder above removed": ("cp -r ${S%/*} $P/copy; rm -r ${S%/*}", "cp -r $P/copy ${S%/*}"),
    "another store": ("mv $S $P/away; cp -r $P/other $S", "rm -r $S; mv $P/away $S"),
    "older files": ("mv $S $P/away; cp -r $P/older $S", "rm -r $S; mv $P/away $S"),
    "an empty folder": ("mv $S $P/away; mkdir $S", "rmdir $S; mv $P/away $S"),
    "a file for a folder": ("mv $S $P/away; touch $S", "rm $S; mv $P/away $S"),
    "a link to another": ("mv $S $P/real; ln -s $P/other $S", "rm $S; ln -s $P/real $S"),
    "journal cut to nothing": ("cp $S/journal-* $P; truncate -s 0 $S/journal-*", "cp $P/journal-* $S"),
    "an older journal written over it": ("cp $S/journal-* $P; cp $P/older/journal-* $S", "cp $P/journal-* $S"),
    "snapshot changed": ("cp $S/store.json $P; sed -i s/100/999/ $S/store.json", "cp $P/store.json $S"),
}
"""What people do to a store, and how it is undone, in a shell: S is the store, P a place for things.

There are already another store there, `other`, and an older copy of this one, of the same length, `older`.
"""


def shell(script: str, folder: Path, place: Path) -> None:
    subprocess.run(["sh", "-ec", script], env=os.environ | {"S": str(folder), "P": str(place)}, check=True)


def sell(store: EmbeddedStore, name: str) -> str:
    return store.commit(reservation(name, ("A", 1)), sale(name), NOW).receipt


def refused(step: Callable[[], object]) -> str:
    with pytest.raises(TillError) as caught:
        step()
    assert caught.value.code in FAULTS
    return caught.value.message


def receipts(folder: Path) -> list[str]:
    store = open_store(folder)
    found = [order.receipt for order in store.orders()]
    store.close()
    return found
