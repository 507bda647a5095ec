"""Looking after a store: listing its orders, examining and repairing it, copies of it, and the end of a day."""
