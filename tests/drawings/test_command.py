"""`twinverter draw`: files, their list, and one line for wrong input."""

import sys

import pytest

from twinverter.cli import draw as command
from twinverter.cli.frame import main


@pytest.fixture
def draw(capfd, monkeypatch, tmp_path):
    """Return a caller of the command in an empty folder: exit status, output, errors."""
    monkeypatch.chdir(tmp_path)
    assert command.draw

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["twinverter", "draw", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        return left.value.code, out.split(), err

    return call


def test_every_drawing_of_the_built_in_house_is_written_and_listed(draw, tmp_path):
    status, out, err = draw("--date", "2026-11-24")
    assert (status, err) == (0, "")
    assert out[0] == "drawings/single-line.svg" and len(out) == 7
    written = sorted(str(one.relative_to(tmp_path)) for one in (tmp_path / "drawings").iterdir())
    assert written == sorted(out)
    assert "2026-11-24" in (tmp_path / out[0]).read_text(encoding="utf-8")


def test_one_drawing_goes_to_a_folder_of_its_own_as_a_pdf(draw, tmp_path):
    status, out, _ = draw("--drawing", "rj45", "--format", "pdf", "--out", "here/there")
    assert (status, out) == (0, ["here/there/drawings.pdf"])
    assert (tmp_path / out[0]).read_bytes().startswith(b"%PDF-")


# fmt: off
WRONG = [
    # words                                      told
    (["--drawing", "single"],                    "--drawing single: is no drawing"),
    (["--drawing", "parallel"],                  "has none of it to draw"),
    (["--format", "png"],                        "--format png: is no format (allowed: svg, pdf)"),
    (["--date", "24.11.2026"],                   "--date 24.11.2026: is no date"),
    (["nowhere.toml"],                           "nowhere.toml: no such file"),
    (["--out", "file"],                          "--out file: cannot be written"),
]
# fmt: on


@pytest.mark.parametrize("words, told", WRONG)
def test_wrong_input_is_one_line(draw, tmp_path, words, told):
    (tmp_path / "file").write_text("no folder")
    status, out, err = draw(*words)
    assert status == 2 and not out and told in err and err.count("\n") == 1


def test_a_house_that_is_wrong_is_one_line_with_its_key(draw, tmp_path):
    (tmp_path / "bad.toml").write_text("[site]\nlatitude = 100.0\nlongitude = 3.0\n")
    status, _, err = draw("bad.toml")
    assert status == 2 and "bad.toml" in err and err.count("\n") == 1
