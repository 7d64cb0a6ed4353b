"""The live twin: the one owner of a device, its clock, its store and the loop that runs it."""
