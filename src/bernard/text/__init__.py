"""Pure functions on text: clean it, cut it up, find quotes in it, compare statements. No I/O."""
