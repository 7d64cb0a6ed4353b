"""One situation, one answer: the command, its words, and what it refuses."""

import json

import pytest

from twinverter.batch.ask import ask, span_s
from twinverter.batch.cases import ask_all
from twinverter.batch.situation import SituationError, field_names, mains, ratio
from twinverter.cli import main
from twinverter.inverter import Inputs, State
from twinverter.scenario.house import load_house

# The keys that whoever reads the answer may rely on.
PLAIN_KEYS = (
    "pv_w curtailed_w battery_w grid_w ld_w load_w home_w smart_load_w gen_w micro_inverter_w"
    " unserved_w loss_w frequency_hz soc battery_v battery_a stage state relays reasons alarms"
).split()
PHASE_KEYS = "grid_w ld_w load_w home_w smart_load_w gen_w micro_inverter_w unserved_w".split()


@pytest.fixture(scope="module")
def house():
    return load_house()


def command(monkeypatch, capsys, *words):
    monkeypatch.setattr("sys.argv", ["twinverter", *words])
    with pytest.raises(SystemExit) as left:
        main()
    said = capsys.readouterr()
    return left.value.code, said.out, said.err


def test_the_answer_carries_every_key_and_closes(house):
    said = ask(house, ideal=True, soc="50%", sun=3000, load="500,300,200", home=600)
    assert set(PLAIN_KEYS) <= set(said)
    for key in PHASE_KEYS:
        phases = sum(said[f"{key}_l{place}"] for place in (1, 2, 3))
        assert phases == pytest.approx(said[key], abs=1e-9)
    sources = "pv_w battery_w grid_w gen_w micro_inverter_w unserved_w".split()
    sinks = "load_w home_w smart_load_w loss_w".split()
    given, taken = (sum(said[key] for key in keys) for keys in (sources, sinks))
    assert given == pytest.approx(taken, rel=1e-9)


def test_the_state_of_charge_holds_however_long_it_settles(house):
    said = ask(
        house, ideal=True, soc="50%", load=5000, grid="off", settings={"max_discharge_a": 190}
    )
    assert (said["soc"], said["battery_w"]) == (0.5, pytest.approx(5000.0))


def test_before_the_time_is_over_the_machine_has_not_settled(house):
    wanted = {"reconnection_time_s": 60}
    gone = {"qualified": 0, "inside_s": 0}
    early, late = (
        ask(house, ideal=True, load=500, soc=0.5, settings=wanted, state=gone, after=after)
        for after in ("59s", "61s")
    )
    assert (early["state"], late["state"]) == ("OFF_GRID", "ON_GRID")


def test_without_ideal_the_losses_are_there(house):
    said = ask(house, sun=3000, load=1000, soc=0.5)
    assert 50.0 < said["loss_w"] < 300.0


def test_the_command_prints_json_and_sentences(monkeypatch, capsys):
    words = ["ask", "--ideal", "--soc", "90%", "--load", "1000"]
    words += ["--set", "work_mode.work_mode=selling_first"]
    code, out, _ = command(monkeypatch, capsys, *words, "--json")
    said = json.loads(out)
    assert (code, said["grid_w"], said["reasons"]["battery"]) == (0, 1000.0, "batt_tou_off")
    code, out, _ = command(monkeypatch, capsys, *words)
    assert code == 0 and "Time Of Use is off" in " ".join(out.split())


def test_a_file_of_cases_is_answered_in_one_call(monkeypatch, capsys, tmp_path):
    file = tmp_path / "cases.csv"
    file.write_text(
        "name,soc,sun,load,grid,set,input.ambient_c\n"
        "empty,19%,0,500,off,,\n"
        "hot,50%,10400,0,,work_mode=selling_first;max_sell_power_w=8800;max_solar_power_w=10400,52.5\n"
    )
    code, out, _ = command(monkeypatch, capsys, "ask", "--ideal", "--cases", str(file))
    empty, hot = json.loads(out)
    assert code == 0 and empty["case"]["name"] == "empty"
    assert (empty["unserved_w"], empty["state"]) == (500.0, "BATSHUT")
    assert hot["pv_w"] == pytest.approx(7800.0)


# fmt: off
REFUSED = [
    # words                                     what the one line says
    (["--soc", "140%"],                         "soc = 140%: a state of charge lies between 0 and 100 %"),
    (["--sun", "9000000"],                      "W: these strings give at most"),
    (["--load", "1,2"],                         "load = 1,2: takes one figure (W in all) or three"),
    (["--load", "-5"],                          "load = -5: cannot be negative"),
    (["--grid", "230,231"],                     "grid = 230,231: takes on, off, V or V1,V2,V3"),
    (["--set", "max_charge_a"],                 "--set = max_charge_a: takes KEY=VALUE"),
    (["--set", "max_charge_a=500"],             "battery.max_charge_a = 500 A: is out of range (allowed: 0 to 190 A)"),
    (["--set", "max_chrge_a=5"],                "did you mean battery.max_charge_a?"),
    (["--state", "wait_restrt=1"],              "did you mean"),
    (["--input", "ambient_c=warm"],             "ambient_c = warm: is not a number"),
    (["--after", "2d"],                         "after = 2d: is not a number"),
    (["--at", "25:00"],                         "at = 25:00: takes HH:MM or YYYY-MM-DD HH:MM"),
    (["--cases", "nowhere.csv"],                "nowhere.csv: no such file"),
]
# fmt: on


@pytest.mark.parametrize("words, line", REFUSED)
def test_wrong_words_are_one_line_and_status_2(monkeypatch, capsys, words, line):
    code, out, err = command(monkeypatch, capsys, "ask", "--ideal", *words)
    assert (code, out) == (2, "") and len(err.splitlines()) == 1
    assert line in err


def test_a_wrong_row_names_file_and_line(house, tmp_path):
    file = tmp_path / "cases.csv"
    file.write_text("soc\n50%\n140%\n")
    with pytest.raises(ValueError, match="line 3: .*140%"):
        ask_all(house, file)


def test_a_field_is_named_by_any_clear_end():
    assert field_names(Inputs, "ambient_c") == ["ambient_c"]
    assert field_names(Inputs, "load_w") == ["load_w_l1", "load_w_l2", "load_w_l3"]
    assert field_names(State, "control.latches.wait_restart") == ["control_latches_wait_restart"]
    with pytest.raises(SituationError, match="could be any of"):
        field_names(State, "on")


def test_words_for_charge_mains_and_time():
    assert (ratio("soc", "40%"), ratio("soc", 40), ratio("soc", "0.4")) == (0.4, 0.4, 0.4)
    assert mains("230,231,180@49.9", 230.0, 50.0) == ((230.0, 231.0, 180.0), 49.9)
    assert mains("off", 230.0, 50.0)[0] == (0.0, 0.0, 0.0)
    assert [span_s(text) for text in ("200ms", "120s", "5min", "1h", 7)] == [0.2, 120, 300, 3600, 7]
