"""The live channel: real sockets, real processes."""
