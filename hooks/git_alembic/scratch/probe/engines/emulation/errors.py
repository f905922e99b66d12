"""Errors of emulated servers."""

from __future__ import annotations

from typing import Any


class NotReplayed(Exception):
    """The effect of a statement is unknown. The statement is recorded with this reason and passes without an error."""


class EmulatedServerError(Exception):
    """An error of the server."""

    message: str

    def as_driver_error(self, driver: Any) -> Exception:
        """Return the driver's exception for it."""
        raise NotImplementedError
