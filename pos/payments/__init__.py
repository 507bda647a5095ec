"""Payment gateways behind the domain's port, and what a card number is."""
