"""The till on a terminal, drawn with Textual."""
