"""Stores behind the domain's port."""
