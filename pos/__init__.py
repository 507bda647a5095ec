"""Tillkey: the checkout engine, its store, its gateway port and its command line."""

__version__ = "0.1.0"
