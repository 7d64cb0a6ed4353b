"""The panel's files hold together without a browser: modules, icons, places, policy, weight."""

import gzip
import re
from pathlib import Path

import pytest

from tests.panel.eye import FOLDERS, served

PAGE = served("index.html").read_text(encoding="utf-8")
MODULES = sorted(path for folder in FOLDERS for path in (folder / "js").glob("*.js"))
SHEETS = sorted(path for folder in FOLDERS for path in folder.glob("*.css"))
SPRITE = served("icons.svg").read_text(encoding="utf-8")
# The first page may weigh this much after compression.
HEAVIEST_B = 300_000

FROM = re.compile(r"(?:import|export)\s+(\{[^}]*\}|\*\s+as\s+\w+|\w+)\s+from\s+'([^']+)'")
LAZY = re.compile(r"(?:import|lazy)\('(\./[^']+)'(?:,\s*'(\w+)')?\)")
MADE = re.compile(r"^export\s+(?:async\s+)?(?:class|function\*?|const|let)\s+(\w+)", re.MULTILINE)
PASSED_ON = re.compile(r"^export\s+\{([^}]*)\}", re.MULTILINE)
ICON = re.compile(r"(?:\bicon\(|\bsetIcon\([\w.]+, |\bsign: )'([\w-]+)'")
# What turns text into markup, or code, or is forbidden by the page's policy.
FORBIDDEN = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")


def stems(paths):
    return [path.name for path in paths]


def code(path):
    """Return a module without its line comments."""
    return re.sub(r"(?m)^\s*//.*$", "", path.read_text(encoding="utf-8"))


def names(braces):
    """Return the names of `{a, b as c}` as the other module exports them."""
    return [part.split(" as ")[0].strip() for part in braces.strip("{}").split(",") if part.strip()]


def exports(path):
    text = code(path)
    passed = [part for group in PASSED_ON.findall(text) for part in group.split(",")]
    return set(MADE.findall(text)) | {part.split(" as ")[-1].strip() for part in passed}


@pytest.mark.parametrize("path", MODULES, ids=stems(MODULES))
def test_a_module_imports_only_what_another_one_exports(path):
    for wanted, address in FROM.findall(code(path)):
        source = served(f"js/{Path(address).name}")
        assert source.is_file(), address
        if wanted.startswith("{"):
            assert set(names(wanted)) <= exports(source), address
    for address, name in LAZY.findall(code(path)):
        source = served(f"js/{Path(address).name}")
        assert source.is_file(), address
        assert not name or name in exports(source), (address, name)


@pytest.mark.parametrize("path", MODULES, ids=stems(MODULES))
def test_a_module_never_reads_text_as_markup_and_asks_nobody_else(path):
    text = code(path)
    assert not [word for word in FORBIDDEN if word in text]
    foreign = [address for address in re.findall(r"\w+://[\w.-]+", text) if "w3.org" not in address]
    assert foreign == []


@pytest.mark.parametrize("path", MODULES, ids=stems(MODULES))
def test_every_icon_a_module_names_is_in_the_sprite(path):
    drawn = set(re.findall(r'<symbol id="i-([\w-]+)"', SPRITE))
    assert set(ICON.findall(code(path))) <= drawn


def test_every_module_is_reached_from_the_page():
    seen, ahead = set(), {"main.js", "early.js"}
    while ahead:
        name = ahead.pop()
        seen.add(name)
        text = code(served(f"js/{name}"))
        found = {address for _, address in FROM.findall(text)}
        found |= {address for address, _ in LAZY.findall(text)}
        ahead |= {Path(address).name for address in found} - seen
        if name == "main.js":
            cards = re.search(r"CARDS = \[([^\]]*)\]", text)[1]
            ahead |= {f"{card}.js" for card in re.findall(r"'(\w+)'", cards)} - seen
    assert seen == {path.name for path in MODULES}


def test_every_card_has_its_place_on_the_page_and_mounts_into_it():
    cards = re.search(r"CARDS = \[([^\]]*)\]", code(served("js/main.js")))[1]
    for card in re.findall(r"'(\w+)'", cards):
        assert f'id="{card}"' in PAGE
        assert "mount" in exports(served(f"js/{card}.js"))


def test_the_page_obeys_its_own_policy():
    assert " style=" not in PAGE
    assert "<style" not in PAGE
    assert not re.search(r"<script(?![^>]*\bsrc=)", PAGE)
    assert not re.search(r"\son\w+=", PAGE)
    addresses = re.findall(r'\b(?:src|href)="([^"#]+)', PAGE)
    assert [address for address in addresses if not address.startswith("/static/")] == []
    for address in addresses:
        assert served(address.removeprefix("/static/")).is_file(), address


@pytest.mark.parametrize("path", SHEETS, ids=stems(SHEETS))
def test_a_stylesheet_loads_nothing_and_never_hides_the_focus(path):
    text = path.read_text(encoding="utf-8")
    assert "@import" not in text
    assert "@font-face" not in text
    assert [address for address in re.findall(r"url\(([^)]*)\)", text) if address[0] != "#"] == []
    assert not re.search(r":focus-visible[^{]*\{[^}]*outline:\s*(?:none|0)\b", text)
    assert text.count("{") == text.count("}")


def test_nothing_moves_for_who_asked_for_stillness():
    quiet = served("base.css").read_text(encoding="utf-8").split("prefers-reduced-motion")[1]
    assert "animation: none !important" in quiet
    assert "transition: none !important" in quiet


def test_the_whole_panel_is_light_enough_for_a_slow_line():
    files = [path for folder in FOLDERS for path in folder.rglob("*") if path.is_file()]
    weight_b = sum(len(gzip.compress(path.read_bytes())) for path in files)
    assert weight_b < HEAVIEST_B
