"""Coupons: which there are, and what each would take off."""
