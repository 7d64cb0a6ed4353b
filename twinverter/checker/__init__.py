"""Is the installation right: checks of a house against the manual, the cable tables and itself."""

from twinverter.checker.check import Finding, check_house, worst_of
from twinverter.checker.printed import contradictions

__all__ = ["Finding", "check_house", "contradictions", "worst_of"]
