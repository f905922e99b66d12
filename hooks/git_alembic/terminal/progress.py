"""A bar for whoever waits in front of a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO, TypeVar

from git_alembic.terminal.output import is_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from rich.progress import Progress

T = TypeVar("T")
PATIENCE = 1.0  # seconds


def progress(
    items: Iterable[T],
    *,
    total: int,
    title: str,
    stream: TextIO | None,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[T, None, None]:
    """The items, one by one; on a terminal with a bar once they have taken longer than a second, gone when they end."""
    if not is_terminal(stream):
        yield from items
        return
    start = clock()
    bar: Progress | None = None
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


@contextmanager
def waiting(title: str, stream: TextIO | None) -> Iterator[Callable[[str], None]]:
    """On a terminal a sign of life once what is done takes longer than a second, gone when it ends.

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


def _bar(title: str, total: int, stream: TextIO | None) -> Progress:
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import Progress

    bar = Progress(
        console=Console(file=stream),
        transient=True,
        redirect_stdout=False,  # or what goes to stdout meanwhile, say to a file, would come out on this stream
        redirect_stderr=False,
    )
    bar.add_task(escape(title), total=total)
    return bar
