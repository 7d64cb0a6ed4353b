"""A delivery: what a device hands over at a time, and how it lies in bytes.

Samples go to the history. Lines of the journals, the newest moment, what the device is and its
settings go to whoever shows devices. Everything may come twice: a sample is known by its device
and number, a line of a journal by device, life and sequence number. A life is that of the device's
memory: one whose memory was lost counts its lines from 1 again, in another life.

In bytes it is MessagePack in gzip (RFC 1952): maps by the names below, except that a line of a
journal is a list, and that samples are columns of little-endian numbers, 8 bytes for each whole
one and 4 for each figure. Names that are not known here are left out, so that versions may differ.
"""

import gzip
import json
import zlib
from collections.abc import Callable, Mapping
from typing import Annotated, Any, NamedTuple

import msgpack  # type: ignore[import-untyped]
import numpy as np
from pydantic import AfterValidator, Field, StringConstraints, TypeAdapter, ValidationError

from twinverter.catalog.errors import shown
from twinverter.catalog.row import Value
from twinverter.monitor import columnar
from twinverter.monitor.batch import Batch
from twinverter.monitor.columnar import MOST_CLOCK_S, MOST_NUMBER
from twinverter.monitor.columns import PLACE
from twinverter.monitor.history import MOST_NAME, HistoryError, check_name

MEDIA_TYPE = "application/vnd.twinverter.delivery"
# What nobody who reports has a reason to exceed (assumed): an hour of seconds is 2 MiB.
MOST_PACKED, MOST_UNPACKED = 4 * 2**20, 32 * 2**20
MOST_LINES, MOST_TOLD = 100, 512 * 1024
# Lists and maps in a delivery: each takes sixty times its byte once it is unpacked.
MOST_PARTS = 100_000
PACKING_LEVEL = 5

NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"


def _possible(value: Value) -> Value:
    """Return a setting's value, where any setting could have it."""
    if isinstance(value, str):
        is_possible = len(value) <= MOST_NAME and all(sign >= " " for sign in value)
    else:
        is_possible = abs(value) <= MOST_NUMBER
    if not is_possible:
        raise ValueError("is nothing that a setting holds")
    return value


def _storable(told: dict[str, Any]) -> dict[str, Any]:
    """Return a diagnosis, where every database can keep it."""
    try:
        text = json.dumps(told, allow_nan=False)
    except (TypeError, RecursionError) as error:
        raise ValueError(f"is no diagnosis ({error})") from None
    if len(text) > MOST_TOLD or "\\u0000" in text:
        raise ValueError("is longer than a diagnosis, or holds signs that are none")
    return told


Word = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=NO_CONTROLS)]
Line = Annotated[str, StringConstraints(max_length=400, pattern=NO_CONTROLS)]
Seq = Annotated[int, Field(ge=1, le=MOST_NUMBER)]
Clock = Annotated[float, Field(ge=0, le=MOST_CLOCK_S, allow_inf_nan=False)]
Degrees = Annotated[float | None, Field(ge=-180, le=180, allow_inf_nan=False)]
Entered = Annotated[bool | int | float | str, AfterValidator(_possible)]
Diagnosis = Annotated[dict[str, Any], AfterValidator(_storable)]


class Alarm(NamedTuple):
    """A line of the alarm journal; `told` is what the page of that alarm shows, where known."""

    seq: Seq
    clock_s: Clock
    code: Word
    raised: bool
    told: Diagnosis | None = None


class Change(NamedTuple):
    """A line of the journal of changes: who changed which setting, from what to what."""

    seq: Seq
    clock_s: Clock
    by: Line
    key: Word
    before: Entered | None
    after: Entered | None


class Moment(NamedTuple):
    """The newest moment: telemetry by key, standing codes with their begin, lamps and reasons.

    What a way in cannot know is None.
    """

    clock_s: Clock
    figures: Mapping[str, float]
    codes: Mapping[Word, Clock]
    lamps: Mapping[Word, int] | None = None
    state: Word | None = None
    reasons: Mapping[Word, Line] | None = None


class About(NamedTuple):
    """What the device is and where it stands."""

    name: Line
    place: Line = ""
    model: Line = ""
    serial: Line = ""
    timezone: Line = ""
    latitude_deg: Degrees = None
    longitude_deg: Degrees = None
    versions: Mapping[Word, Line] = {}


class Delivery(NamedTuple):
    """What a device hands over; `every_s` is when the next one may be expected.

    `settings` are the values of all settings by bare key, sent when they changed.
    """

    device: str
    life: Word
    samples: Batch | None = None
    alarms: tuple[Alarm, ...] = ()
    changes: tuple[Change, ...] = ()
    moment: Moment | None = None
    about: About | None = None
    settings: Mapping[Word, Entered] | None = None
    every_s: Annotated[float, Field(ge=0, le=86400, allow_inf_nan=False)] = 10.0


class Acknowledged(NamedTuple):
    """What became of a delivery, once it is durable: none of it need come again.

    `alarms_seq` and `changes_seq` are the last lines that the receiver has of this life of the
    device; `untold` are alarms of which it has no complete diagnosis yet.
    """

    taken: int = 0
    repeated: int = 0
    expired: int = 0
    alarms_seq: int = 0
    changes_seq: int = 0
    untold: tuple[int, ...] = ()


class _Rest(NamedTuple):
    """A delivery without its samples, as it is checked."""

    life: Word
    alarms: Annotated[tuple[Alarm, ...], Field(max_length=MOST_LINES)] = ()
    changes: Annotated[tuple[Change, ...], Field(max_length=MOST_LINES)] = ()
    moment: Moment | None = None
    about: About | None = None
    settings: Annotated[Mapping[Word, Entered] | None, Field(max_length=1000)] = None
    every_s: Annotated[float, Field(ge=0, le=86400, allow_inf_nan=False)] = 10.0


REST = TypeAdapter(_Rest)
MAPPED: Mapping[str, Any] = {"moment": Moment, "about": About}


# ---- to bytes ------------------------------------------------------------------------------------


def packed(delivery: Delivery) -> bytes:
    """Return a delivery as bytes."""
    envelope: dict[str, Any] = delivery._asdict()
    for name in MAPPED:
        part = envelope[name]
        envelope[name] = None if part is None else part._asdict()
    if delivery.samples is not None:
        envelope["samples"] = columnar.packed(delivery.samples)
    kept = {name: part for name, part in envelope.items() if part is not None and part != ()}
    return gzip.compress(msgpack.packb(kept), PACKING_LEVEL, mtime=0)


# ---- from bytes ----------------------------------------------------------------------------------


def unpacked(body: bytes) -> Delivery:
    """Return the delivery in bytes; HistoryError, one line, for anything else."""
    envelope = _envelope(body)
    device = envelope.pop("device", None)
    if not isinstance(device, str):
        raise HistoryError("delivery: names no device")
    check_device(device)
    for name, kind in MAPPED.items():
        if isinstance(envelope.get(name), dict):
            envelope[name] = _known(envelope[name], kind._fields)
    try:
        rest = REST.validate_python(_known(envelope, _Rest._fields))
        columns = envelope.get("samples")
        samples = None if columns is None else columnar.unpacked(device, columns)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise HistoryError(
            f"delivery of {shown(device)}: {shown(place)}: {first['msg'].lower()}"
        ) from None
    except ValueError as error:
        raise HistoryError(f"delivery of {shown(device)}: {error}") from None
    return _delivery(device, rest, samples)


def check_device(device: str) -> None:
    """Raise HistoryError for what cannot name a device, or not in an address of a page."""
    check_name(device)
    if "/" in device or "\\" in device or device.strip(".") == "" or device != device.strip():
        raise HistoryError(
            f"device {shown(device)}: is no name (no slashes, no space at its ends, not dots alone)"
        )


def _delivery(device: str, rest: _Rest, samples: Batch | None) -> Delivery:
    moment = rest.moment
    if moment is not None:
        heard = {key: value for key, value in moment.figures.items() if key in PLACE}
        moment = moment._replace(
            figures={key: value for key, value in heard.items() if np.isfinite(value)}
        )
    return Delivery(
        device, rest.life, samples, rest.alarms, rest.changes, moment, rest.about,
        rest.settings, rest.every_s,
    )  # fmt: skip


def _envelope(body: bytes) -> dict[str, Any]:
    if len(body) > MOST_PACKED:
        raise HistoryError(f"delivery: is larger than {MOST_PACKED} bytes")
    try:
        stream = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
        text = stream.decompress(body, MOST_UNPACKED)
        if not stream.eof or stream.unused_data:
            raise HistoryError(f"delivery: is cut, or larger than {MOST_UNPACKED} bytes unpacked")
        hooks = _counting(MOST_PARTS)
        found = msgpack.unpackb(text, list_hook=hooks, object_hook=hooks, ext_hook=_no_extension)
    except (zlib.error, ValueError, msgpack.UnpackException) as error:
        raise HistoryError(f"delivery: is none ({shown(str(error))})") from None
    if not isinstance(found, dict):
        raise HistoryError("delivery: is no map of names")
    return found


def _counting(most: int) -> Callable[[Any], Any]:
    """Return a function that hands on what it gets, so many times."""
    left = iter(range(most))

    def counted(part: Any) -> Any:
        if next(left, None) is None:
            raise ValueError("too many parts")
        return part

    return counted


def _no_extension(code: int, data: bytes) -> Any:
    raise ValueError("no type of its own may come")


def _known(part: dict[Any, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: part[name] for name in names if name in part}
