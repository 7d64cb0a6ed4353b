"""The chapters, one module each, in the order of the manual and then ours."""
