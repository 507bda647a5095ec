"""How things are drawn: panels, rows, large letters, themes and contrast. It knows no till."""
