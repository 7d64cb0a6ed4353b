"""The page's files as the server hands them out: compressed once, tagged, cached by address.

The first page refers to `/static/...`; on the way out these addresses get a stamp made of all
files, `/static/STAMP/...`. What comes under the current stamp may be kept for a year, so a second
visit asks for the page alone; any other address is asked again with its tag. Modules import each
other by relative address and so stay under one stamp.
"""

import gzip
import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from fastapi import Request, Response

SHARED = Path(__file__).parent / "static"
PAGE = "index.html"
# Where a page wants the shared icons: a sprite inside the page needs no request of its own.
ICONS, ICONS_MARK = "icons.svg", "<!--icons-->"
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOR_A_YEAR = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
STAMP_LENGTH = 12
LOOK_S = 1.0


class Asset(NamedTuple):
    """One file: its bytes, the same compressed, its tag and content type."""

    body: bytes
    packed: bytes
    tag: str
    kind: str


class Assets:
    """The shared files and those of `folders`, whose names win over them.

    They are read again when one changes on disk, which is looked at every `look_s`.
    """

    def __init__(self, *folders: Path, look_s: float = LOOK_S) -> None:
        self._folders: Sequence[Path] = (SHARED, *folders)
        self._look_s = look_s
        self._looked_s = float("-inf")
        self._seen: dict[str, tuple[int, int]] = {}
        self._assets: dict[str, Asset] = {}
        self._stamp = ""

    @property
    def names(self) -> list[str]:
        """Return the names of all files, below their folders, with `/`."""
        return sorted(self._places())

    def _places(self) -> dict[str, Path]:
        return {
            path.relative_to(folder).as_posix(): path
            for folder in self._folders
            for path in folder.rglob("*")
            if path.suffix in KINDS
        }

    def page(self, request: Request) -> Response:
        """Return the first page."""
        self._refresh()
        return respond(self._assets[PAGE], request, ASK_AGAIN)

    def file(self, address: str, request: Request) -> Response | None:
        """Return the file at an address below `/static/`, None where there is none."""
        stamp, _, rest = address.partition("/")
        self._refresh()
        current = stamp == self._stamp
        asset = self._assets.get(rest if len(stamp) == STAMP_LENGTH and rest else address)
        asset = asset or self._assets.get(address)
        return respond(asset, request, FOR_A_YEAR if current else ASK_AGAIN) if asset else None

    def _refresh(self) -> None:
        """Read all files again if any of them is new, gone or changed."""
        if time.monotonic() - self._looked_s < self._look_s:
            return
        self._looked_s = time.monotonic()
        places = self._places()
        now = {}
        for name, path in places.items():
            status = path.stat()
            now[name] = (status.st_mtime_ns, status.st_size)
        if now == self._seen:
            return
        bodies = {name: path.read_bytes() for name, path in places.items()}
        self._seen = now
        self._stamp = _tag(b"".join(bodies[name] for name in sorted(bodies)))
        icons = bodies.get(ICONS, b"").decode()
        bodies[PAGE] = self._stamped(bodies[PAGE].decode().replace(ICONS_MARK, icons))
        self._assets = {
            name: asset(body, KINDS[Path(name).suffix]) for name, body in bodies.items()
        }

    def _stamped(self, page: str) -> bytes:
        """Return the page with stamped addresses, and every module named so that none waits."""
        text = page.replace('"/static/', f'"/static/{self._stamp}/')
        modules = [name for name in self._seen if name.startswith("js/")]
        links = "".join(
            f'<link rel="modulepreload" href="/static/{self._stamp}/{name}">\n'
            for name in modules
            if f'<script src="/static/{self._stamp}/{name}"' not in text
        )
        return text.replace("</head>", links + "</head>").encode()


def asset(body: bytes, kind: str) -> Asset:
    """Return bytes ready to be served."""
    return Asset(body, gzip.compress(body, 9, mtime=0), _tag(body), kind)


def respond(found: Asset, request: Request, caching: str) -> Response:
    """Return an asset, compressed where the client takes it, or "not modified"."""
    tag = f'W/"{found.tag}"'
    headers = {"ETag": tag, "Cache-Control": caching, "Vary": "Accept-Encoding"}
    if tag in [one.strip() for one in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(found.packed, headers=headers, media_type=found.kind)
    return Response(found.body, headers=headers, media_type=found.kind)


def _tag(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:STAMP_LENGTH]
