"""The house: lock files, Makefile and file contents keep their promises."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
TARGETS = ("setup", "check", "test", "speed", "diff", "ledger", "docs", "live", "help", "clean")
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==(\S+)", re.MULTILINE)
HOME_OF_SOMEBODY = re.compile(r"/(?:home|root|Users|work)/\w")


def pins(lock):
    return dict(PIN.findall((ROOT / lock).read_text()))


def tracked_files():
    git = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ]
    if not shutil.which("git") or not (ROOT / ".git").exists():
        pytest.skip("the files of the project are known from git, and this is no git checkout")
    names = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_carries_a_hash_and_no_line_an_address(lock):
    text = (ROOT / lock).read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text)
    assert len(entries) == len(pins(lock)) > 10
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"://|--index|--extra|--find-links|--trusted|#", text) == []


def test_both_locks_pin_the_same_versions():
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: dev.get(name) for name in runtime} == runtime


def test_the_locks_pin_everything_the_project_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    wanted = {
        "requirements.lock": project["project"]["dependencies"] + groups["build"],
        "requirements-dev.lock": groups["test"] + groups["lint"] + groups["peers"],
    }
    for lock, requirements in wanted.items():
        names = {re.split(r"[^a-z0-9-]", requirement)[0] for requirement in requirements}
        assert names <= set(pins(lock))


def test_no_file_names_a_folder_of_somebodys_machine():
    found = []
    for path in tracked_files():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found += [f"{path.name}: {match}" for match in HOME_OF_SOMEBODY.findall(text)]
    assert found == []


@pytest.mark.parametrize("target", TARGETS)
def test_the_makefile_has_the_target_and_help_lists_it(target):
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    plan = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)
    assert plan.returncode == 0 and plan.stdout
    listed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    assert f"make {target} " in listed
