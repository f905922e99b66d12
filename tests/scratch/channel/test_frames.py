"""Frames on a stream, between output of other code."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from git_alembic.scratch.channel.frames import BrokenFrame, Frame, FrameReader, new_mark, write_frame

MARK = "0123456789abcdef01234567"
CHANGED = "a terminal changed the data in transit (disable the terminal: pass -T, or leave out -t)"


def written(*frames: Frame, mark: str = MARK) -> bytes:
    stream = io.BytesIO()
    for frame in frames:
        write_frame(stream, mark, frame.header, frame.body)
    return stream.getvalue()


def read(data: bytes) -> tuple[list[Frame], bytes]:
    """Return the frames and the noise."""
    reader = FrameReader(io.BytesIO(data), MARK)
    return list(reader), reader.noise


FIRST, SECOND = Frame({"a": [1, "ä"]}), Frame({}, b"body\0" + MARK.encode())


def test_frames_and_what_is_between_them() -> None:
    data = b"before" + written(FIRST) + b"between" + written(SECOND) + b"after"
    assert read(data) == ([FIRST, SECOND], b"beforebetweenafter")
    assert read(b"") == ([], b"")
    assert read(b"only noise") == ([], b"only noise")


def test_a_frame_with_another_mark_is_noise() -> None:
    other = written(FIRST, mark="f" * 24)
    assert read(other + written(SECOND)) == ([SECOND], other)


def test_the_start_of_a_mark_is_noise() -> None:
    start = MARK[:10].encode()
    assert read(start + written(FIRST) + start) == ([FIRST], start + start)


def test_only_the_end_of_much_noise_is_kept() -> None:
    noise = bytes(range(256)) * 20
    found, kept = read(noise + written(FIRST) + b"x")
    assert found == [FIRST]
    assert (noise + b"x").endswith(kept)
    assert 3900 < len(kept) <= 4000
    assert read(noise)[1] == noise[-4000:]


def cut(size: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:-size]


def replaced(position: int) -> Callable[[bytes], bytes]:
    return lambda data: data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (cut(1), "it ended after 3 of 4 bytes"),
        (cut(4), "it ended after 0 of 4 bytes"),
        (cut(5), "it ended after 10 of 11 bytes"),
        (cut(19), "it ended after 0 of 4 bytes"),
        (cut(29), "it ended after 10 of 16 bytes"),
        (replaced(24), CHANGED),  # the sizes
        (replaced(40), CHANGED),  # their checksum
        (replaced(44), CHANGED),  # the checksum of the content
        (replaced(50), CHANGED),  # the header
        (replaced(61), CHANGED),  # the body
    ],
)
def test_a_broken_frame(change: Callable[[bytes], bytes], reason: str) -> None:
    data = written(Frame({"a": 1234}, b"body"))
    assert len(data) == 24 + 16 + 4 + 4 + len('{"a": 1234}') + 4
    with pytest.raises(BrokenFrame) as caught:
        read(change(data))
    assert str(caught.value) == reason


def test_marks_are_random() -> None:
    marks = {new_mark() for _ in range(9)}
    assert (len(marks), {len(mark) for mark in marks}) == (9, {24})
