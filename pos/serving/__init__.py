"""The till in the browser: who may come in, which lane they get, and the till that runs for them."""
