"""A transparency log in the public formats: tree, tiles, checkpoints, receipts, witnesses."""
