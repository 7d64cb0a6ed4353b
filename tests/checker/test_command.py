"""`twinverter check`: table, JSON, page, exit status, and one line for wrong input."""

import html.parser
import json
import sys
import tomllib
from importlib.resources import files

import pytest

from tests.checker.installations import house_text
from twinverter.catalog.checks_page import EXAMPLE, checks_page
from twinverter.cli.frame import main
from twinverter.scenario.wiring_form import WiringForm


@pytest.fixture
def check(capfd, monkeypatch, tmp_path):
    """Return a caller of the command in an empty folder: exit status, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["twinverter", "check", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        return left.value.code, out, err

    return call


@pytest.fixture
def faulty(base, tmp_path):
    house = base["plain"]
    house["site"]["name"] = "A <house> & co"
    house["site"]["wiring"]["earth"]["connected"] = False
    house["site"]["wiring"]["place"]["tv_antenna"] = True
    path = tmp_path / "house.toml"
    path.write_text(house_text(house), encoding="utf-8")
    return path


def test_a_sound_house_is_fine(check):
    status, out, err = check()
    assert (status, err) == (0, "")
    assert out.startswith("Lagos three-bedroom home: ")


def test_faults_are_a_table_with_limit_source_and_advice(check, faulty):
    status, out, err = check(faulty.name)
    assert (status, err) == (1, "")
    text = " ".join(out.split())
    assert text.startswith("A <house> & co: 1 danger, 1 doubtful, ")
    for words in (
        "protective earth",
        "connected",
        "manual 3.7",
        "Connect it first",
        "place-antenna",
    ):
        assert words in text
    assert out.index("danger") < out.index("protective earth") < out.index("place-antenna")
    assert "bat-torque" not in out
    assert "bat-torque" in check(faulty.name, "--all")[1]


def test_json_carries_every_finding(check, faulty):
    status, out, _ = check(faulty.name, "--json")
    told = json.loads(out)
    assert (status, told["worst"], told["counts"]["danger"]) == (1, "danger", 1)
    first = told["findings"][0]
    assert first["id"] == "earth" and first["ledger"] == ["CH3.7-WIR-001", "CH1-WIR-012"]
    keys = {"id", "part", "title", "severity", "found", "limit", "source", "advice", "ledger"}
    assert all(set(one) == keys for one in told["findings"])
    assert sum(told["counts"].values()) == len(told["findings"])


def test_the_page_holds_the_faults_and_escapes_what_was_typed(check, faulty, tmp_path):
    status, out, _ = check(faulty.name, "--report", "check.html")
    text = (tmp_path / "check.html").read_text(encoding="utf-8")
    assert status == 1 and "Report: check.html" in out
    assert "A &lt;house&gt; &amp; co" in text and "<house>" not in text
    assert "Dangerous" in text and "Doubtful" in text and 'id="fine"' in text
    assert "Wrong</h2>" not in text

    open_tags = []

    class Balance(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag not in ("meta", "br"):
                open_tags.append(tag)

        def handle_endtag(self, tag):
            assert open_tags.pop() == tag

        def handle_startendtag(self, tag, attrs):
            pass

    Balance().feed(text)
    assert open_tags == []


def test_the_example_of_the_docs_is_a_sound_wiring_of_the_built_in_house(check, tmp_path):
    """Every table of [site.wiring] is in it, and the page carries it as it is."""
    built_in = (files("twinverter.scenario") / "houses" / "lagos.toml").read_text(encoding="utf-8")
    (tmp_path / "house.toml").write_text(f"{built_in}\n{EXAMPLE}", encoding="utf-8")
    status, out, err = check("house.toml", "--all")
    assert (status, err) == (0, ""), out
    told = tomllib.loads(EXAMPLE)["site"]["wiring"]
    assert set(told) | {"gen"} == set(WiringForm.model_fields)
    assert EXAMPLE in checks_page()


def test_the_manual_is_shown_against_itself(check):
    status, out, _ = check("--manual", "--json")
    told = json.loads(out)
    assert status == 1
    assert [one["number"] for one in told] == [f"A{n}" for n in range(1, 19)] + [
        f"B{n}" for n in range(1, 14)
    ]
    text = " ".join(check("--manual")[1].split())
    assert "1 AWG is 42.41 mm2" in text


# fmt: off
WRONG = [
    # path in the house                                    value                            what the line says
    (("site", "pv", 0, "module"),                          "LONGi LR9",                     ["site.pv[1].module", "is not known", "did you mean LONGi LR"]),
    (("site", "wiring", "grid", "cable"),                  {"mm2": 4.0},                    ["site.wiring.grid.cable.length_m: is missing"]),
    (("site", "wiring", "pv", "cable"),                    {"length_m": -3.0, "mm2": 4.0},  ["site.wiring.pv.cable.length_m = -3", "out of range", "0.1 to 1000 m"]),
    (("site", "wiring", "pv", "cable"),                    {"length_m": 3.0},               ["site.wiring.pv.cable", "as mm2 or as awg"]),
    (("site", "wiring", "battery", "cable"),               {"length_m": 3.0, "mm2": 50.0, "awg": "1"}, ["site.wiring.battery.cable", "as mm2 or as awg"]),
    (("site", "wiring", "battery", "cable"),               {"length_m": 3.0, "awg": "7"},   ["site.wiring.battery.cable.awg = '7'", "is not known"]),
    (("site", "wiring", "earth", "conected"),              True,                            ["site.wiring.earth.conected", "did you mean connected"]),
    (("site", "wiring", "place", "wall"),                  "jelly",                         ["site.wiring.place.wall = 'jelly'", "concrete"]),
    (("site", "wiring", "place", "left_cm"),               -20.0,                           ["site.wiring.place.left_cm = -20", "0 to 1000 cm"]),
    (("site", "wiring", "load_peak_w"),                    [1.0, 2.0],                      ["site.wiring.load_peak_w", "has 2 entries", "3 of them"]),
    (("site", "wiring", "work", "parts_missing"),          ["flux capacitor"],              ["site.wiring.work.parts_missing", "is not known"]),
    (("site", "wiring", "motors"),                         [{"name": "pump"}],              ["site.wiring.motors[1].power_w: is missing"]),
]
# fmt: on


@pytest.mark.parametrize("path, value, said", WRONG, ids=[row[2][0] for row in WRONG])
def test_wrong_wiring_is_one_line_with_file_and_key(path, value, said, check, base, tmp_path):
    house = base["plain"]
    place = house
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    (tmp_path / "house.toml").write_text(house_text(house), encoding="utf-8")
    status, out, err = check("house.toml")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1 and err.startswith("twinverter: house.toml: ")
    assert [words for words in said if words not in err] == [], err


# fmt: off
WORDS = [
    (["nowhere.toml"],                        "nowhere.toml: no such file"),
    (["--report", "no/where.html"],           "there is no folder no"),
    (["--manual", "--report", "page.html"],   "--manual takes neither a house nor --report"),
    (["--manual", "house.toml"],              "--manual takes neither a house nor --report"),
    (["--spin"],                              "No such option"),
]
# fmt: on


@pytest.mark.parametrize("words, said", WORDS, ids=[" ".join(words) for words, _ in WORDS])
def test_wrong_words_are_one_line_and_leave_nothing_behind(words, said, check, tmp_path):
    status, out, err = check(*words)
    assert (status, out, list(tmp_path.iterdir())) == (2, "", [])
    assert len(err.splitlines()) == 1 and said in err
