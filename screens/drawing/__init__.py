"""What everything is drawn with: rows of text, the one widget that paints them, big digits, colours."""
