"""Days to years: the step looped over record arrays, one device or many."""
