"""Sentences: the figures, orders and reasons of a moment as people read them."""
