"""The portal's files hold together without a browser: modules, icons, policy, weight."""

import gzip
import re
from pathlib import Path

import pytest

from tests.panel.test_static import FORBIDDEN, FROM, ICON, LAZY, code, exports, names, stems

PACKAGE = Path(__file__).parents[2] / "twinverter"
FOLDERS = (PACKAGE / "web" / "static", PACKAGE / "portal" / "static")


def served(name: str) -> Path:
    """Return the file behind an address below `/static/`, which may be one shared with others."""
    places = [folder / name for folder in reversed(FOLDERS)]
    return next((place for place in places if place.is_file()), places[0])


PAGE = served("index.html").read_text(encoding="utf-8")
MODULES = sorted(
    {path.name: path for folder in FOLDERS for path in (folder / "js").glob("*.js")}.values()
)
SHEETS = sorted({path.name: path for folder in FOLDERS for path in folder.glob("*.css")}.values())
SPRITE = served("icons.svg").read_text(encoding="utf-8")
# What a first visit loads, and the outline of the land that the map asks for; both compressed.
HEAVIEST_B, HEAVIEST_LAND_B = 150_000, 60_000
LAND = served("land.svg")


@pytest.mark.parametrize("path", MODULES, ids=stems(MODULES))
def test_a_module_imports_only_what_another_one_exports(path):
    for wanted, address in FROM.findall(code(path)):
        source = served(f"js/{Path(address).name}")
        assert source.is_file(), address
        if wanted.startswith("{"):
            assert set(names(wanted)) <= exports(source), address
    for address, _ in LAZY.findall(code(path)):
        assert served(f"js/{Path(address).name}").is_file(), address


@pytest.mark.parametrize("path", MODULES, ids=stems(MODULES))
def test_a_module_uses_everything_it_imports(path):
    text = code(path)
    for wanted, address in FROM.findall(text):
        for name in [part.split(" as ")[-1].strip() for part in wanted.strip("{}").split(",")]:
            assert len(re.findall(rf"\b{name}\b", text)) > 1, (name, address)


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
    assert seen == {path.name for path in MODULES}


@pytest.mark.parametrize("name", ["main.js", "device.js", "people.js"])
def test_what_opens_a_page_or_a_tab_exports_how(name):
    for address, _ in LAZY.findall(code(served(f"js/{name}"))):
        assert "open" in exports(served(f"js/{Path(address).name}")), address


def test_the_page_obeys_its_own_policy():
    assert " style=" not in PAGE
    assert "<style" not in PAGE
    assert not re.search(r"<script(?![^>]*\bsrc=)", PAGE)
    assert not re.search(r"\son\w+=", PAGE)
    addresses = re.findall(r'\b(?:src|href)="([^"#]+)', PAGE)
    assert [address for address in addresses if not address.startswith("/static/")] == []
    for address in addresses:
        assert served(address.removeprefix("/static/")).is_file(), address


def test_the_page_says_its_language_and_begins_with_a_way_to_its_content():
    assert '<html lang="en"' in PAGE
    body = PAGE.split("<body>")[1]
    assert body.index('class="skip"') < body.index("<nav")
    assert re.search(r'<main id="page"', body)


@pytest.mark.parametrize("path", SHEETS, ids=stems(SHEETS))
def test_a_stylesheet_loads_nothing_and_never_hides_the_focus(path):
    text = path.read_text(encoding="utf-8")
    assert "@import" not in text
    assert "@font-face" not in text
    assert [address for address in re.findall(r"url\(([^)]*)\)", text) if address[0] != "#"] == []
    assert not re.search(r":focus-visible[^{]*\{[^}]*outline:\s*(?:none|0)\b", text)
    assert text.count("{") == text.count("}")


def test_a_first_visit_is_light_enough_for_a_slow_line():
    files = [path for path in (*MODULES, *SHEETS, served("icons.svg"), served("index.html"))]
    weight_b = sum(len(gzip.compress(path.read_bytes())) for path in files)
    assert weight_b < HEAVIEST_B


def test_the_land_of_the_map_is_light_names_its_source_and_draws_and_does_nothing_else():
    text = LAND.read_text(encoding="utf-8")
    assert len(gzip.compress(LAND.read_bytes())) < HEAVIEST_LAND_B
    assert "Natural Earth" in text
    assert set(re.findall(r"<(\w+)", text)) == {"svg", "path"}
    assert set(re.findall(r'\bid="(\w+)"', text)) == {"land", "borders"}
