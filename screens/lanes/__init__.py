"""The tills of a shop with many: how each is, for whoever runs them."""
