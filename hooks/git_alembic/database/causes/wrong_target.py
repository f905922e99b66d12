"""Whether the right database was looked at: where its URL comes from, and what makes one doubt it."""

from __future__ import annotations

import os
from collections.abc import Iterator

from git_alembic.database.cause import Cause
from git_alembic.database.facts import Case
from git_alembic.database.state import Configured, Look, Origin, Sight, Url

PLACEHOLDER = "driver://user:"  # the URL of Alembic's template


def source(sight: Sight, config: str | None) -> str:
    """Where the URL comes from, as a clause."""
    said = [_said(one, config) for one in sight.origins]
    return ", ".join(dict.fromkeys(said)) if said else "made in code: env.py, or what it imports"


def _said(origin: Origin, config: str | None) -> str:
    if origin.kind == "variable":
        file = (
            f" (set in {origin.file})" if origin.file else " (set by the project's code)" if origin.file == "" else ""
        )
        return f"the variable {origin.name}{file}"
    if origin.kind == "parts":
        return f"put together from the variables {origin.name}"
    if origin.kind == "application":
        return f"{origin.name} of the application"
    return f"sqlalchemy.url in {config or 'the configuration'}" if origin.kind == "ini" else "pyproject.toml"


def of_target(case: Case, look: Look, found: tuple[str, ...] = ()) -> Iterator[Cause]:
    """What makes one doubt; `found` are files of the same name in other folders, for an SQLite file that is missing."""
    sight, config = case.sight, case.environment.config
    if sight.agrees is False and look.configured and not _idle(look.configured):
        file = config if look.configured.kind == "ini" else "pyproject.toml"
        yield Cause(
            "wrong-target",
            f"{file} and env.py mean different databases; env.py decides",
            (f"{file}: {look.configured.url}", f"env.py: {sight.url.text}, {source(sight, config)}"),
            severity="warning",
        )
    if missing := _missing(sight.url, look):
        others = [f"there is {path}, which may be the one that is meant" for path in found]
        relative = [
            f"{sight.url.text} is relative to the folder in which a command is run, here {os.path.dirname(missing)}"
        ]
        yield Cause(
            "wrong-target",
            f"the SQLite file {missing} does not exist; the first upgrade would make it",
            (*(relative if is_relative(sight.url) else ()), *others),
            severity="warning",
        )
    elif found and is_relative(sight.url):
        yield Cause(
            "wrong-target",
            f"{sight.url.text} is relative to the folder in which a command is run, and other folders have such a file",
            tuple(f"there is also {path}" for path in found),
            severity="warning",
        )
    if sight.models and case.tables and not set(sight.models) & set(case.tables):
        yield Cause(
            "wrong-target",
            "the database and the models have no table in common",
            (
                f"the database has {_few(case.tables)}",
                f"the models have {_few(sight.models)}",
                f"the URL is {sight.url.text}, {source(sight, config)}",
            ),
            severity="warning",
        )


def _idle(configured: Configured) -> bool:
    """Whether the configured URL is there for form's sake: the template's, or one to be filled in."""
    return configured.url.startswith(PLACEHOLDER) or "://" not in configured.url or "%(" in configured.url


def is_relative(url: Url) -> bool:
    name = url.database or ""
    mine = url.driver.startswith("sqlite") and bool(name)
    return mine and not os.path.isabs(name) and not name.startswith((":", "file:"))


def _missing(url: Url, look: Look) -> str:
    if not url.driver.startswith("sqlite") or not url.database:
        return ""
    name = os.path.basename(url.database.partition("?")[0])
    return next((path for path in look.missing if os.path.basename(path) == name), "")


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
