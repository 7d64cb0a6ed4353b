"""Ways into the portal for who cannot deliver: loggers of the family, and brokers of messages."""
