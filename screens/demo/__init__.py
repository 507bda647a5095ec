"""Demos on a screen: tills that are played by a flow, the tape of what they show, and whoever watches it."""
