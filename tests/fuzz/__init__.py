"""Bytes from outside, made by Hypothesis: whatever they are, each reader takes or refuses them."""
