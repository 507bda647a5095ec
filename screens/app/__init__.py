"""The app itself: what it says and does, its launch, and the pages of errors."""
