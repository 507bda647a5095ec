"""The settings of a till: a documented model, read from a file, from the environment and from the command line."""

from pos.settings.early import EarlySettings, early_settings

__all__ = ["EarlySettings", "early_settings"]
