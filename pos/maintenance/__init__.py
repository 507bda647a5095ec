"""What is done with a store beside selling: its orders listed, its business day ended."""
