"""Processes for bytes that anybody may have made: they read one pipe, write another, and no more."""
