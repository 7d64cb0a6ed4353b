"""The register: the same tables in both databases, durable or undone, and errors in one line."""

import pytest
from sqlalchemy import delete, insert, select, text, update

from twinverter.monitor.history import HistoryAway, HistoryError
from twinverter.portal import tables
from twinverter.portal.register import Conflict, Register, file_beside


@pytest.fixture
def register(place):
    opened = Register.opened(place)
    yield opened
    opened.close()


def add_site(connection, name="Home"):
    made = connection.execute(insert(tables.sites).values(name=name, made_s=0.0))
    return made.inserted_primary_key[0]


def names(register):
    with register.reading() as connection:
        return list(connection.execute(select(tables.sites.c.name)).scalars())


def test_a_transaction_is_kept_whole_or_not_at_all(register):
    with register.begin() as connection:
        add_site(connection)
    with pytest.raises(ZeroDivisionError), register.begin() as connection:
        add_site(connection, "half")
        raise ZeroDivisionError
    assert names(register) == ["Home"]


def test_it_is_there_when_it_is_opened_again(register, place):
    with register.begin() as connection:
        add_site(connection)
    again = Register.opened(place)
    assert names(again) == ["Home"]
    again.close()


def test_what_contradicts_what_stands_there_is_told_in_one_line(register):
    with register.begin() as connection:
        site_id = add_site(connection)
        connection.execute(insert(tables.devices).values(name="home", site_id=site_id))
    for values in ({"name": "home", "site_id": site_id}, {"name": "x", "site_id": 99}):
        with pytest.raises(Conflict) as conflict, register.begin() as connection:
            connection.execute(insert(tables.devices).values(**values))
        assert str(conflict.value).isprintable()


def test_what_belongs_to_a_site_goes_with_it_and_its_number_is_not_given_again(register):
    with register.begin() as connection:
        first = add_site(connection)
        connection.execute(insert(tables.devices).values(name="home", site_id=first))
        connection.execute(delete(tables.sites))
        assert connection.execute(select(tables.devices)).all() == []
        assert add_site(connection) > first


def test_a_statement_that_is_none_is_an_error_of_the_register(register):
    with pytest.raises(HistoryError) as error, register.reading() as connection:
        connection.execute(text("SELECT id FROM nowhere"))
    assert "nowhere" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_register_of_a_later_version_is_left_alone(register, place):
    with register.begin() as connection:
        connection.execute(update(tables.layout).values(version=99))
    with pytest.raises(HistoryError, match="version 99"):
        Register.opened(place)


def test_plain_data_comes_back_as_it_was(register):
    kept = {"a": [1, 2.5, None, True], "ü": {"b": "c"}}
    with register.begin() as connection:
        site_id = add_site(connection)
        connection.execute(insert(tables.devices).values(name="home", site_id=site_id, moment=kept))
    with register.reading() as connection:
        found = connection.execute(select(tables.devices)).one()
    assert (found.moment, found.about, found.untold) == (kept, None, [])


def test_a_folder_that_cannot_be_had_and_a_server_that_is_away_are_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(HistoryError, match="file"):
        Register.opened(tmp_path / "file" / "history.duckdb")
    (tmp_path / "foreign.portal.sqlite").write_text("no database at all, for certain")
    with pytest.raises(HistoryError):
        Register.opened(tmp_path / "foreign.duckdb")
    with pytest.raises(HistoryAway):
        Register.opened("postgresql://nobody@127.0.0.1:9/nothing?connect_timeout=2")


def test_a_register_lies_beside_its_history(tmp_path):
    assert file_beside(tmp_path / "sun.duckdb") == tmp_path / "sun.portal.sqlite"
    assert file_beside(tmp_path / "sun") == tmp_path / "sun.portal.sqlite"
