"""Setup from nothing: a copy of the project on a machine that has only what a case gives it.

The Python of a case is a script that answers as the real one would; what it is asked to install
is noted, and nothing is fetched.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
TOOLS = "cat chmod cksum dirname grep mkdir rm sed sh tail tr uname".split()
NEW_ENOUGH = '[ "$1" = -c ] && { case "$2" in *version_info*) echo 3.12 ;; esac; exit 0; }\n'
# Makes an environment whose python notes what it was asked, and whose pip names its folder.
MAKES_VENV = r"""
mkdir -p "$3/bin"
echo "$PWD/$3/bin/python" >"$3/bin/pip"
printf '#!/bin/sh\necho "$PIP_NO_CACHE_DIR $*" >>asked\necho "$PIP_SAYS"\nexit ${PIP_FAILS:-0}\n' >"$3/bin/python"
chmod +x "$3/bin/python"
"""


class Machine:
    """A bare machine: a few tools, perhaps a Python, and a copy of what setup reads."""

    def __init__(self, folder):
        self.copy, self.bin, self.home = folder / "copy", folder / "bin", folder / "home"
        for place in (self.copy / "tools", self.bin, self.home):
            place.mkdir(parents=True)
        for name in (*LOCKS, "pyproject.toml", "tools/bootstrap.sh"):
            shutil.copy(ROOT / name, self.copy / name)
        for name in TOOLS:
            (self.bin / name).symlink_to(shutil.which(name))

    def has(self, name, script):
        (self.bin / name).write_text(f"#!/bin/sh\n{script}")
        (self.bin / name).chmod(0o755)
        return self

    def setup(self, purpose="dev", **environment):
        variables = {"PATH": str(self.bin), "HOME": str(self.home), **environment}
        words = ["sh", str(self.copy / "tools/bootstrap.sh"), purpose]
        return subprocess.run(words, env=variables, capture_output=True, text=True)

    @property
    def asked(self):
        path = self.copy / "asked"
        return path.read_text() if path.exists() else ""


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


REFUSALS = [
    # python3 is                                              one line says
    ("",                                                      "no Python found, 3.11 to 3.13 is needed"),
    ("echo 3.9",                                              "Python 3.9 is too old, 3.11 to 3.13 is needed"),
    ("echo 2.7",                                              "Python 2.7 is too old, 3.11 to 3.13 is needed"),
    ('case "$2" in *ensurepip*) exit 1 ;; esac; echo 3.11',   "Python 3.11 is here without its venv module"),
    (NEW_ENOUGH + "echo broken; exit 1",                      "Python 3.12 cannot make an environment: broken"),
]  # fmt: skip


@pytest.mark.parametrize("python3, line", REFUSALS, ids=[line for _, line in REFUSALS])
def test_setup_refuses_with_one_line_that_says_what_to_do(python3, line, machine):
    if python3:
        machine.has("python3", python3)
    answer = machine.has("apt-get", "exit 1").setup()
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"setup: {line}")
    assert answer.stderr.count("\n") == 1
    assert "cannot make" in line or "sudo apt-get install python3" in answer.stderr


def test_setup_takes_a_good_python_past_one_that_is_too_old(machine):
    machine.has("python3.13", "exit 127").has("python3", "echo 3.9")
    machine.has("python3.11", NEW_ENOUGH + MAKES_VENV)
    assert machine.setup().returncode == 0


def test_setup_installs_what_is_locked_and_never_compiles(machine):
    answer = machine.has("python3", NEW_ENOUGH + MAKES_VENV).setup("run")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert "--require-hashes --only-binary :all: -r requirements.lock" in machine.asked
    assert "--no-index --no-build-isolation -e ." in machine.asked


def test_setup_does_nothing_the_second_time(machine):
    machine.has("python3", NEW_ENOUGH + MAKES_VENV).setup()
    asked = machine.asked
    for purpose in ("dev", "run"):
        again = machine.setup(purpose)
        assert (again.returncode, again.stdout, machine.asked) == (0, "", asked)


def test_setup_installs_again_when_the_lock_changes(machine):
    machine.has("python3", NEW_ENOUGH + MAKES_VENV).setup()
    before = machine.asked
    with (machine.copy / "requirements-dev.lock").open("a") as lock:
        lock.write("new==1 --hash=sha256:00\n")
    assert machine.setup().returncode == 0
    assert len(machine.asked) > len(before)


def test_setup_makes_anew_what_was_cut_off(machine):
    machine.has("python3", NEW_ENOUGH + MAKES_VENV)
    assert machine.setup(PIP_FAILS="1").returncode == 1
    half = machine.copy / ".venv/half-written"
    half.touch()
    assert machine.setup().returncode == 0
    assert not half.exists()


def test_setup_makes_anew_what_was_moved(machine, tmp_path):
    machine.has("python3", NEW_ENOUGH + MAKES_VENV).setup()
    machine.copy = machine.copy.rename(tmp_path / "moved")
    assert "Making .venv" in machine.setup().stdout


def test_setup_makes_it_anew_with_another_python_that_is_named(machine):
    machine.has("python3", NEW_ENOUGH + MAKES_VENV).setup()
    machine.has("another", NEW_ENOUGH.replace("3.12", "3.13") + MAKES_VENV)
    assert "Making .venv with Python 3.13." in machine.setup(PYTHON="another").stdout


FAILURES = [
    # pip's last words                                                  the line says
    ("Max retries exceeded with url",                                   "the package index cannot be reached"),
    ("ERROR: No matching distribution found for numba==0.68.1 (from x", "no ready-made numba==0.68.1 for this Python"),
    ("OSError: [Errno 28] No space left on device",                     "the disk is full"),
    ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES",                   "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"),
]  # fmt: skip


@pytest.mark.parametrize("words, line", FAILURES, ids=[line for _, line in FAILURES])
def test_setup_says_in_one_line_why_the_packages_are_not_there(words, line, machine):
    machine.has("python3", NEW_ENOUGH + MAKES_VENV)
    answer = machine.setup(PIP_FAILS="1", PIP_SAYS=words)
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"setup: {line}")
    assert answer.stderr.count("\n") == 1


def test_setup_works_under_a_read_only_home(machine):
    machine.has("python3", NEW_ENOUGH + MAKES_VENV)
    answer = machine.setup(HOME=str(machine.home / "not there"))
    assert answer.returncode == 0
    assert "The home folder is read-only" in answer.stdout
    assert all(line.startswith("1 ") for line in machine.asked.splitlines() if "install" in line)


def test_setup_refuses_an_unknown_purpose(machine):
    assert machine.setup("everything").returncode == 1
