"""Requests that are shed without being parsed.

What a 503 costs decides how much of an overload can be told so at all. Most of it is parsing: a
call into Python for each header, and the scope of ASGI. Of a plain request that has come whole
nothing of that is needed, only where it ends, so that the connection can go on with the next one.
"""

import re

_REQUEST_LINE = re.compile(rb"POST (/[\w./-]*) HTTP/1\.1\r\n", re.ASCII)
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d{1,9})\r\n")
# What decides otherwise where a request ends, or what becomes of the connection: the parser's work.
_UNUSUAL = re.compile(
    rb"\r\n(?:transfer-encoding|expect|upgrade|connection(?!: *keep-alive\r\n)|[ \t])"
)


def path_of_whole(data: bytes) -> str | None:
    """Return the path of the plain POST request that data is, all of it and no more; else None.

    Args:
        data: what came at once through a connection on which nothing is owed.
    """
    line = _REQUEST_LINE.match(data)
    end = data.find(b"\r\n\r\n")
    if line is None or end < 0:
        return None
    head = data[: end + 2].lower()
    length = _LENGTH.search(head)
    if length is None or head.count(b"content-length") > 1 or _UNUSUAL.search(head):
        return None
    is_whole = len(data) == end + 4 + int(length[1])
    return line[1].decode("ascii") if is_whole else None
