"""Several units side by side: what they tell each other, what each is to carry, what they share."""
