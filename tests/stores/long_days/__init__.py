"""Days that are left open for very many orders."""
