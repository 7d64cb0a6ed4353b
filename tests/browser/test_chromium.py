"""The browser of these tests: what is installed is taken, else one is fetched, else they are skipped."""

import subprocess

import pytest

from tests.browser import chromium

FETCHING = ["-m", "playwright", "install", "chromium"]


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """A machine without any Chromium, and nothing found before."""
    monkeypatch.setattr(chromium.shutil, "which", lambda name: None)
    monkeypatch.setattr(chromium, "MAC", "")
    chromium.chromium.cache_clear()
    yield
    chromium.chromium.cache_clear()


def test_an_installed_one_is_taken(monkeypatch, tmp_path):
    path = tmp_path / "chromium"
    path.touch()
    monkeypatch.setattr(
        chromium.shutil, "which", lambda name: str(path) if name == "google-chrome" else None
    )
    assert chromium.chromium("/nowhere/chrome") == str(path)


def test_one_is_fetched_once_where_none_is(monkeypatch, tmp_path):
    own, asked = tmp_path / "chrome", []

    def fetch(command, **_):
        asked.append(command[1:])
        own.touch()
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(chromium.subprocess, "run", fetch)
    assert [chromium.chromium(str(own)) for _ in range(2)] == [str(own)] * 2
    assert asked == [FETCHING]


def test_where_none_can_be_had_the_reason_is_given(monkeypatch):
    def fetch(command, **_):
        return subprocess.CompletedProcess(command, 1, "", "trying\nno network\n")

    monkeypatch.setattr(chromium.subprocess, "run", fetch)
    with pytest.raises(pytest.skip.Exception, match="none could be fetched: no network"):
        chromium.chromium("/nowhere/chrome")
