"""The settings of a till: a documented model, read from a file, from the environment and from the command line."""

from pos.settings.looking import Look, first_look

__all__ = ["Look", "first_look"]
