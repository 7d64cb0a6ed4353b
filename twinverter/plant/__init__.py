"""The physical machine and house: what is really there, and what it does when commanded."""
