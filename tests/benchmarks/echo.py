"""The limit of a key: a program that writes each byte back, without a screen."""

from __future__ import annotations

import os
import tty

tty.setraw(0)
os.write(1, b"ready")
while key := os.read(0, 1024):
    os.write(1, key)
