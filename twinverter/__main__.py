"""`python -m twinverter` is the command `twinverter`."""

from twinverter.cli import main

main()
