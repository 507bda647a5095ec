"""Where everything durable is kept: implementations of the domain's `Store` port."""
