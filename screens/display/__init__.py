"""The customer's display: what is on the ticket, what is due and what comes back, live from a till."""
