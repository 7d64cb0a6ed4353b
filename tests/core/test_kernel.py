"""One source, two ways to run it, and a cache that cannot serve old physics."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from twinverter.core.kernel import PACKAGE, compiled, kernel, source_files, source_hash

# A stand-in package of two files: the loop imports its physics from another file, which is
# exactly what Numba's own cache does not look at.
PHYSICS = """
from twinverter.core.kernel import kernel


@kernel
def gain(x):
    return x * {factor}
"""
LOOP = """
import twinverter.core.kernel as k

k.PACKAGE = k.Path(__file__).parent
k.KERNEL_ROOMS = ("physics.py", "loop.py")
k.source_files.__defaults__ = (k.PACKAGE,)
from physics import gain


def loop(x):
    return gain(x)


if __name__ == "__main__":
    run = k.compiled(loop)
    print(run(2.0), sum(run.stats.cache_hits.values()))
"""


def run_loop(folder: Path, factor: float) -> tuple[float, int]:
    (folder / "physics.py").write_text(PHYSICS.format(factor=factor))
    (folder / "loop.py").write_text(LOOP)
    shutil.rmtree(folder / "__pycache__", ignore_errors=True)
    paths = os.pathsep.join([str(PACKAGE.parent), str(folder)])
    environment = os.environ | {"TWINVERTER_CACHE": str(folder / "cache"), "PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, "-B", str(folder / "loop.py")],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    value, hits = done.stdout.split()
    return float(value), int(hits)


@pytest.mark.compiled
def test_an_edit_in_an_imported_file_recompiles_and_no_edit_does_not(tmp_path):
    assert run_loop(tmp_path, 3.0) == (6.0, 0)
    assert run_loop(tmp_path, 3.0) == (6.0, 1)
    assert run_loop(tmp_path, 5.0) == (10.0, 0)


def test_the_hash_covers_every_kernel_source(tmp_path):
    names = {path.relative_to(PACKAGE).as_posix() for path in source_files()}
    assert {"inverter/device.py", "core/blocks.py", "control/dispatch.py", "plant/pv.py"} <= names
    assert {"catalog/law.py", "batch/loop.py"} <= names
    file = tmp_path / "a.py"
    file.write_text("x = 1\n")
    before = source_hash([file])
    file.write_text("x = 2\n")
    assert source_hash([file]) != before


def test_a_kernel_function_stays_a_plain_function():
    @kernel
    def double(x):
        return 2.0 * x

    assert double(4.0) == 8.0
    assert type(double).__name__ == "function"


@pytest.mark.compiled
def test_compiled_is_made_once():
    def loop(x):
        return x + 1.0

    assert compiled(loop) is compiled(loop)
    assert compiled(loop)(1.0) == 2.0
