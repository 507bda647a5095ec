"""What happened at the till as several screens draw it: words for events, counters, and the panel beside a sale."""
