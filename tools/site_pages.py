"""What the documentation site makes while it is built: commands, stands, words, a handbook.

MkDocs calls `on_config` and `on_files` (`hooks` in mkdocs.yml). Pages that follow from the code are
made here at every build, so they cannot be stale; the reference pages in `docs/` come from
`python -m twinverter.catalog.docs`. Decisions are whatever lies in their folder;
a page that the navigation does not name stands under "Further".
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer.main
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from twinverter.book.html import html
from twinverter.catalog.contradictions import PARTS, RULE
from twinverter.catalog.glossary import GLOSSARY
from twinverter.catalog.markdown import table
from twinverter.catalog.screens import name_of, place_of
from twinverter.catalog.settings import find
from twinverter.cli import app
from twinverter.handbook.book import handbook_of
from twinverter.handbook.chapters.stands import readings
from twinverter.scenario.house import load_house

DECISIONS = "decisions/"
MARKUP = re.compile(r"\[/?[a-z ]*\]")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put every decision into the navigation, the oldest first, and what nobody placed."""
    folder = Path(config.docs_dir)
    placed = set(_placed(config.nav or []))
    left = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.md"))
    decisions = [name for name in left if name.startswith(DECISIONS)]
    further = [name for name in left if name not in placed and name not in decisions]
    sections = [{"Further": further}] if further else []
    config.nav = [*(config.nav or []), *sections, {"Decisions": decisions}]
    return config


def _placed(entry: Any) -> Iterator[str]:
    """Yield the names of all pages in a navigation."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, dict | list):
        for inner in entry.values() if isinstance(entry, dict) else entry:
            yield from _placed(inner)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that follow from the code."""
    for name, page in PAGES.items():
        files.append(File.generated(config, name, content=page()))
    return files


def commands_page() -> str:
    """Return the reference of every command, from the command line's own help."""
    group: Any = typer.main.get_command(app)
    context = group.make_context("twinverter", [], resilient_parsing=True)
    parts = [
        "# Every command",
        "Exit status of all: 0 fine, 1 found something, 2 wrong input, told in one line.",
        *(
            part
            for name in sorted(group.list_commands(context))
            for part in _command(name, group.get_command(context, name), context)
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _command(name: str, command: Any, parent: Any) -> Iterator[str]:
    """Yield what the help of one command says; commands below it follow."""
    context = command.make_context(name, [], parent=parent, resilient_parsing=True)
    path = context.command_path
    yield f"## {path}"
    yield _plain(command.help or "")
    yield f"```\n{path} {' '.join(command.collect_usage_pieces(context))}\n```"
    records = (param.get_help_record(context) for param in command.params)
    rows = [(f"`{names}`", _plain(words)) for names, words in filter(None, records)]
    if rows:
        yield table(("Argument or option", "What it does"), rows)
    if command.epilog:
        yield f"```\n{_plain(command.epilog).removeprefix('Example: ')}\n```"
    below = getattr(command, "commands", {})
    for inner in sorted(below):
        yield from _command(inner, below[inner], context)


def _plain(text: str) -> str:
    """Return a help text without the marks of the terminal."""
    return " ".join(MARKUP.sub("", text).split())


def stands_page() -> str:
    """Return where the manual contradicts itself, and what is taken."""
    lines: dict[str, list[tuple[str, ...]]] = {part: [] for part in PARTS}
    for row in readings():
        cells = (row.number, row.printed, row.stand, row.why, _turned(row.settings))
        lines[row.number[0]].append(cells)
    parts = ["# Where the manual contradicts itself", RULE]
    head = ("No", "The manual says", "Taken", "Why", "Turned by")
    for part, title in PARTS.items():
        parts += [f"## {title}", table(head, lines[part])]
    return "\n\n".join(parts) + "\n"


def _turned(keys: tuple[str, ...]) -> str:
    rows = map(find, keys)
    return "<br>".join(f"{name_of(row)} (`{row.path}`; {place_of(row.key)})" for row in rows)


def words_page() -> str:
    """Return the words of the field."""
    return f"# Words\n\n{table(('Word', 'Means'), GLOSSARY)}\n"


def handbook_page() -> str:
    """Return the handbook of the built-in house, as `twinverter handbook` writes it."""
    return html(handbook_of(load_house()))


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "stands.md": stands_page,
    "words.md": words_page,
    "handbook.html": handbook_page,
}
