"""Ten thousand histories as files: our verdict is the same as Alembic's, or better.

After a difference, `history(number)` recreates the history.
"""

# ruff: noqa: SLF001, S311 - half of the oracle's API is private; the random numbers are no secret
from __future__ import annotations

import warnings
from pathlib import Path
from random import Random
from typing import NamedTuple

import alembic.script.revision as theirs
import pytest
from alembic.script import ScriptDirectory

from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.parser import EMPTY_PARENT, read_revision
from git_alembic.revisions.revision import Revision
from tests.support import generated_histories as histories

SEED = 20_261_124
MANY = 10_000
ON_DISK = 200  # histories that Alembic also loads from files
PART = 500


class Verdict(NamedTuple):
    """Alembic's verdict on a history: `refused` is "", or the kind of the error.

    `names` are the names that it blames.
    """

    refused: str
    names: frozenset[str] = frozenset()
    duplicates: frozenset[str] = frozenset()
    heads: frozenset[str] = frozenset()
    effective: frozenset[str] = frozenset()
    bases: frozenset[str] = frozenset()


def history(number: int) -> tuple[list[histories.Written], list[str]]:
    """Return the files of one history in the order of their names, with their texts. Every second one is broken."""
    random = Random(f"{SEED} {number}")
    made = sorted(histories.broken(random) if number % 2 else histories.grown(random))
    return made, [file.text(random) for file in made]


def alembic_verdict(files: list[histories.Written]) -> Verdict:
    """Return the verdict of Alembic's own map, made from the files. Of equal ids it keeps the last."""

    def made() -> list[theirs.Revision]:
        return [theirs.Revision(r.id, r.down or None, r.depends or None, r.labels or None) for r in files]

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            map_ = theirs.RevisionMap(made)
            every = [revision for revision in map_._revision_map.values() if revision]
        except KeyError as error:
            return Verdict("missing", frozenset(error.args))
        except theirs.CycleDetected as error:
            return Verdict("cycle", frozenset(error.revisions))
        except theirs.RevisionError:
            return Verdict("label")
    output = [str(warning.message).split() for warning in caught]
    return Verdict(
        "",
        duplicates=frozenset(words[1] for words in output if words[2:] == ["is", "present", "more", "than", "once"]),
        heads=frozenset(map_.heads),
        effective=frozenset(revision.revision for revision in every if revision.is_head and not revision._is_real_head),
        bases=frozenset(map_.bases),
    )


def on_themselves(graph: RevisionGraph) -> set[str]:
    """Return the revisions that lead back to themselves, found one by one in the simplest way."""
    found = set()
    for start in graph.ids:
        todo, seen = [start], set[str]()
        while todo:
            revision = graph[todo.pop()]
            owners = [o for name in revision.depends for o in graph.ids if name == o or name in graph[o].labels]
            new = {name for name in (*revision.down, *owners) if name in graph} - seen
            seen |= new
            todo += new
        if start in seen:
            found.add(start)
    return found


def compare(files: list[histories.Written], graph: RevisionGraph, verdict: Verdict) -> None:
    if graph.label_clashes or verdict.refused == "label":
        assert graph.label_clashes
        assert verdict.refused in ("label", "cycle")  # Alembic first rejects a revision that leads to itself
        return
    missing = {name for _, name in (*graph.missing, *graph.missing_dependencies)}
    missing |= {"" for revision in graph.revisions if revision.problem == EMPTY_PARENT}
    cycles = {rev_id for cycle in graph.cycles for rev_id in cycle}
    assert cycles == on_themselves(graph)
    counting = {file.id: file for file in files}.values()
    assert set(graph.bases) == {file.id for file in counting if not any(file.down)}
    assert set(graph.heads) == set(graph.ids) - {name for file in counting for name in file.down}
    if verdict.refused == "missing":
        hidden = {name for file in files if file.id in graph.duplicates for name in (*file.down, *file.depends)}
        assert verdict.names <= missing | hidden  # Alembic also reads the revision that a duplicate hides
        assert missing or graph.duplicates
        return
    if verdict.refused == "cycle":
        hidden = {file.id for file in files if file.id in graph.duplicates}
        assert verdict.names & (cycles | hidden)
        return
    assert missing == set()
    assert set(graph.duplicates) == verdict.duplicates
    assert len(graph) == len({file.id for file in files})
    # Of two files with one id, Alembic still counts the first as a head and a base, whatever comes after the second.
    for ours, alembics in ((graph.heads, verdict.heads), (graph.bases, verdict.bases)):
        assert set(ours) - verdict.duplicates == alembics - verdict.duplicates
        assert set(ours) <= alembics
    assert set(graph.effective_heads) - verdict.duplicates == verdict.effective - verdict.duplicates


def graph_of(files: list[histories.Written], texts: list[str]) -> RevisionGraph:
    read_ = [read_revision(file.path, "blob", text.encode()) for file, text in zip(files, texts, strict=True)]
    found = [revision for revision in read_ if isinstance(revision, Revision)]
    assert len(found) == len(files)
    return RevisionGraph(found)


@pytest.mark.parametrize("start", range(0, MANY, PART))
def test_alembic_gives_the_same_verdict(start: int) -> None:
    kinds = dict.fromkeys(("", "missing", "cycle", "label"), 0)
    for number in range(start, start + PART):
        files, texts = history(number)
        verdict = alembic_verdict(files)
        try:
            compare(files, graph_of(files, texts), verdict)
        except AssertionError as error:
            listed = "\n".join(map(str, files))
            raise AssertionError(f"history({number}) of seed {SEED}: {verdict}\n{listed}") from error
        kinds[verdict.refused] += 1
    assert min(kinds[kind] for kind in kinds) > PART // 50, f"too few of a kind: {kinds}"


def test_alembic_gives_the_same_verdict_on_files(tmp_path: Path) -> None:
    """Alembic reads the files from disk, so forms, names and folders also count."""
    for number in range(0, 2 * ON_DISK, 2):
        files, texts = history(number)
        folder = tmp_path / str(number)
        (folder / "versions").mkdir(parents=True)
        for file, text in zip(files, texts, strict=True):
            (folder / file.path).write_text(text)
        scripts, graph = ScriptDirectory(str(folder)), graph_of(files, texts)
        assert set(scripts.get_heads()) == set(graph.heads), number
        assert set(scripts.get_bases()) == set(graph.bases), number
        assert {revision.revision for revision in scripts.walk_revisions()} == set(graph.ids), number
