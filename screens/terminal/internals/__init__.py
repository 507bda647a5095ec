"""Textual's private names: all that the till needs of them, each with the reason, under public names.

They are right for the one version that is pinned: a new one is looked through here, and nowhere else.
"""
