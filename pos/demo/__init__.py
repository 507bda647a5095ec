"""Flows that play themselves: scripts of the till's language, the shop they happen in, and how they are typed."""
