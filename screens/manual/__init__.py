"""The manual on a terminal of its own: its pages, their contents, and a search over all of them."""
