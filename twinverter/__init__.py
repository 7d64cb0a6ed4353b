"""Twinverter: a smart hybrid inverter in software."""
