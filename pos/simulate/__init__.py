"""Simulated days of a shop: many buyers or tills at once on a server of the simulation's own, and what came of it."""
