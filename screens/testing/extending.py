"""What the kit adds to the screens for a test, handed on to the part of it that knows no screens."""

from textual.theme import Theme

from screens.extensions import AddedAction, groups, register_action, register_tender, register_theme

__all__ = ["AddedAction", "Theme", "groups", "register_action", "register_tender", "register_theme"]
