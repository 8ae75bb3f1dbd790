"""The taggers of personal data: their training examples, their training, and how they are exported."""
