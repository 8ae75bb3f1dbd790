"""The rules about who may come in, and how much they may use.

For people: passwords, sessions, API tokens, limits on guessing, kept by `bernard.store.people`. For
services: keys and budgets, kept by `bernard.store.keys` and `usage`. Nothing here knows about
browsers or commands.
"""
