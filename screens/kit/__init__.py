"""What screens are made of: base screens, questions, lists, bars, and what a screen knows of its app."""
