"""The handbook of a house, as a page and as a PDF, from the tables and the house file."""
