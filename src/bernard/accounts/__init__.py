"""The rules about who may come in: passwords, sessions, API tokens, limits on guessing.

They are kept by `bernard.store.people`; nothing here knows about browsers or commands.
"""
