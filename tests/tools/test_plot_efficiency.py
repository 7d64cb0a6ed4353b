"""The picture of the efficiencies: ours, and beside it whatever was measured."""

import sys
import xml.etree.ElementTree as ElementTree

import pytest

from tools import plot_efficiency

MEASURED = "id,path,load_pct_nominal,efficiency_pct\nA & B,PV2AC,10,90\nA & B,PV2AC,100,95\n"


def drawn(monkeypatch, tmp_path, *words):
    """Return exit status and the SVG's root after running the tool."""
    picture = tmp_path / "pictures" / "efficiency.svg"
    monkeypatch.setattr(sys, "argv", ["plot_efficiency.py", *words, "--out", str(picture)])
    status = plot_efficiency.main()
    return status, ElementTree.parse(picture).getroot() if picture.is_file() else None


def found(root, name):
    return [element for element in root.iter() if element.tag.endswith("}" + name)]


def test_without_data_only_ours_is_drawn(monkeypatch, tmp_path):
    status, root = drawn(monkeypatch, tmp_path)
    assert status == 0
    assert [line.get("stroke") for line in found(root, "polyline")] == [plot_efficiency.OURS] * 4
    assert "PV to AC (Euro 97.0 %)" in [text.text for text in found(root, "text")]


def test_measured_systems_are_drawn_and_named(monkeypatch, tmp_path):
    data = tmp_path / "measured.csv"
    data.write_text(MEASURED, encoding="utf-8")
    _, root = drawn(monkeypatch, tmp_path, str(data))
    theirs = [
        line for line in found(root, "polyline") if line.get("stroke") == plot_efficiency.THEIRS
    ]
    assert len(theirs) == 1
    assert "A & B" in [text.text for text in found(root, "text")]


def test_a_missing_file_is_named_and_nothing_is_written(monkeypatch, tmp_path, capsys):
    status, root = drawn(monkeypatch, tmp_path, "nowhere.csv")
    assert (status, root) == (2, None)
    assert capsys.readouterr().err == "nowhere.csv: no such file\n"


@pytest.mark.parametrize(
    "labels, moved",
    [
        ([(20.0, "b"), (10.0, "a")], [(10.0, "a"), (20.0, "b")]),
        ([(10.0, "a"), (12.0, "b"), (13.0, "c")], [(10.0, "a"), (20.0, "b"), (30.0, "c")]),
    ],
)
def test_labels_do_not_cover_each_other(labels, moved):
    assert plot_efficiency.apart(labels, gap=10.0) == moved
