"""The home screen: the scan line, the catalog, and the ticket beside it."""
