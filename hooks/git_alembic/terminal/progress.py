"""Shows progress bars on a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, TypeVar

from git_alembic.terminal.output import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from rich.progress import Progress as RichProgress
    from typing_extensions import Self

T = TypeVar("T")
PATIENCE = 1.0  # seconds
_STEPS = 50  # updates of a `Progress` bar


def progress(
    items: Iterable[T],
    *,
    total: int,
    title: str,
    stream: TextIO | None,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[T, None, None]:
    """Yield the items. After a second, a terminal shows a bar, which disappears at the end."""
    if not is_terminal(stream):
        yield from items
        return
    start = clock()
    bar: RichProgress | None = None
    try:
        for done, item in enumerate(items):
            if bar is None and clock() - start > PATIENCE:
                bar = _bar(title, total, stream)
                bar.start()
            if bar is not None:
                bar.update(bar.task_ids[0], completed=done)
            yield item
    finally:
        if bar is not None:
            bar.stop()


class Progress:
    """The stages of a long task, with a bar from the start. Shows nothing if `stream` is no terminal.

    The bar disappears when the context ends.
    """

    def __init__(self, stream: TextIO | None) -> None:
        """Show nothing without a stream."""
        self._stream = stream if is_terminal(stream) else None
        self._bar: RichProgress | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def start(self, title: str, total: int | None = None) -> None:
        """Begin a stage. Without a total, the bar moves back and forth and shows no percentage."""
        if self._stream is None:
            return
        if self._bar is None:
            self._bar = _empty_bar(self._stream)
            self._bar.start()
        for task in self._bar.task_ids:
            self._bar.remove_task(task)
        self._bar.add_task(title, total=total)
        self._bar.refresh()

    def show(self, done: int) -> None:
        """Move the bar. Calls are cheap: most of them draw nothing."""
        if self._bar is not None and not done % _STEPS:
            self._bar.update(self._bar.task_ids[0], completed=done)


@contextmanager
def waiting(title: str, stream: TextIO | None) -> Iterator[Callable[[str], None]]:
    """Show a sign of life on a terminal after a second, and remove it at the end.

    Yields a function that replaces the title.
    """
    if not is_terminal(stream):
        yield lambda _: None
        return
    from threading import Timer

    from rich.console import Console
    from rich.markup import escape

    sign = Console(file=stream).status(escape(title))
    timer = Timer(PATIENCE, sign.start)
    timer.daemon = True
    timer.start()
    try:
        yield lambda text: sign.update(escape(text))
    finally:
        timer.cancel()
        timer.join()
        sign.stop()


def _bar(title: str, total: int, stream: TextIO | None) -> RichProgress:
    from rich.markup import escape

    bar = _empty_bar(stream)
    bar.add_task(escape(title), total=total)
    return bar


def _empty_bar(stream: TextIO | None) -> RichProgress:
    from rich.console import Console
    from rich.progress import Progress as RichProgress

    return RichProgress(
        console=Console(file=stream),
        transient=True,
        redirect_stdout=False,  # otherwise output to stdout would appear on this stream
        redirect_stderr=False,
    )
