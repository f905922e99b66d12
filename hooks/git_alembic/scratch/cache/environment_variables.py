"""Fingerprints the environment variables that a verdict depends on, because they may contain secrets."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from git_alembic.scratch.interpreter.probe_process import inherited_variables

ALL = "*"  # the project's code has listed all variables
# Variables of the shell or the terminal, which don't change what the project does. git and hook frameworks change PATH.
_VOLATILE = frozenset(
    (
        "PATH", "PWD", "OLDPWD", "SHLVL", "_", "COLUMNS", "LINES", "TERM", "COLORTERM", "NO_COLOR", "FORCE_COLOR",
        "DISPLAY", "STY", "EDITOR", "VISUAL", "PAGER", "SHELL", "LOGNAME", "USER", "MAIL", "HOSTNAME", "INVOCATION_ID",
    )
)  # fmt: skip
_VOLATILE_PREFIXES = (
    "GIT_", "PRE_COMMIT", "TERM_", "TMUX", "SSH_", "XDG_", "DBUS_", "WINDOWID", "LS_", "VSCODE_", "GPG_",
)  # fmt: skip


def fingerprint_variables(names: Iterable[str]) -> dict[str, str | None]:
    """Return the fingerprint of each variable as the project's code would see it now, or None if it isn't set."""
    values = inherited_variables()
    fingerprints: dict[str, str | None] = {}
    for name in names:
        if name == ALL:
            fingerprints[name] = _fingerprint(
                *(f"{key}={values[key]}" for key in sorted(values) if not _is_volatile(key))
            )
        elif not _is_volatile(name):
            fingerprints[name] = _fingerprint(f"{name}={values[name]}") if name in values else None
    return fingerprints


def _is_volatile(name: str) -> bool:
    return name in _VOLATILE or name.startswith(_VOLATILE_PREFIXES)


def _fingerprint(*texts: str) -> str:
    return sha256("\0".join(texts).encode("utf-8", "surrogateescape")).hexdigest()
