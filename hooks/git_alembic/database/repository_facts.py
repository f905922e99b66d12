"""What git and the disk know around a database: who brought the revisions, which other files are called like it."""

from __future__ import annotations

import os
import posixpath

from git_alembic.config.settings import Settings
from git_alembic.database.causes.wrong_target import is_relative
from git_alembic.database.facts import Case
from git_alembic.database.state import Sight
from git_alembic.environments.discovery import Environment
from git_alembic.errors import CannotJudge
from git_alembic.git import Repository
from git_alembic.history.published import find_published_refs


def origins(repository: Repository, case: Case) -> dict[str, str]:
    """Who brought what is still to come, and when, for as much as is shown."""
    wanted = dict.fromkeys((*case.pending[:3], *case.pending[-2:], *case.graph.heads[:5]))
    head = repository.resolve(["HEAD"])[0]
    found = {}
    for id_ in wanted:
        path = case.graph[id_].path
        if head is None or not repository.listing(head, [f":(literal){path}"]):
            found[id_] = "not committed"
        else:
            _, author, date = repository.describe_addition(head, path)
            found[id_] = f"by {author} on {date}"
    return found


def published_ids(repository: Repository, settings: Settings, case: Case) -> frozenset[str]:
    """The revisions that a published ref has, or with no such ref HEAD; all where that cannot be told."""
    try:
        commits = [commit for _, commit in find_published_refs(repository, settings, ())] or repository.resolve(
            ["HEAD"]
        )
    except CannotJudge:
        return frozenset(case.graph.ids)
    folders = [f":(literal){folder}" for folder in case.environment.versions]
    paths = {path for commit in commits if commit for path in repository.listing(commit, folders)}
    return frozenset(one.id for one in case.graph.revisions if one.path in paths)


def namesakes(top: str, environment: Environment, sight: Sight) -> tuple[str, ...]:
    """Files that a relative SQLite URL would mean if the command were run from another folder of the project."""
    if not is_relative(sight.url):
        return ()
    name = (sight.url.database or "").partition("?")[0]
    own = os.path.normpath(os.path.join(top, environment.cwd, name))
    script = environment.script_location
    above = (posixpath.dirname(environment.config or ""), posixpath.dirname(script))
    places = ("", environment.cwd, script, *above, "instance")
    paths = (os.path.normpath(os.path.join(top, place, name)) for place in places)
    return tuple(path for path in dict.fromkeys(paths) if path != own and os.path.isfile(path))
