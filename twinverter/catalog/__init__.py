"""The tables: every fact of the manual once, and everything else derived from them."""
