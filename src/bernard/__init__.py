"""AI tools for public servants that show the source of every statement and log what leaves."""
