"""The terminal that the screens are seen on: what it sends, what it is sent, its signals, and how a program ends."""
