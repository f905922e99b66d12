"""Frames on a stream that other code may write to as well.

A frame is a mark, the lengths of header and body with a checksum, the checksum of both, the header (JSON) and the body.
The mark is random, so the project's output never looks like a mark. A reader skips everything between two frames.
"""

from __future__ import annotations

import json
import os
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import IO, Any, NamedTuple

PROTOCOL = 1
_SIZES = struct.Struct(">QQ")
_CHECKSUM = struct.Struct(">I")
_KEPT_NOISE = 4000  # bytes


class Frame(NamedTuple):
    """One message."""

    header: dict[str, Any]
    body: bytes = b""


class BrokenFrame(Exception):
    """The stream ended inside a frame, or the frame was changed."""


def new_mark() -> str:
    """Return a mark for one process, which gets it as an argument."""
    return os.urandom(12).hex()


def write_frame(stream: IO[bytes], mark: str, header: Mapping[str, Any], body: bytes = b"") -> None:
    """Write a frame and flush it."""
    text = json.dumps(header).encode("ascii")
    sizes = _SIZES.pack(len(text), len(body))
    checksum = _CHECKSUM.pack(zlib.crc32(body, zlib.crc32(text)))
    stream.write(mark.encode("ascii") + sizes + _CHECKSUM.pack(zlib.crc32(sizes)) + checksum + text)
    stream.write(body)
    stream.flush()


class FrameReader:
    """Reads the frames with a mark. `noise` is the end of everything else on the stream."""

    def __init__(self, stream: IO[bytes], mark: str) -> None:
        self._stream = stream
        self._mark = mark.encode("ascii")
        self.noise = b""

    def __iter__(self) -> Iterator[Frame]:
        """Yield frames until the stream ends. Raise BrokenFrame."""
        while self._skip_noise():
            sizes = self._read(_SIZES.size)
            checksums = [self._read_checksum(), self._read_checksum()]
            _compare(zlib.crc32(sizes), checksums[0])
            header_size, body_size = _SIZES.unpack(sizes)
            text, body = self._read(header_size), self._read(body_size)
            _compare(zlib.crc32(body, zlib.crc32(text)), checksums[1])
            yield Frame(json.loads(text), body)

    def _skip_noise(self) -> bool:
        """Read to the end of the next mark. Return False if there is none."""
        skipped = b""
        while not skipped.endswith(self._mark):
            byte = self._stream.read(1)
            if not byte:
                self.noise = (self.noise + skipped)[-_KEPT_NOISE:]
                return False
            skipped = (skipped + byte)[-_KEPT_NOISE:]
        self.noise = (self.noise + skipped[: -len(self._mark)])[-_KEPT_NOISE:]
        return True

    def _read_checksum(self) -> int:
        checksum: int = _CHECKSUM.unpack(self._read(_CHECKSUM.size))[0]
        return checksum

    def _read(self, size: int) -> bytes:
        data = self._stream.read(size)
        if len(data) < size:
            raise BrokenFrame(f"it ended after {len(data):,} of {size:,} bytes")
        return data


def _compare(actual: int, expected: int) -> None:
    if actual != expected:
        raise BrokenFrame("a terminal changed the data in transit (disable the terminal: pass -T, or leave out -t)")
