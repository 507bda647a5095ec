"""A till that is killed, cut off from its disk and its power while it sells; what must hold afterwards."""
