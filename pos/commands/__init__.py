"""The commands of the command line: what each is told, and what it prints."""
