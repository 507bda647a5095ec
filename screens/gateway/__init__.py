"""What the simulated gateway can be told to answer."""
