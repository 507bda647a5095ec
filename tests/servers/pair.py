"""A server with a replica, which can be cut off and take its place under the same address."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Self

from tests.servers.proxy import Proxy
from tests.servers.server import Kind, Server, Sync


class Pair:
    """A primary, its replica, and the address that leads to whichever of them is the primary."""

    def __init__(self, kind: Kind = "valkey", *, appendfsync: Sync = "always") -> None:
        with ExitStack() as begun:
            self.primary: Server = begun.enter_context(Server.start(kind, appendfsync=appendfsync))
            self.link: Proxy = begun.enter_context(Proxy(self.primary))
            """What the replica hears goes through this."""
            self.replica: Server = begun.enter_context(
                Server.start(kind, appendfsync=appendfsync, replica_of=self.link)
            )
            self.address: Proxy = begun.enter_context(Proxy(self.primary))
            """What tills are led to; as any proxy, it can be told to do worse."""
            self._begun = begun.pop_all()

    def stall(self) -> None:
        """The replica hears nothing from now on; what is written is acknowledged by the primary alone."""
        self.link.freeze()

    def catch_up(self) -> None:
        """The replica hears again, also what it did not hear meanwhile."""
        self.link.let_pass()

    def fail_over(self) -> None:
        """The primary dies, and the replica takes its place: what it did not hear is lost."""
        self.primary.kill()
        self.link.refuse()
        self.replica.promote()
        self.primary, self.replica = self.replica, self.primary
        self.address.lead_to(self.primary)

    def rejoin(self) -> None:
        """The server that died comes back as the replica of the other, and forgets what that has not."""
        self.link.lead_to(self.primary)
        self.replica.restart(replica_of=self.link)

    def demote(self) -> None:
        """The two change places, but the address leads to the former primary, which answers READONLY."""
        self.replica.promote()
        self.primary, self.replica = self.replica, self.primary
        self.link.lead_to(self.primary)
        self.replica.follow(self.link)

    def close(self) -> None:
        """End both."""
        self._begun.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
