"""`twinverter accounts`: the first who may log in, passwords that stand in no list of processes."""

import json
import sys
from pathlib import Path

import pytest
from argon2.profiles import CHEAPEST

from twinverter.cli import accounts
from twinverter.cli.frame import main
from twinverter.portal import passwords, tables
from twinverter.portal.doors import Doors
from twinverter.portal.register import Register

PASSWORD = "a long way home"
DATABASE = "history.duckdb"


@pytest.fixture
def twinverter(capfd, monkeypatch, tmp_path):
    """Return a caller of the command in an empty folder: exit status, output, errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(accounts.PASSWORD, PASSWORD)
    # What a guess costs is tested with the doors.
    monkeypatch.setattr(passwords.profiles, "RFC_9106_LOW_MEMORY", CHEAPEST)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["twinverter", "accounts", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        return left.value.code, out, err

    return call


@pytest.fixture
def register():
    """Return what opens the register as it stands now."""
    opened = []

    def open_it():
        opened.append(Register.opened(DATABASE))
        return opened[-1]

    yield open_it
    for one in opened:
        one.close()


def known(register, name, password=PASSWORD):
    """Return whether a password opens the portal for somebody."""
    return Doors(register()).enter(name, password, "10.0.0.1") is not None


def test_who_is_added_may_log_in(twinverter, register):
    code, out, err = twinverter("add", "ada", "--operator", "--mail", "ada@example.com")
    assert (code, out, err) == (0, "ada may log in now, and do everything.\n", "")
    assert known(register, "ada") and not known(register, "ada", "another")
    code, out, _ = twinverter("list", "--json")
    (row,) = json.loads(out)
    assert (row["name"], row["mail"], row["is_operator"]) == ("ada", "ada@example.com", True)


def test_everybody_is_listed(twinverter):
    twinverter("add", "bob")
    twinverter("add", "ada", "--operator", "--mail", "ada@example.com")
    twinverter("disable", "bob")
    _, out, _ = twinverter("list")
    assert out == "ada  operator  ada@example.com\nbob  shut out\n"


def test_another_password_takes_the_place_of_the_old_one(twinverter, register, monkeypatch):
    twinverter("add", "ada")
    monkeypatch.setenv(accounts.PASSWORD, "another way home")
    assert twinverter("password", "ada")[0] == 0
    assert known(register, "ada", "another way home") and not known(register, "ada")


def test_who_is_shut_out_may_be_let_in_again(twinverter, register):
    twinverter("add", "ada")
    assert twinverter("disable", "ada")[1] == "ada is shut out.\n"
    assert not known(register, "ada")
    assert twinverter("disable", "ada", "--undo")[1] == "ada may log in again.\n"
    assert known(register, "ada")


def test_a_token_is_printed_alone_for_a_site_by_number_or_name(twinverter, register):
    twinverter("add", "ada")
    with register().begin() as link:
        link.execute(tables.sites.insert().values(name="Home", made_s=0.0))
    for site in ("1", "Home"):
        code, out, _ = twinverter("token", site, "--label", "dongle", "--days", "30")
        assert code == 0 and out.startswith("twd_") and len(out.split()) == 1
    with register().reading() as link:
        rows = link.execute(tables.tokens.select()).all()
    assert {(row.kind, row.label, row.site_id, row.ends_s - row.made_s) for row in rows} == {
        ("device", "dongle", 1, 30 * 86400.0)
    }


def test_what_the_command_changes_stands_in_the_audit_log(twinverter, register):
    twinverter("add", "ada")
    twinverter("disable", "ada")
    with register().reading() as link:
        rows = link.execute(tables.audit.select()).all()
    assert [(row.what, row.target, row.outcome) for row in rows] == [
        ("accounts add", "ada", "done"),
        ("accounts disable", "ada", "done"),
    ]
    assert all(row.who.startswith("command line, ") for row in rows)
    assert PASSWORD not in repr(rows)


# fmt: off
WRONG = [
    # words                                       what the line says
    (["add", "ada"],                              "NAME ada: There is somebody called ada already."),
    (["add", "a\nb"],                             "NAME 'a\\nb': is not one line of text"),
    (["add", " "],                                "NAME ' ': is blank"),
    (["add", "bob", "--mail", "bob"],             "--mail 'bob': is no mail address"),
    (["password", "bob"],                         "NAME bob: there is nobody of that name (there: ada)"),
    (["disable", "bob"],                          "NAME bob: there is nobody of that name (there: ada)"),
    (["token", "7"],                              "SITE 7: there is no such site (there: none)"),
    (["token", "7", "--days", "0"],               "--days"),
    (["list", "--db", "none.duckdb"],             "--db none.duckdb: there is no portal; `twinverter accounts add` makes one"),
    (["add", "bob", "--password", "x"],           "No such option"),
]
# fmt: on


@pytest.mark.parametrize(("words", "said"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_input_is_one_line_and_changes_nothing(words, said, twinverter):
    twinverter("add", "ada")
    code, out, err = twinverter(*words)
    assert code == 2 and out == ""
    assert said in err and err.count("\n") == 1
    assert twinverter("list")[1] == "ada\n"
    assert not Path("none.portal.sqlite").exists()


def test_a_password_that_is_easily_guessed_is_refused(twinverter, monkeypatch):
    monkeypatch.setenv(accounts.PASSWORD, "short")
    code, _, err = twinverter("add", "ada")
    assert code == 2 and "A password has 10 characters or more." in err
    assert not Path("history.portal.sqlite").exists()


def test_two_sites_of_one_name_are_told_apart_by_number(twinverter, register):
    twinverter("add", "ada")
    with register().begin() as link:
        for _ in range(2):
            link.execute(tables.sites.insert().values(name="Home", made_s=0.0))
    code, _, err = twinverter("token", "Home")
    assert code == 2 and "2 sites are called so; name it by its number" in err
    assert twinverter("token", "2")[0] == 0
