"""Simulated years in, files out: what `twinverter load` and `twinverter export` do."""

import csv
import sys

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.monitor.samples import HOUR_S, MONDAY_S, minutes
from twinverter.batch.flow_file import read_flows
from twinverter.batch.simulate import simulate
from twinverter.cli import main
from twinverter.monitor.columns import SUMS, counted
from twinverter.monitor.export import export
from twinverter.monitor.flows import file_batches, step_of
from twinverter.monitor.history import HistoryError
from twinverter.monitor.levels import Plan
from twinverter.monitor.opened import open_history
from twinverter.scenario.house import load_house

ALL = (0, 1e10)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a day of the built-in house, interpreted, and its folder."""
    folder = tmp_path_factory.mktemp("run")
    return simulate(load_house(), days=1, step_s=300.0, out=folder, interpreted=True)


@pytest.fixture
def loaded(place, run):
    history = open_history(place, Plan(tick_s=300.0))
    with history.loading():
        for _, rows in file_batches(run.path, "home"):
            history.write([rows])
    yield history
    history.close()


def test_a_loaded_run_has_the_energies_of_its_own_meters(loaded, run):
    (total,) = loaded.read("home", "total", *ALL, figures=()).to_pylist()
    meters = counted(run.meters)
    for name in SUMS:
        # The meters add up floats: they are exact to far below a thousandth.
        assert total[name] == pytest.approx(getattr(meters, name), abs=0.0006), name
    assert total["samples"] == run.steps
    assert sum(loaded.read("home", "hour", *ALL, figures=())["solar_wh"].to_pylist()) == (
        pytest.approx(total["solar_wh"], abs=1e-9)
    )


def test_the_figures_of_a_loaded_run_are_those_of_its_flows(loaded, run):
    figures = ("battery_soc", "load_power_total", "grid_power_a")
    held = loaded.read("home", "samples", *ALL, figures, ())
    flows = read_flows(run.path)
    soc = np.round(flows["soc"].to_numpy() * 100.0)
    np.testing.assert_allclose(held["battery_soc"].to_numpy(), soc, atol=0.01)
    grid = np.round(flows["grid_w_l1"].to_numpy())
    np.testing.assert_allclose(held["grid_power_a"].to_numpy(), grid, atol=0.01)
    served = sum(
        flows[f"{load}_w_{phase}"].to_numpy() - flows[f"{load}_unserved_w_{phase}"].to_numpy()
        for load in ("load", "home")
        for phase in ("l1", "l2", "l3")
    )
    np.testing.assert_allclose(held["load_power_total"].to_numpy(), np.round(served), atol=1.0)


def test_a_run_that_is_loaded_again_is_not_counted_again(loaded, run):
    before = loaded.read("home", "total", *ALL).to_pylist()
    receipts = [loaded.write([rows])[0] for _, rows in file_batches(run.path, "home")]
    assert sum(receipt.taken for receipt in receipts) == 0
    assert loaded.read("home", "total", *ALL).to_pylist() == before


def test_a_file_that_is_no_run_is_refused(tmp_path):
    (tmp_path / "notes.parquet").write_text("no")
    with pytest.raises(HistoryError, match="notes.parquet"):
        step_of(tmp_path / "notes.parquet")
    with pytest.raises(HistoryError, match="none.parquet"):
        step_of(tmp_path / "none.parquet")


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_file_holds_the_rows_of_its_level(history, tmp_path, ending):
    # More than one part: a part is a month.
    history.write([minutes(0, 40 * 1440, battery=-5.0)])
    path = tmp_path / f"days{ending}"
    assert export(history, "home", "day", path, figures=("battery_power",)) == 40
    if ending == ".csv":
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    else:
        rows = pq.read_table(path).to_pylist()
    assert [float(row["solar_wh"]) for row in rows] == [1440.0] * 40
    assert {float(row["battery_power_mean"]) for row in rows} == {-5.0}
    assert float(rows[1]["start_s"]) == MONDAY_S + 86400
    assert str(rows[0]["time"]).startswith("2023-01-02 00:00:00")
    assert [path.name for path in tmp_path.glob("*days*")] == [path.name]


# fmt: off
SPANS = [
    # level      from                    days    rows
    ("samples",  MONDAY_S + HOUR_S,      0.5,    720),
    ("minute",   MONDAY_S + HOUR_S,      0.5,    720),
    ("hour",     MONDAY_S + HOUR_S,      None,    71),
    ("total",    None,                   None,     1),
    ("month",    None,                   None,     1),
    ("hour",     MONDAY_S + 10 * 86400,  None,     0),
]
# fmt: on


@pytest.mark.parametrize("level, start_s, days, count", SPANS)
def test_a_span_of_it_is_written(history, tmp_path, level, start_s, days, count):
    history.write([minutes(0, 3 * 1440)])
    assert export(history, "home", level, tmp_path / "a.parquet", start_s, days) == count
    assert pq.read_table(tmp_path / "a.parquet").num_rows == count


def test_a_file_that_cannot_be_written_is_one_line(history, tmp_path):
    history.write([minutes(0, 1)])
    for path, what in (("a.xlsx", r"\.csv or \.parquet"), ("no/where.csv", "cannot be written")):
        with pytest.raises(HistoryError, match=what):
            export(history, "home", "hour", tmp_path / path)


# ---- the commands ----------------------------------------------------------------------------


def command(monkeypatch, capsys, *words):
    """Return exit status, output and error of the program."""
    monkeypatch.setattr(sys, "argv", ["twinverter", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    return ended.value.code, out, err


def test_a_run_is_loaded_and_exported_by_command(monkeypatch, capsys, tmp_path, run):
    place = ("--db", tmp_path / "history.duckdb")
    say = (monkeypatch, capsys)
    assert command(*say, "load", run.path, *place) == (0, "288 samples taken\n", "")
    again = command(*say, "load", run.path, *place)
    assert again == (0, "0 samples taken, 288 were there already\n", "")
    out = tmp_path / "out.csv"
    figure = ("--figure", "battery_soc")
    done = command(*say, "export", out, *place, "--level", "day", *figure)
    assert done == (0, f"1 rows in {out}\n", "")
    assert out.read_text(encoding="utf-8").splitlines()[0].endswith('"battery_soc_max"')


# fmt: off
WRONG = [
    # words after the command's                            what the line says
    (["export", "a.csv", "--db", "none.duckdb"],           "no such history"),
    (["load", "none.parquet"],                             "none.parquet"),
]
# fmt: on


@pytest.mark.parametrize("words, what", WRONG)
def test_wrong_input_is_one_line(monkeypatch, capsys, tmp_path, words, what):
    monkeypatch.chdir(tmp_path)
    status, out, err = command(monkeypatch, capsys, *words)
    assert (status, out) == (2, "")
    assert what in err and err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []
