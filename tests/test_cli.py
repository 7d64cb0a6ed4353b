"""The command line: what it prints and writes, and one line for everything that is wrong."""

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest

from twinverter.cli.frame import main
from twinverter.cli.simulate import published, step_seconds

ROOT = Path(__file__).resolve().parent.parent


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


@pytest.fixture
def built_in():
    return (files("twinverter.scenario") / "houses" / "lagos.toml").read_text(encoding="utf-8")


# fmt: off
WRONG = [
    # words                               what the line says
    (["simulate", "nowhere.toml"],        "nowhere.toml: no such file"),
    (["simulate", "--step", "7parsecs"],  "--step 7parsecs: is no length (allowed: 1ms to 1h"),
    (["simulate", "--step", "2h"],        "--step 2h: is out of range (allowed: 1ms to 1h)"),
    (["simulate", "--days", "many"],      "--days"),
    (["simulate", "--days", "0"],         "--days = 0: is out of range"),
    (["simulate", "--days", "-3"],        "--days = -3: is out of range"),
    (["simulate", "--start", "tomorrow"], "--start tomorrow: is no date"),
    (["simulate", "--start", "1850-01-01"], "--start 1850-01-01: is out of range (allowed: 1971 to 2100)"),
    (["simulate", "--start", "9999-12-31"], "--start 9999-12-31: is out of range (allowed: 1971 to 2100)"),
    (["simulate", "--start", "2023-01-01T00:00+01:00"], "--start 2023-01-01T00:00+01:00: is no date"),
    (["simulate", "--spin"],              "No such option"),
    (["simulate", "a.toml", "b.toml"],    "unexpected extra argument"),
    (["dance"],                           "No such command"),
]
# fmt: on


@pytest.mark.parametrize("words, said", WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_words_are_one_line_and_leave_nothing_behind(twinverter, tmp_path, words, said):
    status, out, err = twinverter(*words, *(["--out", "new"] if words[0] == "simulate" else []))
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1 and said in err
    assert list(tmp_path.iterdir()) == []


# fmt: off
WRONG_HOUSES = [
    # in the built-in house             this instead                          what the line says
    ('energy_pattern = "load_first"',   'energy_patern = "load_first"',       ["settings.work_mode.energy_patern", "did you mean work_mode.energy_pattern"]),
    ("max_charge_a = 100 ",             "max_charge_a = 900 ",                ["settings.battery.max_charge_a = 900", "0 to 190 A"]),
    ("max_charge_a = 100 ",             "absorption_v = 57.6 ",               ["settings.battery.absorption_v", "lead-acid"]),
    ('timezone = "Africa/Lagos"',       'timezone = "Africa/Atlantis"',       ["site.timezone", "is no time zone"]),
    ("capacity_ah = 200 ",              "capacity_ah = -200 ",                ["site.battery.capacity_ah = -200", "is out of range"]),
    ("[world.weather]",                 "[world.weather",                     ["is no TOML"]),
    ("[world.weather]",                 '[world.weather]\nfile = "gone.csv"\nghi = "GHI"\n[world.other]', ["world.other"]),
]
# fmt: on


@pytest.mark.parametrize(
    "before, after, said", WRONG_HOUSES, ids=[case[2][0] for case in WRONG_HOUSES]
)
def test_a_wrong_house_is_one_line_with_file_and_key(
    twinverter, tmp_path, built_in, before, after, said
):
    assert before in built_in
    (tmp_path / "house.toml").write_text(built_in.replace(before, after, 1))
    status, out, err = twinverter("simulate", "house.toml", "--out", "new")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1 and "house.toml" in err
    assert [text for text in said if text not in err] == []
    assert [path.name for path in tmp_path.iterdir()] == ["house.toml"]


# fmt: off
ROWS = [
    # file                                                      column    what the line says
    ("time,ghi\n2023-01-01 00:00,0\n2023-01-01 01:00,0\n",       "sun",    ["sun"]),
    ("time,ghi\n2023-01-01 00:00,0\n2023-01-01 01:00,-50\n",     "ghi",    ["line 3", "-50"]),
    ("time,ghi\n2023-01-01 01:00,0\n2023-01-01 00:00,0\n",       "ghi",    ["line 3"]),
    ("time,ghi\n2023-01-01 00:00,nan\n2023-01-01 01:00,many\n",  "ghi",    ["line"]),
]
# fmt: on


@pytest.mark.parametrize(
    "text, column, said", ROWS, ids=["column", "negative", "backwards", "no number"]
)
def test_a_wrong_weather_file_is_one_line(twinverter, tmp_path, built_in, text, column, said):
    head, rest = built_in.split("[world.weather]")
    world = rest.split("[world.load]")[1]
    weather = f'[world.weather]\nfile = "sun.csv"\nghi = "{column}"\n[world.load]{world}'
    (tmp_path / "house.toml").write_text(head + weather)
    (tmp_path / "sun.csv").write_text(text)
    status, out, err = twinverter("simulate", "house.toml", "--days", "1", "--out", "new")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1 and "sun.csv" in err
    assert [part for part in said if part not in err] == []
    assert not (tmp_path / "new").exists()


def test_help_is_quick_and_has_an_example():
    words = [sys.executable, "-m", "twinverter", "simulate", "--help"]
    before = os.times()
    answer = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    after = os.times()
    assert answer.returncode == 0 and "Example:" in answer.stdout
    # What it takes of a processor, whatever else the machine does; a quarter of a second is usual.
    spent_s = after.children_user + after.children_system
    assert spent_s - before.children_user - before.children_system < 1.5


def test_help_loads_no_heavy_library():
    code = "import sys; import twinverter.cli; print(sorted({'numba', 'numpy', 'pyarrow', 'pandas', 'pvlib', 'scipy', 'pydantic'} & set(sys.modules)))"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert answer.stdout.strip() == "[]"


def test_without_a_command_the_help_is_shown(twinverter):
    status, out, err = twinverter()
    assert (status, err) == (0, "") and "simulate" in out


# fmt: off
@pytest.mark.parametrize("text, seconds", [("60s", 60.0), ("1s", 1.0), ("10", 10.0), ("5min", 300.0), ("15m", 900.0), ("1h", 3600.0), ("1 h", 3600.0), ("100ms", 0.1), ("0.5h", 1800.0)])
# fmt: on
def test_a_step_is_written_with_its_unit(text, seconds):
    assert step_seconds(text) == pytest.approx(seconds)


@pytest.mark.compiled
def test_a_run_prints_its_summary_and_how_to_get_the_report(twinverter, tmp_path):
    status, out, err = twinverter("simulate", "--days", "2")
    assert status == 0
    for text in ("Lagos three-bedroom home", "Sun", "Bought", "Without power", "--out DIR", "modelled"):
        assert text in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.compiled
def test_json_is_all_that_is_printed(twinverter):
    status, out, err = twinverter("simulate", "--days", "1", "--json", "--explain", "--start", "2023-06-05")
    found = json.loads(out)
    assert status == 0 and found["steps"] == 1440
    assert list(found["story"]) == ["2023-06-05"]
    assert found["story"]["2023-06-05"][0][0] == "00:00"


@pytest.mark.compiled
def test_the_story_is_printed_and_more_days_go_to_a_file(twinverter, tmp_path):
    status, out, err = twinverter("simulate", "--days", "9", "--explain", "--out", "here")
    assert status == 0
    assert "Sunday 1 January 2023" in out and "Saturday 7 January 2023" in out
    assert "Monday 9 January 2023" not in out and "2 more days are in story.txt" in out
    assert "Monday 9 January 2023" in (tmp_path / "here" / "story.txt").read_text()


@pytest.mark.compiled
def test_the_folder_holds_whole_files_and_nothing_else(twinverter, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("kept")
    for days in ("1", "2"):
        assert twinverter("simulate", "--days", days, "--out", "out")[0] == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["flows.parquet", "mine.txt", "report.html", "summary.json"]
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["steps"] == 2880
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_block_that_fails_publishes_nothing(tmp_path):
    target = tmp_path / "a" / "b"
    with pytest.raises(ZeroDivisionError):
        with published(target) as draft:
            (draft / "half.txt").write_text("half")
            raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written_is_one_line(twinverter, tmp_path):
    tmp_path.chmod(0o500)
    status, out, err = twinverter("simulate", "--days", "1", "--out", "new")
    assert (status, len(err.splitlines())) == (2, 1)


def test_a_file_in_the_place_of_the_folder_is_refused(twinverter, tmp_path):
    (tmp_path / "taken").write_text("")
    status, out, err = twinverter("simulate", "--out", "taken")
    assert status == 2 and err == "twinverter: --out taken: is a file, a folder is wanted\n"


@pytest.mark.parametrize("command", ["ask", "tune", "size", "reserve", "compare"])
def test_a_command_that_knows_one_machine_refuses_a_house_of_several(command, twinverter):
    house = ROOT / "examples" / "six_units.toml"
    status, out, err = twinverter(command, house, *([house] if command == "compare" else []))
    assert (status, out) == (2, "")
    assert f"holds 6 units side by side; {command} knows one machine" in err
    assert len(err.splitlines()) == 1
