"""The queue between checkout and payment: its workers, and its engine outside the shop's own server."""
