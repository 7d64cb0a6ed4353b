"""The wires of the device: what other machines read of it and write to it."""
