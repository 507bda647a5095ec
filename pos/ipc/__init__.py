"""The live channel: an open till tells other programs of the same user on the same machine what happens to its sale."""
