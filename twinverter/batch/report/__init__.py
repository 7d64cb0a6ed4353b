"""The report of a run: one HTML file that carries all it needs and asks nobody for anything.

It holds no script, font or picture from elsewhere, works without scripts, on a phone, in the
dark and on paper, and says twice whatever colour says.
"""

from twinverter.batch.report.page import report_html, write_report

__all__ = ["report_html", "write_report"]
