"""The till in the browser: the server by itself, and a real browser before it."""
