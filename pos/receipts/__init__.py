"""Receipts as text and paper."""
