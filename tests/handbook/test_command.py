"""`twinverter handbook`: one file, both files, one line for wrong input."""

import sys

import pytest

import twinverter.cli.handbook  # noqa: F401
from twinverter.cli.frame import main


@pytest.fixture
def handbook(capfd, monkeypatch, tmp_path):
    """Return a caller of the command in an empty folder: exit status, output, errors."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["twinverter", "handbook", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        return left.value.code, out, err

    return call


@pytest.mark.parametrize("name, begins", [("a.html", b"<!DOCTYPE html>"), ("b.PDF", b"%PDF-")])
def test_the_name_says_which_form_is_written(handbook, tmp_path, name, begins):
    assert handbook("--out", name) == (0, f"Handbook: {name}\n", "")
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_folder_gets_both(handbook, tmp_path):
    status, out, err = handbook()
    assert (status, err) == (0, "")
    assert out == "Handbook: handbook.html\nHandbook: handbook.pdf\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["handbook.html", "handbook.pdf"]


# fmt: off
REFUSED = (
    # words                        the line
    (("--out", "book.txt"),        "twinverter: --out book.txt: is no handbook (allowed: FILE.html, FILE.pdf, a folder that exists)"),
    (("--out", "no/book.pdf"),     "twinverter: --out no/book.pdf: there is no folder no"),
    (("--out", "none"),            "twinverter: --out none: is no handbook (allowed: FILE.html, FILE.pdf, a folder that exists)"),
    (("no.toml",),                 "twinverter: no.toml: no such file"),
)
# fmt: on


@pytest.mark.parametrize("typed, line", REFUSED)
def test_wrong_input_is_one_line(handbook, tmp_path, typed, line):
    assert handbook(*typed) == (2, "", f"{line}\n")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_written_whole_or_not_at_all(handbook, tmp_path, monkeypatch):
    (tmp_path / "old.html").write_text("old")

    def full(source, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    status, _, err = handbook("--out", "old.html")
    assert (status, err.count("\n")) == (2, 1) and "No space left on device" in err
    assert (tmp_path / "old.html").read_text() == "old"
