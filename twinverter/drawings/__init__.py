"""Drawings of a house as it is installed: what is wired to what, with sizes and terminals."""
