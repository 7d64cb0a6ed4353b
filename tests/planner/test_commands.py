"""The planner's commands: one line for wrong words, plain data for machines."""

import json
import sys
from pathlib import Path

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
    (["tune", "--dark", "110%"],                       "--dark 110%: is no wish for dark hours (allowed: 0 to 100%)"),
    (["tune", "--dark", "few"],                        "--dark few: is no wish for dark hours (allowed: 0 to 1000 h)"),
    (["tune", "--report", "no/where.html"],            "--report no/where.html: there is no folder no"),
    (["tune", "--changes", "1"],                       "--changes 1: has to be undone within the year (allowed: 0, 2 to 6)"),
    (["tune", "--changes", "9"],                       "--changes 9: is out of range (allowed: 0 to 6)"),
    (["tune", "--changes", "2", "--days", "3"],        "changes = '2': needs a whole year"),
    (["compare", "one.toml"],                          "compare takes 2 to 8 houses (given: 1)"),
    (["compare", "one.toml", "two.toml"],              "one.toml: no such file"),
    (["reserve", "--soc", "half"],                     "--soc half: is no state of charge (allowed: 0% to 100%)"),
    (["reserve", "--soc", "101%"],                     "--soc 101%: is no state of charge"),
    (["reserve", "--load", "0"],                       "--load 0: is out of range (allowed: 1 to 16000 W)"),
    (["size", "--modules", "few"],                     "--modules few: is no list of numbers, as 6,9,12"),
    (["size", "--battery", "-5"],                      "--battery -5: holds a number below 0"),
    (["size", "--modules", "0"],                       "modules_in_series = 0: is out of range"),
    (["size", "--modules", "9,20"],                    "the input bears 800 V"),
]
# fmt: on


@pytest.mark.parametrize("words, said", WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_words_are_one_line_and_status_2(twinverter, words, said):
    status, out, err = twinverter(*words)
    assert (status, out) == (2, "")
    assert said in err and err.count("\n") == 1


# fmt: off
TARIFFS = [
    # what stands in [world.tariff]                                                   what the line says
    ('[[world.tariff.band]]\nname = "day"\nhours = ["06:00-22:00"]\nbuy = 9',        "no band holds on Mondays in January at 00:00"),
    ('[[world.tariff.band]]\nname = "a"\nhours = ["00:00-24:00"]\nbuy = 9\n'
     '[[world.tariff.band]]\nname = "b"\nhours = ["06:00-07:00"]\nbuy = 8',          "bands 'a' and 'b' both hold on Mondays in January at 06:00"),
    ('buy = { amount = 0.1, currency = "USD" }',                                      "USD"),
    ('buy = 0',                                                                       "has no prices"),
]
# fmt: on


@pytest.mark.parametrize("tariff, said", TARIFFS, ids=["hole", "overlap", "currency", "nothing"])
def test_a_tariff_that_cannot_be_is_one_line(twinverter, weak_house, tmp_path, tariff, said):
    text = Path(weak_house.file).read_text(encoding="utf-8")
    text = text.replace("buy = 50\nmay_sell = false", f"may_sell = false\n{tariff}")
    text = text.replace("fuel_per_l = 900\nunserved_per_kwh = 1500", "")
    (tmp_path / "odd.toml").write_text(text, encoding="utf-8")
    status, out, err = twinverter("tune", "odd.toml", "--minutes", "0")
    assert (status, out) == (2, "")
    assert said in err and err.count("\n") == 1


def test_negative_prices_are_taken_and_a_wish_that_is_missed_is_told(
    twinverter, weak_house, tmp_path
):
    text = Path(weak_house.file).read_text(encoding="utf-8").replace("buy = 50", "buy = -5")
    (tmp_path / "paid.toml").write_text(text, encoding="utf-8")
    status, out, _ = twinverter(
        "tune", "paid.toml", "--minutes", "0", "--years", "1", "--unseen", "2", "--dark", "0",
        "--json",
    )  # fmt: skip
    told = json.loads(out)
    money = {line["name"]: line["money"] for line in told["lines"]}
    assert status == 0 and money["bound"] <= money["tuned"]
    # Ten hours at 900 W are more than the bank holds: darkness is left over, and by how much.
    assert told["too_dark_h"] > 0.0


def test_a_wish_for_dark_hours_may_be_a_share_of_those_of_factory_settings(
    twinverter, engineless_house
):
    status, out, _ = twinverter(
        "tune", engineless_house.file, "--minutes", "0", "--years", "1", "--unseen", "2",
        "--dark", "50%", "--json",
    )  # fmt: skip
    told = json.loads(out)
    dark_h = {line["name"]: line["dark_h"] for line in told["lines"]}
    left_h = dark_h["tuned"] - 0.5 * dark_h["factory settings"]
    assert status == 0 and dark_h["factory settings"] > 1.0
    assert told["too_dark_h"] == pytest.approx(max(0.0, left_h))


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
