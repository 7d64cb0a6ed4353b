"""The pictures of the transients: each is drawn, and shows what its text tells."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parent.parent.parent / "tools"
PICTURES = TOOLS.parent / "docs" / "pictures"


@pytest.fixture
def transients(monkeypatch):
    """Return the tool, which finds its drawing room beside itself."""
    monkeypatch.syspath_prepend(TOOLS)
    import transients

    return transients


WORDS = [
    # picture   curves  words that must stand there
    ("sag",     10,     {"relay opens, F42", "rests", "feeds again"}),
    ("ramp",    12,     {"Fstart", "relay opens, F47"}),
    ("outage",  10,     {"relay opens", "F35", "relay closes", "ATS"}),
]  # fmt: skip


@pytest.mark.parametrize("name, curves, words", WORDS)
def test_a_picture_is_drawn_and_stands_in_the_docs(
    transients, monkeypatch, tmp_path, name, curves, words
):
    monkeypatch.setattr(sys, "argv", ["transients.py", name, "--out", str(tmp_path)])
    assert transients.main() == 0
    for place in (tmp_path, PICTURES):
        root = ElementTree.parse(place / f"{name}.svg").getroot()
        lines = [item for item in root.iter() if item.tag.endswith("}polyline")]
        texts = {item.text for item in root.iter() if item.tag.endswith("}text")}
        assert len(lines) == curves and words <= texts


def test_a_picture_nobody_knows_is_refused(transients, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["transients.py", "storm"])
    with pytest.raises(SystemExit):
        transients.main()
    assert "sag ramp outage" in capsys.readouterr().err
