"""What every kernel room stands on: compiling, records, control blocks, converter arithmetic."""
