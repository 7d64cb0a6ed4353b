"""The best settings this menu can hold: bills, comparisons, the bound, and the search."""
