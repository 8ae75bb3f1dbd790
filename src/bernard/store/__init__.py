"""SQL and nothing else: the tables, and the functions that read and change them."""
