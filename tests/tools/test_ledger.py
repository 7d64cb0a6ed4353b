"""The ledger counts what is shown, and says by whom."""

import pytest

from tools import ledger

# Put together here, so that this file shows nothing itself.
AN_ID = "CH1-" + "OPR-010"


def test_the_ledger_has_485_statements_and_every_id_named_is_one_of_them():
    rows = ledger.statements()
    assert len(rows) == len({row.id for row in rows}) == 485
    assert set(ledger.shown()) <= {row.id for row in rows}
    assert all(ledger.ID.fullmatch(row.id) and row.statement and row.area for row in rows)


PLACES = [
    # file                       text                                                place
    ("tests/test_a.py",          f'def test_it():\n    """{AN_ID}"""',               "tests/test_a.py::test_it"),
    ("tests/test_a.py",          f"@mark('{AN_ID}')\ndef test_it(): pass",           "tests/test_a.py::test_it"),
    ("tests/test_a.py",          f"class TestA:\n    def test_b(self): '{AN_ID}'",   "tests/test_a.py::TestA::test_b"),
    ("tests/plant/test_a.py",    f"ROWS = ['{AN_ID}']",                              "tests/plant/test_a.py"),
    ("tests/scenarios/day.toml", f"# {AN_ID}",                                       "tests/scenarios/day.toml"),
    ("twinverter/bench/line.py", f"LINE = '{AN_ID}'",                                "twinverter/bench/line.py"),
    ("twinverter/control/a.py",  f"# {AN_ID}",                                       None),
    ("tests/test_a.py",          f"# {AN_ID}0 and X{AN_ID}",                         None),
]  # fmt: skip


@pytest.mark.parametrize("name, text, place", PLACES)
def test_the_ledger_names_who_shows_a_statement(name, text, place, tmp_path):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert ledger.shown(tmp_path) == ({AN_ID: [place]} if place else {})


def test_the_ledger_report_lists_the_open_rows_and_ends_with_the_count():
    rows = ledger.statements()[:2]
    lines = list(ledger.report(rows, {rows[0].id: ["a.py::test_it"]}, verbose=True))
    assert lines[0] == f"{rows[0].id}  a.py::test_it"
    assert [line for line in lines if rows[1].statement in line]
    assert not [line for line in lines if rows[0].statement in line]
    assert lines[-1] == "1 of 2"
