"""The kit for tests of the screens, as `pos.testing` hands it out: a cashier, their words, and pictures."""
