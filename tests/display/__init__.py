"""The customer's display."""
