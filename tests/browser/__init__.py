"""The panel and the portal in a real browser; a package, so that one serves the whole folder."""
