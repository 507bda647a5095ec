"""The words of the language, each one with all that is known of it: its row, what it does, how it is typed."""
