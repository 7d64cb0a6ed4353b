"""A house from a TOML file: what is installed, what is set, and what the world does to it."""
