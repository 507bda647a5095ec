"""Reports: what was sold, counted from orders."""
