"""The cart in full: every line with every step of its price."""
