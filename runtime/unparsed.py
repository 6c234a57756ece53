"""Requests that are shed without being parsed.

What a 503 costs decides how much of an overload can be told so at all. Most of it is parsing: a
call into Python for each header, and the scope of ASGI. Of a plain request that has come whole
nothing of that is needed, only where it ends, so that the connection can go on with the next one.
"""

import functools
import re

_REQUEST_LINE = re.compile(rb"POST (/[\w./-]*) HTTP/1\.1\r\n", re.ASCII)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d{1,9})\r\n")
# What decides otherwise where a request ends, or what becomes of the connection: the parser's work.
_UNUSUAL = re.compile(
    rb"\r\n(?:transfer-encoding|expect|upgrade|connection(?!: *keep-alive\r\n)|[ \t])"
)

# A client's heads differ in little more than the length of the body.
_KEPT, _LONGEST_KEPT = 256, 1024


def path_of_whole(data: bytes) -> str | None:
    """Return the path of the plain POST request that data is, all of it and no more; else None.

    Args:
        data: what came at once through a connection on which nothing is owed.
    """
    end = data.find(b"\r\n\r\n") + 4  # of three bytes that begin no request, if it has no end
    path, length = (_read if end <= _LONGEST_KEPT else _read_anew)(data[:end])
    return path if len(data) == end + length else None


def _read_anew(head: bytes) -> tuple[str | None, int]:
    """Return the path, and the length of the body, of a plain POST request; else None."""
    line, lower = _REQUEST_LINE.match(head), head[:-2].lower()
    length = _LENGTH.search(lower)
    if line is None or length is None:
        return None, 0
    if lower.count(b"content-length") > 1 or _UNUSUAL.search(lower):
        return None, 0
    return line[1].decode("ascii"), int(length[1])


_read = functools.lru_cache(_KEPT)(_read_anew)
