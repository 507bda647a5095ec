"""Payment gateways behind the domain's port."""
