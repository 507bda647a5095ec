"""The store of many tills: what is shared stands on a server (Redis 7 or newer, Valkey), each till keeps a journal."""
