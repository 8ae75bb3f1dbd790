"""The encoder and the head that map responses to themes: their training, and how they are exported."""
