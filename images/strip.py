"""Cuts what only debuggers read off extension modules: `python strip.py TREE`.

What the loader maps of an ELF file are its segments, and symbol tables and debugging sections lie
behind the last of them: 14 of uvloop's 16 MiB. No segment is moved, so this is safe where binutils'
strip breaks libraries that auditwheel has patched, and no binutils are needed in the builder.
The format: `man 5 elf`.
"""

import argparse
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

_MEBIBYTE = 1024 * 1024
_WORTH_IT = 256 * 1024  # bytes; what a smaller symbol table saves is not worth losing it


def strip(tree: Path) -> Iterator[tuple[Path, int]]:
    """Strip the extension modules of a tree; yield each that has changed, with the bytes it lost.

    Args:
        tree: a folder that packages were installed into.
    """
    for library in sorted(tree.rglob("*.so*")):
        content = library.read_bytes()
        end = end_of_segments(content)
        if end and len(content) - end >= _WORTH_IT:
            library.write_bytes(_without_section_table(content[:end]))
            yield library, len(content) - end


def end_of_segments(content: bytes) -> int:
    """Return the offset behind the last byte that is loaded; 0 if this is no 64-bit ELF file."""
    if content[:6] != b"\x7fELF\x02\x01":
        return 0
    try:
        table: int = struct.unpack_from("<Q", content, 32)[0]  # e_phoff
        entry_size, count = struct.unpack_from("<HH", content, 54)  # e_phentsize, e_phnum
        ends: list[int] = [table + entry_size * count]
        for number in range(count):
            entry = table + entry_size * number
            offset, _, _, length = struct.unpack_from("<QQQQ", content, entry + 8)
            ends.append(offset + length)
    except struct.error:  # it ends before its own tables do
        return 0
    return max(ends)


def _without_section_table(content: bytes) -> bytes:
    """Set e_shoff, and e_shentsize, e_shnum and e_shstrndx, to zero: there is no such table."""
    return b"".join((content[:40], bytes(8), content[48:58], bytes(6), content[64:]))


def main() -> int:
    """Strip the tree that the command line names, and say what each file lost."""
    parser = argparse.ArgumentParser(description="Strip extension modules.")
    parser.add_argument("tree", type=Path, help="the folder that pip installed into")
    tree: Path = parser.parse_args().tree
    for library, size in strip(tree):
        sys.stdout.write(f"{size / _MEBIBYTE:6.1f} MiB off {library.relative_to(tree)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
