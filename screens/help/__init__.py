"""Help and menu of the screen below."""
