"""`twinverter bench`: its words, its exit status, and what a machine may read."""

import json

import numpy as np
import pytest

from twinverter.bench import islanding, machine, reference, speed
from twinverter.bench.islanding import Cell
from twinverter.bench.speed import Speed
from twinverter.cli.frame import FINE, FOUND, InputError, app


@pytest.fixture
def bench(capsys):
    """Return a caller of `twinverter bench`: exit status and what it printed."""

    def call(*words):
        status = app(["bench", *words], standalone_mode=False)
        return status, capsys.readouterr().out

    return call


def test_grid_prints_a_row_per_case_and_the_count(bench):
    status, out = bench("grid", "unbalance", "--no-speed", "--no-inverter", "--no-reference")
    lines = out.splitlines()
    assert status == FINE
    assert "judged by formulas alone" in lines[0]
    assert [line.split()[-1] for line in lines[2:4]] == ["agrees", "agrees"]
    assert lines[-1].startswith("2 cases: 2 agrees.")


def test_grid_says_the_same_to_a_machine(bench):
    status, out = bench(
        "grid", "fixed var", "--no-speed", "--no-inverter", "--no-reference", "--json"
    )
    said = json.loads(out)
    row = said["rows"][0]
    assert status == FINE
    assert said["reference"] is None
    assert said["verdicts"] == {"agrees": len(said["rows"])}
    assert row["inputs"]["settings"] == {"fixed_var": 0.44, "reactive_s": 1.0}
    assert row["inputs"]["wish"] == [0.0, 1.0]
    assert row["formula"]["reactive"] < 1e-6


def test_a_group_that_is_none_is_wrong_input(bench):
    with pytest.raises(InputError, match=r"bench grid volts: no such group \(allowed: volt-var, "):
        bench("grid", "volts")


def test_a_machine_that_deviates_is_found(bench, monkeypatch):
    whole = machine.trace

    def dull(case):
        trace = whole(case)
        return trace._replace(reactive=np.zeros_like(trace.reactive))

    monkeypatch.setattr(machine, "trace", dull)
    status, out = bench("grid", "fixed var", "--no-speed", "--no-inverter", "--no-reference")
    assert status == FOUND
    assert "4 deviates" in out


def test_the_ratio_stands_beside_each_of_ours(bench, monkeypatch):
    rows = [Speed("law", 5e6, False), Speed("whole", 1e6, False), Speed("theirs", 1e4, True)]
    monkeypatch.setattr(speed, "measured", lambda beside: iter(rows))
    _, out = bench("grid", "unbalance", "--no-inverter", "--no-reference")
    assert "5,000,000 steps/s  500 times" in out
    assert "1,000,000 steps/s  100 times" in out


def test_histories_tell_their_classes(bench, monkeypatch):
    monkeypatch.setattr(reference, "available", lambda: False)
    status, out = bench("histories", "--count", "40", "--seed", "3", "--json")
    said = json.loads(out)
    assert status == FINE
    assert (said["count"], said["seed"], said["reference"]) == (40, 3, None)
    assert sum(said["classes"].values()) == len(said["disagreements"])


def test_islanding_prints_its_matrix(bench, monkeypatch):
    good = Cell(1.0, 0.0, 8000.0, 0.4, None, "F35")
    monkeypatch.setattr(islanding, "matrix", lambda: [good])
    assert bench("islanding")[0] == FINE
    monkeypatch.setattr(islanding, "matrix", lambda: [good._replace(run_on_s=None)])
    status, out = bench("islanding")
    assert status == FOUND
    assert "stays" in out


@pytest.mark.compiled
def test_the_compiled_law_gives_what_the_interpreted_one_gives():
    from twinverter.bench import loop
    from twinverter.core.kernel import compiled

    settings = machine.settings_of(speed.ALL_ON)
    voltage, frequency_hz, wish = speed.weather(2000)
    given = (voltage * machine.NOMINAL_V, frequency_hz, wish * machine.RATED_W)
    start = machine.initial(settings)
    plain = loop.run(settings, start, *given, speed.DT_S)
    assert compiled(loop.run)(settings, start, *given, speed.DT_S) == pytest.approx(plain, rel=1e-9)
    assert plain > 0.0
