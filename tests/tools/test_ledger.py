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
    rows = ledger.statements()[:3]
    named = {rows[1].id: "because a stone is no bird"}
    lines = list(ledger.report(rows, {rows[0].id: ["a.py::test_it"]}, named, verbose=True))
    assert lines[0] == f"{rows[0].id}  a.py::test_it"
    assert not [line for line in lines if rows[0].statement in line]
    by_reason, still_open = (
        next(place for place, line in enumerate(lines) if row.statement in line) for row in rows[1:]
    )
    assert "because a stone is no bird" in lines[by_reason + 1]
    assert by_reason < lines.index("not shown yet:") < still_open
    assert lines[-1] == "2 of 3: 1 shown, 1 named with the reason why software cannot"


def test_what_is_shown_needs_no_reason_any_more():
    rows = ledger.statements()[:1]
    lines = list(ledger.report(rows, {rows[0].id: ["a.py"]}, {rows[0].id: "none"}, verbose=False))
    assert lines[-1] == "1 of 1: 1 shown, 0 named with the reason why software cannot"


def test_every_reason_names_a_statement_and_is_a_sentence():
    known = {row.id for row in ledger.statements()}
    named = ledger.reasons()
    assert named and set(named) <= known
    assert all(len(reason) > 40 and reason.endswith(".") for reason in named.values())
