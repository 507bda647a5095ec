"""The real program in a real pseudo-terminal: what a scanner writes, what the screen shows, what the store keeps."""
