"""Documents: taken in, read, split into passages, indexed and searched."""
