"""Every repair that `check` prints, pasted into a shell in every layout, works or says what to do by hand.

`test_printed_repairs.py` executes the commands of the JSON report. This file pastes the text.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

import pytest

from git_alembic.rules.rule_defaults import RULES, Rule
from tests.support.layouts import LAYOUTS, Templates, add_settings, copied
from tests.support.message_table import cases, report_on
from tests.support.pasted_repairs import PATH, SHELLS, paste, printed
from tests.support.project import Project


class Case(NamedTuple):
    """A staged mistake on top of a <- b <- c, the rule that finds it, and where it is found."""

    rule: str
    stage: Callable[[Project, str], object]
    by_hand: bool = False  # no command can repair it
    settings: str = ""
    at: Literal["commit", "branch", "push"] = "commit"
    options: tuple[str, ...] = ()


def revision(id_: str, down: str | None, **fields: str) -> Callable[[Project, str], str]:
    return lambda project, folder: project.revision(id_, down, folder=folder, **fields)


def remove(*names: str) -> Callable[[Project, str], str]:
    return lambda project, folder: project.git("rm", "-q", "--", *(f":(literal){folder}/{name}" for name in names))


def move(old: str, new: str) -> Callable[[Project, str], str]:
    return lambda project, folder: project.git("mv", f"{folder}/{old}", f"{folder}/{new}")


def put_between(project: Project, folder: str) -> None:
    project.revision("n", "a", folder=folder)
    project.revision("b", "n", folder=folder)


def unstaged_parent(project: Project, folder: str) -> None:
    project.git("add", project.revision("e", "d", folder=folder))
    project.revision("d", "c", folder=folder, name="$(d) 'x'.py")


def parent_on_another_branch(project: Project, folder: str) -> None:
    project.switch("topic", "HEAD")
    project.revision("d", "c", folder=folder)
    project.commit()
    project.switch("main")
    project.revision("e", "d", folder=folder)


def stale_docstring(project: Project, folder: str) -> None:
    path = project.path / project.revision("d", "c", folder=folder)
    path.write_text(path.read_text().replace("Revises: c", "Revises: b"))


def misnamed(project: Project, folder: str) -> None:
    project.revision("f00d", "c", folder=folder)
    project.revision("beef", "f00d", folder=folder, name="f00d_add index.py")


def two_labels(project: Project, folder: str) -> None:
    project.revision("d", "c", folder=folder, labels="x")
    project.revision("e", "d", folder=folder, labels="x")


def forked_topic(project: Project, folder: str) -> None:
    project.switch("topic", "HEAD")
    project.revision("d", "c", folder=folder)
    project.commit()
    project.switch("main")
    project.revision("e", "c", folder=folder)
    project.commit()
    project.git("merge", "-q", "--no-commit", "--no-ff", "topic")


def sweep(project: Project, folder: str) -> None:
    ids = [chr(letter) for letter in range(ord("d"), ord("j"))]
    for id_ in ids:
        project.revision(id_, chr(ord(id_) - 1), folder=folder)
    project.commit()
    for id_ in ids:
        project.revision(id_, chr(ord(id_) - 1), folder=folder, body="raise ValueError")


def fork_of_a_label(project: Project, folder: str) -> None:
    project.revision("s", None, folder=folder, labels="shop")
    project.revision("t", "s", folder=folder)
    project.revision("u", "s", folder=folder)


def unlabeled_fork(project: Project, folder: str) -> None:
    project.revision("s", None, folder=folder, labels="shop")
    project.revision("d", "b", folder=folder)


def passed_by_main(project: Project, folder: str) -> None:
    """The branch topic has d, and main has e."""
    project.git("config", "alembic.target", "main")
    project.switch("topic", "HEAD")
    project.revision("d", "c", folder=folder)
    project.commit()
    project.switch("main")
    project.revision("e", "c", folder=folder)
    project.commit()
    project.switch("topic")


def passed_by_main_before_the_commit(project: Project, folder: str) -> None:
    passed_by_main(project, folder)
    project.git("reset", "-q", "--soft", "HEAD~1")


def numbers_of_both(project: Project, folder: str) -> None:
    """Both branches have a revision 4."""
    project.git("config", "alembic.target", "main")
    project.switch("topic", "HEAD")
    project.revision("4", "c", folder=folder, name="4_mine.py")
    project.commit()
    project.switch("main")
    project.revision("4", "c", folder=folder, name="4_theirs.py", message="theirs")
    project.commit()
    project.switch("topic")


def merge_revision(project: Project, folder: str) -> None:
    project.revision("d", "c", folder=folder)
    project.revision("e", "c", folder=folder)
    project.revision("m", ("d", "e"), folder=folder)


def merge_of_published(project: Project, folder: str) -> None:
    project.revision("d", "c", folder=folder)
    project.revision("e", "c", folder=folder)
    project.commit()
    project.revision("m", ("d", "e"), folder=folder)


def merged_later(project: Project, folder: str) -> None:
    """An old revision becomes a merge revision."""
    project.revision("d", "c", folder=folder)
    project.revision("e", "c", folder=folder)
    project.commit()
    project.revision("e", ("c", "d"), folder=folder)


def foreign_heads_file(project: Project, folder: str) -> None:
    project.write(f"{folder.rpartition('/')[0]}/heads.txt", "who leads whom\n")


ONE_PER_LABEL = 'heads = "one-per-label"'
HEADS_FILE = "heads-file = true"
NO_MERGES = 'rules = { merge-revision = "error" }'
CASES = {
    "fork": Case("multiple-heads", revision("d", "b")),
    "fork in a merge": Case("multiple-heads", forked_topic),
    "deleted in the middle": Case("deleted-revision", remove("b_x.py")),
    "deleted head": Case("deleted-revision", remove("c_x.py")),
    "all deleted": Case("deleted-revision", remove("a_x.py", "b_x.py", "c_x.py")),
    "moved away": Case("deleted-revision", move("c_x.py", "../c_x.py")),
    "another id": Case("changed-revision-id", revision("z", "b", name="c_x.py")),
    "put in between": Case("changed-down-revision", put_between),
    "another file with the id": Case("duplicate-revision", revision("c", "b", name="d_x.py", message="other")),
    "a copy": Case("duplicate-revision", revision("c", "b", name="copy of c.py")),
    "two labels": Case("duplicate-revision", two_labels, by_hand=True),
    "parent not staged": Case("missing-parent", unstaged_parent),
    "parent on another branch": Case("missing-parent", parent_on_another_branch),
    "file name as the parent": Case("missing-parent", revision("d", "c_x")),
    "no such parent": Case("missing-parent", revision("d", "f00d"), by_hand=True),
    "renamed": Case("renamed-revision", move("b_x.py", "b_better name.py")),
    "edited": Case("edited-revision", revision("b", "a", body="raise ValueError")),
    "edited by a sweep": Case("edited-revision", sweep, by_hand=True),
    "long id": Case("long-revision-id", revision("d" * 33, "c"), by_hand=True),
    "misnamed": Case("misnamed-file", misnamed),
    "stale docstring": Case("stale-docstring", stale_docstring),
    "second base": Case("extra-base", revision("d", None)),
    "loop of a published revision": Case("revision-cycle", revision("a", "c")),
    "loop of new revisions": Case("revision-cycle", revision("d", "d"), by_hand=True),
    "unreadable": Case("unreadable-revision", revision("d", "c", body="return return"), by_hand=True),
    "fork of a label": Case("multiple-heads", fork_of_a_label, settings=ONE_PER_LABEL),
    "fork beside a label": Case("multiple-heads", unlabeled_fork, settings=ONE_PER_LABEL),
    "labeled base": Case("multiple-heads", revision("s", None, labels="shop")),
    "passed by main": Case("divergent-heads", passed_by_main, at="branch"),
    "passed by main, before the commit": Case(
        "divergent-heads", passed_by_main_before_the_commit, options=("--against", "main")
    ),
    "passed by main, at a push": Case("divergent-heads", passed_by_main, at="push"),
    "numbers of both": Case("divergent-heads", numbers_of_both, at="branch"),
    "merge revision": Case("merge-revision", merge_revision, settings=NO_MERGES),
    "merge revision of published branches": Case(
        "merge-revision", merge_of_published, by_hand=True, settings=NO_MERGES
    ),
    "old revision that merges": Case("merge-revision", merged_later, settings=NO_MERGES),
    "no heads file": Case("heads-file", revision("d", "c"), settings=HEADS_FILE),
    "another heads file": Case("heads-file", foreign_heads_file, by_hand=True, settings=HEADS_FILE),
}


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("layouts"))


def environ(project: Project, at: str) -> dict[str, str]:
    """Return the variables of a hook, or of the command line."""
    found = {"COLUMNS": "80", "PATH": PATH}
    if at == "commit":
        return {**found, "GIT_INDEX_FILE": str(project.path / ".git" / "index")}
    if at == "push":
        pushed = {"FROM_REF": "main", "TO_REF": "HEAD", "REMOTE_NAME": "origin", "REMOTE_URL": "/nowhere"}
        pushed |= {"LOCAL_BRANCH": "refs/heads/topic", "REMOTE_BRANCH": "refs/heads/topic"}
        found |= {f"PRE_COMMIT_{name}": value for name, value in pushed.items()}
    return found


# Without a configuration, every folder with revisions is an environment. This includes the new folder of a moved file.
# A heads file needs an env.py beside it.
PAIRS = [
    (layout, name)
    for layout in LAYOUTS
    for name, case in CASES.items()
    if layout != "no alembic.ini" or (name != "moved away" and case.rule != "heads-file")
]


@pytest.mark.parametrize(("layout", "name"), PAIRS)
def test_every_repair(templates: Templates, tmp_path: Path, layout: str, name: str) -> None:
    case = CASES[name]
    staged = templates.copy(layout, tmp_path / "staged")
    if case.settings:
        add_settings(staged, case.settings)
    case.stage(staged, LAYOUTS[layout].versions)
    if case.stage is not unstaged_parent:
        staged.git("add", "-A")
    text = staged.run("pre-push" if case.at == "push" else "check", *case.options, env=environ(staged, case.at)).stdout
    repairs = printed(text, case.rule)
    assert repairs, text
    assert all(repair.title for repair in repairs)
    assert not any(repair.lines for repair in repairs) if case.by_hand else any(repair.lines for repair in repairs)
    for number, repair in enumerate(repairs):
        if repair.lines:
            project = copied(staged.path, tmp_path / str(number))
            paste(project.path, repair.lines, SHELLS[number % 2])
            found = project.check(env=environ(project, "branch"))
            assert found["verdict"] != "cannot-judge", found["reason"]
            left = [finding["rule"] for finding in found["findings"] if finding["severity"] == "error"]
            assert (case.rule not in left, left) == (True, LEFT.get((name, number), [])), (repair, left)


@pytest.mark.parametrize("rule", [rule for rule in RULES if not rule.runs_on_scratch], ids=lambda rule: rule.slug)
def test_every_rule_is_pasted(rule: Rule) -> None:
    """If a rule prints a command, a case pastes it. For other rules, a case checks that the words are there."""
    repairs = [
        repair for made, _ in cases(rule) for finding in report_on(rule, made).findings for repair in finding.repairs
    ]
    pasted = {case.by_hand for case in CASES.values() if case.rule == rule.slug}
    assert pasted, rule.slug
    assert False in pasted or not any(repair.commands for repair in repairs)


# Only the second, harmless finding remains. Its own message says how to continue.
LEFT = {
    ("put in between", 1): ["multiple-heads"],
    ("old revision that merges", 0): ["multiple-heads"],  # like the case above
}


class TestCommitsOfTheWorkingTree:
    """`git commit -a` and `git commit -- path` run the hook on a temporary index."""

    @pytest.fixture
    def hooked(self, templates: Templates, tmp_path: Path) -> Project:
        project = templates.copy("root", tmp_path / "hooked")
        assert project.run("install").returncode == 0
        return project

    def commit(self, project: Project, *arguments: str, code: int = 1) -> str:
        command = ["git", "commit", "-q", "-m", "work", *arguments]
        done = subprocess.run(
            command,
            cwd=project.path,
            env={**os.environ, "PATH": PATH, "COLUMNS": "80"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def test_all(self, hooked: Project) -> None:
        (hooked.path / "migrations/versions/b_x.py").unlink()
        text = self.commit(hooked, "-a")
        assert (
            "  To allow it once: GIT_ALEMBIC_ALLOW=deleted-revision,missing-parent,multiple-heads git commit -a\n"
            in text
        )
        (repair, by_hand) = printed(text, "deleted-revision")
        assert repair.lines == ("git add -u && git alembic fix",)
        paste(hooked.path, repair.lines, SHELLS[0])
        assert hooked.git("status", "--porcelain") == ""
        (hooked.path / "migrations/versions/b_x.py").unlink()
        paste(hooked.path, by_hand.lines, SHELLS[1])
        assert hooked.git("status", "--porcelain") == ""

    def test_some_paths(self, hooked: Project) -> None:
        between = hooked.revision("n", "a")
        hooked.git("add", "-N", between)
        edited = hooked.revision("b", "n")
        text = self.commit(hooked, "--", between, edited)
        assert f"GIT_ALEMBIC_ALLOW=changed-down-revision git commit -- {edited} {between}\n" in text
        (repair, _) = printed(text, "changed-down-revision")
        assert repair.lines == (f"git add -- {edited} {between} && git alembic fix",)
        paste(hooked.path, repair.lines, SHELLS[0])
        self.commit(hooked, "--", between, edited, code=0)
        assert hooked.rules("--rev", "HEAD") == []

    def test_a_path_that_is_gone(self, hooked: Project) -> None:
        path = "migrations/versions/b_x.py"
        hooked.git("rm", "-q", path)
        (repair, _) = printed(self.commit(hooked, "--", path), "deleted-revision")
        assert repair.lines == (f"git rm -q --cached --ignore-unmatch -- {path} && git alembic fix",)
        paste(hooked.path, repair.lines, SHELLS[1])
        assert hooked.git("status", "--porcelain") == ""
