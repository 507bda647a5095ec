"""The whole-screen inspector: the time line of what happened."""
