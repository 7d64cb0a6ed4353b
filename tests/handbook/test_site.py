"""The documentation site: it builds without a warning, asks nobody, and tells the truth."""

import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from twinverter.catalog.glossary import GLOSSARY
from twinverter.catalog.profiles import PROFILES, SOURCES
from twinverter.catalog.settings import find
from twinverter.cli import app

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
EXTEND = sorted((DOCS / "extend").glob("*.md"))
CONCEPTS = sorted((DOCS / "concepts").glob("*.md"))
FETCHED = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*?(?:src|href)=\"?([^\" >]+)")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Return the folder of the built site."""
    pytest.importorskip("material", reason="mkdocs-material is not installed (group `site`)")
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    made = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert made.returncode == 0, made.stderr[-3000:]
    return folder


def test_every_page_is_built_and_links_lead_somewhere(site):
    """A link or a fragment that leads nowhere is an error of the strict build."""
    for page in DOCS.rglob("*.md"):
        assert (site / page.relative_to(DOCS)).with_suffix(".html").is_file()
    for name in ("commands", "stands", "words", "handbook"):
        assert (site / f"{name}.html").is_file()
    assert not list(site.rglob("*.csv"))


def test_no_page_fetches_anything_from_elsewhere(site):
    for page in site.rglob("*.html"):
        for source in FETCHED.findall(page.read_text(encoding="utf-8")):
            outside = re.match(r"(https?:)?//", source)
            assert not outside, (page.name, source)
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"(@import|url\()\s*[\"']?(https?:)?//", text), style.name


def test_search_knows_a_setting_and_a_code(site):
    index = (site / "search" / "search_index.json").read_text(encoding="utf-8")
    assert "max_charge_a" in index and "F64" in index


def test_every_command_stands_with_its_options_and_its_example(site):
    import typer.main

    text = (site / "commands.html").read_text(encoding="utf-8")
    group = typer.main.get_command(app)
    for name, command in group.commands.items():
        assert f"twinverter {name}" in text
        for param in command.params:
            longest = max(param.opts, key=len)
            assert getattr(param, "hidden", False) or longest in text, (name, longest)


def test_every_word_and_every_stand_has_its_line(site):
    words = (site / "words.html").read_text(encoding="utf-8")
    assert all(f"<td>{term.word}</td>" in words for term in GLOSSARY)
    stands = (site / "stands.html").read_text(encoding="utf-8")
    assert all(f"<td>{number}</td>" in stands for number in ("A1", "B13", "C40", "D11", "E21"))
    assert "installer.zero_export_scope" in stands


def test_every_decision_is_in_the_navigation(site):
    start = (site / "index.html").read_text(encoding="utf-8")
    for path in (DOCS / "decisions").glob("*.md"):
        assert f"decisions/{path.stem}.html" in start


def test_a_page_that_nobody_placed_stands_under_further(tmp_path):
    pytest.importorskip("mkdocs", reason="mkdocs is not installed (group `site`)")
    from tools.site_pages import on_config

    for name in ("a.md", "deep/b.md", "decisions/0001-x.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("# A page")
    config = SimpleNamespace(docs_dir=tmp_path, nav=[{"Begin": [{"A": "a.md"}]}])
    assert on_config(config).nav == [
        {"Begin": [{"A": "a.md"}]},
        {"Further": ["deep/b.md"]},
        {"Decisions": ["decisions/0001-x.md"]},
    ]


@pytest.mark.parametrize("page", [*EXTEND, *CONCEPTS], ids=lambda page: page.stem)
def test_a_page_names_files_that_exist(page):
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"`((?:twinverter|tests|tools|docs)/[\w./]*)`", text))
    assert named
    for name in named:
        assert (ROOT / name).exists(), name


# fmt: off
NAMED = (
    # page           words on it                 where they stand in the code
    ("setting",      "shown_only",               "twinverter/catalog/columns.py"),
    ("setting",      "awaits(",                  "twinverter/catalog/row.py"),
    ("setting",      "reserved(",                "twinverter/catalog/row.py"),
    ("port",         "class Port",               "twinverter/ports/port.py"),
    ("port",         "twin.wire(",               "twinverter/ports/foreign_meter.py"),
    ("port",         "twin.unwire(",             "twinverter/ports/foreign_meter.py"),
    ("port",         "_plant",                   "twinverter/cli/wires.py"),
    ("port",         "_clients",                 "twinverter/cli/wires.py"),
    ("grid-code",    "_rides",                   "twinverter/catalog/profiles.py"),
    ("grid-code",    "_window",                  "twinverter/catalog/profiles.py"),
    ("grid-code",    "SOURCES",                  "twinverter/catalog/profiles.py"),
)
# fmt: on


@pytest.mark.parametrize("page, name, place", NAMED)
def test_a_step_names_what_the_code_has(page, name, place):
    bare = name.removeprefix("class ")
    assert bare.rstrip("(") in (DOCS / "extend" / f"{page}.md").read_text(encoding="utf-8")
    assert name.replace("twin.", "_twin.") in (ROOT / place).read_text(encoding="utf-8")


def test_the_row_shown_as_an_example_is_the_tables_own():
    text = (DOCS / "extend" / "setting.md").read_text(encoding="utf-8")
    row = find("smart_pv_hold_s")
    assert f'"{row.key}", "{row.label}", "{row.unit}", {row.default}, {row.low}, {row.high}' in text
    assert row.meaning in text and row.depends_on in text
    assert (row.in_kernel, row.group) == (True, "installer")


def test_free_codes_of_register_182_begin_at_32():
    ours = [profile.code for profile in PROFILES if profile.code >= 32]
    assert ours and len(SOURCES) > 5


# fmt: off
FIGURES = (
    # page             sentence                       figure of the law
    ("islanding",      "-0.20, 0.20",                 ("islanding_most", 0.20)),
    ("islanding",      "beyond 0.05 Hz",              ("islanding_quiet_hz", 0.05)),
    ("islanding",      "+-0.005 * P",                 ("islanding_swing", 0.005)),
    ("islanding",      "every 50 ms",                 ("islanding_swing_s", 0.10)),
    ("islanding",      "3.5 Hz from its own",         ("islanding_proof_hz", 3.5)),
    ("islanding",      "for 0.15 s",                  ("islanding_proof_s", 0.15)),
    ("dispatch",       "8.8 kW for good",             ("rating_ac_max_w", 8800.0)),
    ("dispatch",       "12 kW for 60 s",              ("overload_long_w", 12000.0)),
    ("dispatch",       "twice the rating for 10 s",   ("overload_short_s", 10.0)),
    ("bridge",         "at 90 degC of the sink",      ("heat_sink_stop_c", 90.0)),
    ("bridge",         "From 45 degC",                ("heat_derate_from_c", 45.0)),
)
# fmt: on


@pytest.mark.parametrize("page, sentence, figure", FIGURES)
def test_a_figure_of_a_concept_is_that_of_the_law(page, sentence, figure):
    from twinverter.catalog.law import LAW, law_key

    key, value = figure
    text = " ".join((DOCS / "concepts" / f"{page}.md").read_text(encoding="utf-8").split())
    assert sentence in text
    assert {law_key(row): row.value for row in LAW}[key] == value
