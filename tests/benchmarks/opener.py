"""Opens a till on the store in a folder, or only imports what that takes, and prints what it cost."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter, process_time

from pos.bootstrap import open_till
from pos.payments import mock
from pos.stores import training
from pos.stores.embedded import location, store
from pos.till import catalog_loading, day_rollover, till

IMPORTED = (mock, training, location, store, catalog_loading, day_rollover, till)
"""What opening imports when it needs it, which is not what is measured."""


def peak() -> int:
    """The most memory that this process had so far, in bytes; unlike getrusage's, without its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def main() -> None:
    """Open, make ready to sell, and report. Without a folder: report the imports alone."""
    if len(sys.argv) == 1:
        print(json.dumps({"peak": peak()}))
        return
    begun, used = perf_counter(), process_time()
    opened_till = open_till(Path(sys.argv[1]))
    opened = perf_counter()
    opened_till.catalog.prepare()
    ready = perf_counter()
    used = process_time() - used
    print(
        json.dumps(
            {
                "opened": (opened - begun) * 1000,
                "ready": (ready - begun) * 1000,
                "processor": used * 1000,
                "peak": peak(),
            }
        )
    )
    opened_till.close()


if __name__ == "__main__":
    main()
