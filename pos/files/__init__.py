"""Files: made privately and whole, read within bounds, and whose they are."""
