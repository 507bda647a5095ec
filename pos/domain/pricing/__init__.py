"""The price of a cart: one pure function, and the pipeline of steps that it runs."""

from __future__ import annotations

from pos.domain.pricing.pipeline import PIPELINE, price

__all__ = ["PIPELINE", "price"]
