"""Removes the listeners of all engines that a test adds, which would otherwise stay for the rest of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import event


@contextmanager
def removed_listeners() -> Iterator[None]:
    """Remove what listens to events of whole classes since the beginning."""
    added: list[tuple[Any, str, Callable[..., Any]]] = []
    listen = event.listen

    def recorded(target: Any, name: str, function: Callable[..., Any], *arguments: Any, **options: Any) -> None:
        listen(target, name, function, *arguments, **options)
        if isinstance(target, type):
            added.append((target, name, function))

    try:
        with patch.object(event, "listen", recorded):
            yield
    finally:
        for target, name, function in added:
            event.remove(target, name, function)
