"""The embedded store: a journal and a snapshot in a folder, with all that examines, repairs, copies and migrates it."""
