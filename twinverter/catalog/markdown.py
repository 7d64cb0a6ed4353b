"""How the derived pages are written: the mark of a made page, and a table."""

from collections.abc import Iterable

MADE_BY = "<!-- Made by python -m twinverter.catalog.docs; edit the tables, not this page. -->"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table."""
    lines = [list(head)]
    lines.append(["---"] * len(lines[0]))
    lines += [[cell.replace("|", "\\|") for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
