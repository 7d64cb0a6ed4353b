"""The handbook of one house, as a page and as a booklet."""
