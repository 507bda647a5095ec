"""Payments that are being checked, and tickets that are paid in part."""
