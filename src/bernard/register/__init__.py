"""What the public sees: figures of what was shared, transparency records, and a static site.

Every number comes from the log and says under which checkpoint it can be computed again.
"""
