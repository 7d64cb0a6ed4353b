"""The cards of the panel in a real browser; a package, so that one serves the whole folder."""
