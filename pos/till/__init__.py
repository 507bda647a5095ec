"""The application: one façade for everything a cashier does."""
