"""The inspector in a terminal of its own: it listens to a till on the same machine, and only shows."""
