"""The catalogue of texts: the tool that keeps it, and what proves that it is whole."""
