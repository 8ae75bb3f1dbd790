"""Consultations: what people said, counted and shown, with every count traceable to the words."""
