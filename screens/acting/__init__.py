"""From a key to what is done: the intake, the table of actions, the language on the scan line."""
