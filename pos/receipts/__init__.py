"""Receipts of finished orders."""
