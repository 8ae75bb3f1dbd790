"""The tools. Each is a room of its own, and none knows another or which door called it."""
