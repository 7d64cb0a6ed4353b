"""Pages over HTTP: files as they are handed out, and what every request and reply must be."""
