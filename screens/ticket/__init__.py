"""The ticket as several screens draw it: lines, totals, and each step of a price."""
