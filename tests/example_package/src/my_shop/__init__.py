"""What a shop adds to its till: one thing of each kind."""
