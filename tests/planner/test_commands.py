"""The planner's commands: one line for wrong words, plain data for machines."""

import json
import sys

import pytest

from twinverter.cli.frame import main


@pytest.fixture
def twinverter(capfd, monkeypatch, tmp_path):
    """Return a caller of the command in an empty folder: exit status, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["twinverter", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        return left.value.code, out, err

    return call


# fmt: off
WRONG = [
    # words                                            what the line says
    (["tune", "nowhere.toml"],                         "nowhere.toml: no such file"),
    (["tune", "--objective", "fame"],                  "--objective fame: is not known (allowed: money, fuel, dark, mix)"),
    (["tune", "--minutes", "-1"],                      "--minutes -1: is out of range (allowed: 0 to 600)"),
    (["tune", "--unseen", "1"],                        "--unseen 1: is out of range (allowed: 2 to 20)"),
    (["tune", "--quiet", "late"],                      "--quiet late: is no stretch of a day (allowed: HH:MM-HH:MM)"),
    (["tune", "--reserve", "90", "--days", "2"],       "reserve = '90 h': takes"),
    (["tune", "--report", "no/where.html"],            "--report no/where.html: there is no folder no"),
    (["compare", "one.toml"],                          "compare takes 2 to 8 houses (given: 1)"),
    (["compare", "one.toml", "two.toml"],              "one.toml: no such file"),
    (["reserve", "--soc", "half"],                     "--soc half: is no state of charge (allowed: 0% to 100%)"),
    (["reserve", "--soc", "101%"],                     "--soc 101%: is no state of charge"),
    (["reserve", "--load", "0"],                       "--load 0: is out of range (allowed: 1 to 16000 W)"),
    (["size", "--modules", "few"],                     "--modules few: is no list of numbers, as 6,9,12"),
    (["size", "--battery", "-5"],                      "--battery -5: holds a number below 0"),
    (["size", "--modules", "0"],                       "modules_in_series = 0: is out of range"),
]
# fmt: on


@pytest.mark.parametrize("words, said", WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_words_are_one_line_and_status_2(twinverter, words, said):
    status, out, err = twinverter(*words)
    assert (status, out) == (2, "")
    assert said in err and err.count("\n") == 1


def test_tune_writes_settings_that_compare_takes(twinverter, weak_house, tmp_path):
    status, out, _ = twinverter(
        "tune", weak_house.file, "--minutes", "0.05", "--years", "1", "--unseen", "2", "--json",
        "--settings", "set.toml", "--report", "advice.html",
    )  # fmt: skip
    told = json.loads(out)
    assert status == 0
    assert told["currency"] == "NGN" and len(told["lines"]) == 4
    names = {line["name"]: line["money"] for line in told["lines"]}
    assert names["bound"] <= names["tuned"] <= names["as it is set"]
    page = (tmp_path / "advice.html").read_text(encoding="utf-8")
    assert "What to turn" in page and "In an outage" in page
    status, out, _ = twinverter("compare", weak_house.file, "set.toml", "--json")
    both = json.loads(out)
    assert status == 0
    assert [way["name"] for way in both["ways"]] == ["weak", "set"]
    assert set(both["settings"]) == {change["key"] for change in told["changes"]}


def test_reserve_and_size_speak_json(twinverter, weak_house):
    status, out, _ = twinverter(
        "reserve", weak_house.file, "--soc", "60%", "--years", "1", "--json"
    )
    rows = json.loads(out)["rows"]
    assert status == 0 and [row["soc"] for row in rows] == [0.4, 0.6, 1.0]
    status, out, _ = twinverter("size", weak_house.file, "--battery", "100,200", "--json")
    assert status == 0 and {row["battery_ah"] for row in json.loads(out)} == {100.0, 200.0}
