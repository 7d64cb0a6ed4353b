"""The import rule: which room may import which, and what a module may not be called."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "twinverter"
MODULES = sorted(PACKAGE.rglob("*.py"))

# fmt: off
MAY_IMPORT = {
    "core":     set(),
    "catalog":  set(),
    "plant":    {"core"},
    "control":  {"core", "catalog"},
    "inverter": {"core", "catalog", "plant", "control"},
    "group":    {"core", "catalog", "plant", "control", "inverter"},
    "scenario": {"core", "catalog", "plant", "inverter", "group"},
    "words":    {"core", "catalog"},
    "batch":    {"core", "catalog", "words", "scenario", "inverter", "group"},
    "bench":    {"core", "catalog", "plant", "control", "inverter", "scenario", "batch"},
    "planner":  {"core", "catalog", "plant", "inverter", "scenario", "batch"},
    "checker":  {"core", "catalog", "scenario", "batch"},
    "live":     {"core", "catalog", "words", "scenario", "inverter", "group"},
    "web":      set(),
    "panel":    {"core", "catalog", "words", "live", "web"},
    "ports":    {"core", "catalog", "words", "live"},
    "monitor":  {"core", "catalog", "scenario", "inverter", "live"},
    "book":     set(),
    "portal":   {"core", "catalog", "words", "scenario", "monitor", "web", "book"},
    "gateway":  {"core", "catalog", "scenario", "monitor", "ports", "portal"},
    "drawings": {"core", "catalog", "words", "scenario", "checker"},
    "handbook": {"core", "catalog", "words", "scenario", "checker", "drawings", "book"},
    "__init__": {"core", "catalog", "scenario", "batch"},
    "cli":      {"core", "catalog", "plant", "control", "inverter", "group", "scenario", "batch", "bench", "checker", "planner", "live", "panel", "ports", "monitor", "web", "portal", "gateway", "drawings", "book", "handbook", "__init__"},
    "__main__": {"cli"},
}
# fmt: on
RECORD_TYPES_ONLY = {("scenario", "plant"), ("scenario", "inverter"), ("scenario", "group")}
NAMES_OF_NOTHING = {"utils", "util", "helpers", "helper", "manager", "handler", "common", "misc"}


def room_of(path: Path) -> str:
    """Return the room of a file of the package: a folder, or a module beside the folders."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def edges(path: Path) -> Iterator[tuple[str, str, int]]:
    """Yield (room imported, name imported from it, line), wherever in the file it stands."""
    here = ("twinverter", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found = [(alias.name.split("."), "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            start = here[: len(here) - node.level + 1] if node.level else ()
            module = [*start, *(node.module or "").split(".")] if node.module else [*start]
            if module == ["twinverter"]:
                found = [([*module, alias.name], "") for alias in node.names]
            else:
                found = [(module, alias.name) for alias in node.names]
        else:
            continue
        for module, name in found:
            if module[0] == "twinverter":
                room = module[1] if module[1:] and module[1] in MAY_IMPORT else "__init__"
                yield room, name, node.lineno


def violations(path: Path) -> list[str]:
    """Return one line per import that the rule forbids."""
    room, found = room_of(path), []
    for target, name, line in edges(path):
        if target != room and target not in MAY_IMPORT.get(room, set()):
            found.append(f"{path.name}:{line}: {room} may not import {target}")
        elif (room, target) in RECORD_TYPES_ONLY and not name[:1].isupper():
            found.append(f"{path.name}:{line}: {room} takes record types from {target}, not {name}")
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_room_may(path):
    assert room_of(path) in MAY_IMPORT, "a new room needs its row in MAY_IMPORT"
    assert violations(path) == []


def test_the_catalog_needs_only_the_standard_library_when_imported():
    strangers = []
    for path in sorted((PACKAGE / "catalog").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            roots = {name.split(".")[0] for name in names if name} - {"twinverter"}
            strangers += [f"{path.name}: {root}" for root in roots - sys.stdlib_module_names]
    assert strangers == []


def test_no_module_has_a_name_that_says_nothing():
    words = {path: set(path.stem.split("_")) for path in [*MODULES, *PACKAGE.iterdir()]}
    assert [str(path) for path, names in words.items() if names & NAMES_OF_NOTHING] == []


# fmt: off
FORBIDDEN = [
    # file                 text                                             what
    ("control/new.py",     "from twinverter.plant.site import Site",        "control may not import plant"),
    ("plant/new.py",       "import twinverter.control.charger as charger",  "plant may not import control"),
    ("plant/new.py",       "from ..control import charger",                 "plant may not import control"),
    ("core/new.py",        "def f():\n    from twinverter import catalog",  "core may not import catalog"),
    ("catalog/new.py",     "from ..core.kernel import kernel",              "catalog may not import core"),
    ("batch/new.py",       "from twinverter import simulate",               "batch may not import __init__"),
    ("batch/new.py",       "from twinverter.bench import judge",              "batch may not import bench"),
    ("scenario/new.py",    "from twinverter.inverter import step",          "scenario takes record types from inverter, not step"),
    ("scenario/new.py",    "from twinverter import inverter",               "scenario takes record types from inverter, not "),
]
# fmt: on


@pytest.mark.parametrize("name, text, what", FORBIDDEN)
def test_the_rule_sees_a_forbidden_import(name, text, what, tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    assert len(violations(path)) == 1
    assert violations(path)[0].endswith(what)
