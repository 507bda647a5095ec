"""What other packages add to the till."""
