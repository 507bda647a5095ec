"""The small language that the scan line, scripts and headless runs speak."""
