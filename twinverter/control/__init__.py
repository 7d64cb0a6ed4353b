"""The law the firmware follows: measurements in, commands out."""
