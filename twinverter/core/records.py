"""Records at rest, tuples in motion: the only glue between arrays and kernel tuples.

A record class is a NamedTuple whose fields are floats, other record classes or fixed-length
tuples of either (`tuple[X, X, X]`). `dtype` gives its flat structured type (`battery_soc`),
`loader` and `storer` give the functions that carry one row in and out, built from the same
field list, so a field exists in all of them or in none.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np

from twinverter.core.kernel import kernel


def is_record(kind: Any) -> bool:
    """Return whether `kind` is a NamedTuple class."""
    return isinstance(kind, type) and issubclass(kind, tuple) and hasattr(kind, "_fields")


def leaves(kind: Any, prefix: str = "") -> Iterator[str]:
    """Yield the flat names of all floats in `kind`, in field order."""
    if is_record(kind):
        for name, inner in fields(kind):
            yield from leaves(inner, f"{prefix}_{name}" if prefix else name)
    elif get_origin(kind) is tuple:
        for index, inner in enumerate(get_args(kind)):
            yield from leaves(inner, f"{prefix}_{index + 1}")
    else:
        yield prefix


def fields(kind: Any) -> list[tuple[str, Any]]:
    """Return the (name, kind) pairs of a record class."""
    hints = get_type_hints(kind)
    return [(name, hints[name]) for name in kind._fields]


@cache
def dtype(kind: Any, narrow: frozenset[str] | bool = False) -> np.dtype:
    """Return the flat structured dtype of `kind`: doubles, or singles where `narrow` says so."""
    names = list(leaves(kind))
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise TypeError(f"{kind.__name__}: two fields flatten to {sorted(doubled)}")

    def is_narrow(name: str) -> bool:
        return narrow if isinstance(narrow, bool) else name in narrow

    return np.dtype([(name, np.float32 if is_narrow(name) else np.float64) for name in names])


@cache
def nested_dtype(kind: Any) -> np.dtype:
    """Return the structured dtype of `kind` with its nesting kept: `row["battery"]["soc"]`.

    Compiled code passes such a row by pointer and reads it field by field, so what is only ever
    read (site, settings) costs nothing to hand on. Attribute names are those of the tuples.
    """
    if is_record(kind):
        return np.dtype([(name, nested_dtype(inner)) for name, inner in fields(kind)], align=True)
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        return np.dtype((nested_dtype(inner[0]), (len(inner),)))
    return np.dtype(np.float64)


def readable(record: Any, count: int = 1) -> np.ndarray:
    """Return an array of `count` rows that compiled code reads as it reads the tuple."""
    kind: Any = type(record)
    rows = np.empty(count, nested_dtype(kind))
    rows[:] = _plain(record)
    return rows


def _plain(record: Any) -> Any:
    if not isinstance(record, tuple):
        return record
    inner = [_plain(part) for part in record]
    return tuple(inner) if is_record(type(record)) else inner


def values(record: Any) -> Iterator[float]:
    """Yield every float of a record tuple, in field order."""
    if isinstance(record, tuple):
        for part in record:
            yield from values(part)
    else:
        yield record


def as_dict(record: Any) -> dict[str, float]:
    """Return a record tuple as flat name -> value."""
    return dict(zip(leaves(type(record)), values(record), strict=True))


def build(kind: Any, flat: dict[str, float], prefix: str = "") -> Any:
    """Return a record tuple made from flat name -> value; KeyError names a missing field."""
    if is_record(kind):
        inner = [build(k, flat, f"{prefix}_{n}" if prefix else n) for n, k in fields(kind)]
        return kind(*inner)
    if get_origin(kind) is tuple:
        return tuple(build(k, flat, f"{prefix}_{i + 1}") for i, k in enumerate(get_args(kind)))
    return float(flat[prefix])


def replaced(record: Any, changes: dict[str, float]) -> Any:
    """Return `record` with some flat fields changed; KeyError names an unknown one."""
    flat = as_dict(record)
    for name, value in changes.items():
        if name not in flat:
            raise KeyError(name)
        flat[name] = value
    return build(type(record), flat)


def at_rest(record: Any, count: int = 1) -> np.ndarray:
    """Return an array of `count` rows, each holding `record`."""
    kind: Any = type(record)
    rows = np.empty(count, dtype(kind))
    rows[:] = tuple(values(record))
    return rows


@cache
def loader(kind: Any, prefix: str = "") -> Callable[[Any], Any]:
    """Return a kernel function: array row -> record tuple, or the part of it under a prefix."""
    names: dict[str, Any] = {}
    body = _constructor(kind, prefix, names)
    return _define("load", f"def load(row):\n    return {body}\n", names)


@cache
def storer(kind: Any, prefix: str = "") -> Callable[[Any, Any], None]:
    """Return a kernel function: (array row, record tuple) -> None, writing every field.

    With a prefix the record is a part of the row: `plant_battery` of a state.
    """
    lines = [f"    row[{flat!r}] = {path}" for flat, path in _paths(kind, prefix, "record")]
    return _define("store", "def store(row, record):\n" + "\n".join(lines) + "\n", {})


def _constructor(kind: Any, prefix: str, names: dict[str, Any]) -> str:
    if is_record(kind):
        names[kind.__name__] = kind
        inner = ", ".join(
            _constructor(k, f"{prefix}_{n}" if prefix else n, names) for n, k in fields(kind)
        )
        return f"{kind.__name__}({inner})"
    if get_origin(kind) is tuple:
        inner = ", ".join(
            _constructor(k, f"{prefix}_{i + 1}", names) for i, k in enumerate(get_args(kind))
        )
        return f"({inner},)"
    # The product turns a single into a double, so one kernel serves narrow and wide rows.
    return f"row[{prefix!r}] * 1.0"


def _paths(kind: Any, prefix: str, path: str) -> Iterator[tuple[str, str]]:
    if is_record(kind):
        for name, inner in fields(kind):
            yield from _paths(inner, f"{prefix}_{name}" if prefix else name, f"{path}.{name}")
    elif get_origin(kind) is tuple:
        for index, inner in enumerate(get_args(kind)):
            yield from _paths(inner, f"{prefix}_{index + 1}", f"{path}[{index}]")
    else:
        yield prefix, path


def _define(name: str, source: str, names: dict[str, Any]) -> Callable[..., Any]:
    scope = dict(names)
    exec(compile(source, f"<{name}>", "exec"), scope)
    return kernel(scope[name])
