"""The public library: quick to import, and its examples hold."""

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import twinverter

ROOT = Path(__file__).resolve().parent.parent


def test_importing_the_package_loads_nothing_else():
    code = "import sys; before = set(sys.modules); import twinverter; print(sorted(name for name in set(sys.modules) - before if name.startswith(('twinverter.', 'num', 'py'))))"
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert answer.stdout.strip() == "[]"


@pytest.mark.parametrize("name", twinverter.__all__)
def test_every_public_name_is_there(name):
    assert getattr(twinverter, name).__name__ == name


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="frobnicate"):
        twinverter.frobnicate  # noqa: B018


@pytest.mark.compiled
def test_the_examples_of_the_package_run():
    found = doctest.testmod(twinverter)
    assert found.attempted > 0 and found.failed == 0


@pytest.mark.compiled
def test_the_examples_of_the_library_page_run():
    found = doctest.testfile(str(ROOT / "docs" / "library.md"), module_relative=False)
    assert found.attempted > 10 and found.failed == 0
