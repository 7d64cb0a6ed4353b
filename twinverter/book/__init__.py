"""A book is plain data, set twice: as a page for the screen and as pages for the printer."""
