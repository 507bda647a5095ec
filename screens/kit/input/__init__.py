"""From what the terminal sends to what was meant: bursts, scans, keyboards' layouts and the mouse."""
