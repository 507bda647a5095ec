"""The price check."""
