"""One source, two ways to run it: the plain function, and the same function compiled.

A function marked `@kernel` stays a plain Python function: the live twin, tests and debuggers
call it as it is and no compiler is loaded. `compiled(loop)` hands the loop, and every kernel
function it reaches, to Numba.

Numba's disk cache looks only at the file of the compiled function, not at the files it imports,
so an edit elsewhere would silently keep the old physics. The cache folder is therefore named by
a hash of all kernel sources.
"""

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from platformdirs import user_cache_dir

Function = TypeVar("Function", bound=Callable[..., Any])

PACKAGE = Path(__file__).resolve().parent.parent
KERNEL_ROOMS = (
    "core", "catalog", "plant", "control", "inverter", "group", "batch/loop.py",
    "batch/group_loop.py", "planner/conversion.py", "planner/moment.py",
)  # fmt: skip

_kernels: list[Callable[..., Any]] = []
_handed_over: set[Callable[..., Any]] = set()
_compiled: dict[tuple[Callable[..., Any], bool], Callable[..., Any]] = {}


def kernel(function: Function) -> Function:
    """Return `function` unchanged, known from now on as a part of the compiled loops."""
    _kernels.append(function)
    return function


def compiled(loop: Function, *, parallel: bool = False) -> Function:
    """Return `loop` compiled by Numba, from the disk cache where the sources have not changed."""
    if (loop, parallel) not in _compiled:
        _compiled[loop, parallel] = _compile(loop, parallel)
    return _compiled[loop, parallel]  # type: ignore[return-value]


def _compile(loop: Callable[..., Any], parallel: bool) -> Callable[..., Any]:
    import numba
    from numba.extending import register_jitable

    from twinverter.core.pipeline import KernelPipeline, LoopPipeline

    for function in _kernels:
        if function not in _handed_over:
            register_jitable(
                error_model="numpy",
                forceinline=True,
                no_cpython_wrapper=True,
                no_cfunc_wrapper=True,
                _nrt=False,
                pipeline_class=KernelPipeline,
            )(function)
            _handed_over.add(function)
    folder = cache_folder()
    options: dict[str, Any] = {
        "error_model": "numpy",
        "parallel": parallel,
        "pipeline_class": LoopPipeline,
    }
    if folder is None:
        return numba.njit(**options)(loop)
    # The locator is chosen when the dispatcher is made, so the setting is put back at once.
    before, numba.config.CACHE_DIR = numba.config.CACHE_DIR, str(folder)
    try:
        return numba.njit(cache=True, **options)(loop)
    finally:
        numba.config.CACHE_DIR = before


def source_files(package: Path = PACKAGE) -> list[Path]:
    """Return every file whose text can change what a compiled loop does."""
    files: list[Path] = []
    for room in KERNEL_ROOMS:
        place = package / room
        files += [place] if place.is_file() else sorted(place.rglob("*.py"))
    return files


def source_hash(files: Iterable[Path]) -> str:
    """Return a short hash over names and contents of `files` and the compiler's version."""
    import numba

    digest = hashlib.sha256(f"{numba.__version__} {sys.version_info[:2]}".encode())
    for path in files:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path | None:
    """Return a writable folder for compiled code of exactly these sources, None where none is."""
    name = source_hash(source_files())
    for base in (
        os.environ.get("TWINVERTER_CACHE"),
        user_cache_dir("twinverter"),
        os.path.join(tempfile.gettempdir(), f"twinverter-{os.getuid()}"),
    ):
        if not base:
            continue
        folder = Path(base) / "kernels" / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe = folder / f".probe-{os.getpid()}-{time.monotonic_ns()}"
            probe.touch()
            probe.unlink()
        except OSError:
            continue
        return folder
    return None


def is_warm() -> bool:
    """Return whether compiled code of exactly these sources lies on disk already."""
    folder = cache_folder()
    return folder is not None and any(folder.rglob("*.nbi"))
