"""Grid support: what the machine owes the mains in voltage, frequency, power and time."""
