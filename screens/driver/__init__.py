"""The till's app without a terminal: its keys, its pictures, and when it is at rest; for tests and for demos."""
