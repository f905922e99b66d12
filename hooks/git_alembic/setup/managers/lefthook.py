"""Adds git-alembic's jobs to the text of a lefthook.yml or lefthook.toml. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from git_alembic.config.toml_reader import load_toml
from git_alembic.errors import CannotCheck
from git_alembic.setup.managers.pre_commit_repo_entry import HookChoice
from git_alembic.setup.managers.yaml_edits import (
    Document,
    Edit,
    append_items,
    append_text,
    apply,
    is_block,
    pairs,
    parse,
)
from git_alembic.setup.planned_file_changes import FileChange, Paste, SetupPlan

Job = dict[str, Any]
_ONE_READER = (
    "lefthook passes the pushed refs to only one job, and another pre-push job sets `use_stdin`: set it only on "
    "git-alembic's job."
)


def plan_lefthook(path: str, text: str, choice: HookChoice, program: str = "lefthook") -> SetupPlan:
    """Return the plan for a configuration, which is YAML, TOML or JSON by its name. `program` runs lefthook."""
    jobs = {hook: _jobs(hook, choice, path) for hook in choice.git_hooks}
    add = _add_to_yaml if path.endswith(("yml", "yaml")) else _add_to_toml if path.endswith("toml") else _add_to_json
    new, lines_to_paste = add(path, text, jobs)
    changes = (FileChange(path, text, new),) if new != text else ()
    pastes = (Paste(path, lines_to_paste, "in the hooks with these names"),) if lines_to_paste else ()
    notes = (_ONE_READER,) if _reads_elsewhere(path, text) else ()
    return SetupPlan("lefthook", changes, pastes, (f"{program} install    # once in every clone",), notes)


def _jobs(hook: str, choice: HookChoice, path: str) -> list[Job]:
    if hook == "pre-push":
        more: list[Job] = [{"run": f"git alembic {name}"} for name in ("drift", "roundtrip") if choice.drift]
        # lefthook skips a push that adds no file (for example one that only deletes revisions) unless `run` names a
        # file.
        return [{"run": "git alembic pre-push {1} {2} # {files}", "files": f"echo {path}", "use_stdin": True}, *more]
    if hook.startswith("post-"):
        job: Job = {"run": f"git alembic hint {hook} {{1}}{' {2} {3}' if hook == 'post-checkout' else ''}"}
        return [{**job, "use_stdin": True} if hook == "post-rewrite" else job]
    return [{"run": "git alembic check"}]


def _add_to_yaml(path: str, text: str, jobs: Mapping[str, list[Job]]) -> tuple[str, str]:
    """Return (the new text, the lines that could not be added)."""
    document = parse(text, path)
    key = _key(yaml.safe_load(text))
    edits, appended, not_added = list[Edit](), list[str](), list[str]()
    for hook, needed in jobs.items():
        node = document.keys.get(hook) if document else None
        lacking = [job for job in needed if node is None or not _runs(node, job)]
        if not lacking:
            continue
        if document is None or hook not in document.keys:
            (not_added if document and document.root.flow_style else appended).append(_block(hook, key, lacking))
        elif edit := _edit(document, document.keys[hook], key, lacking):
            edits.append(edit)
        else:
            not_added.append(_block(hook, key, lacking))
    new = apply(text, edits)
    return append_text(new, "\n".join(appended) + "\n") if appended else new, "\n".join(not_added)


def _key(config: object) -> str:
    """Return "commands" if the hooks have those and no `jobs`, which lefthook ignores before 1.10; else "jobs"."""
    hooks = [hook for hook in config.values() if isinstance(hook, dict)] if isinstance(config, dict) else []
    used = {key for hook in hooks for key in ("jobs", "commands") if key in hook}
    return "commands" if used == {"commands"} else "jobs"


def _edit(document: Document, node: yaml.Node, key: str, jobs: list[Job]) -> Edit | None:
    """Return the edit that adds jobs to a hook; None for a hook in flow style."""
    if not isinstance(node, yaml.MappingNode) or not is_block(node):
        return None
    fields = dict(pairs(node))
    job_list, commands = fields.get("jobs"), fields.get("commands")
    if isinstance(job_list, yaml.SequenceNode) and is_block(job_list):
        return append_items(document, job_list, _items("jobs", jobs))
    if isinstance(commands, yaml.MappingNode) and is_block(commands) and job_list is None:
        return append_items(document, commands, _items("commands", jobs))
    if job_list is not None or commands is not None:
        return None
    return append_items(document, node, f"{key}:\n" + _indent(_items(key, jobs)))


def _block(hook: str, key: str, jobs: list[Job]) -> str:
    return f"{hook}:\n  {key}:\n{_indent(_indent(_items(key, jobs)))}"


def _name_jobs(jobs: list[Job]) -> dict[str, Job]:
    return {f"git-alembic{f'-{number}' if number else ''}": job for number, job in enumerate(jobs)}


def _items(key: str, jobs: list[Job]) -> str:
    """Return the lines below `jobs` or `commands`."""
    if key == "commands":
        items = [[f"{name}:", *_lines(job)] for name, job in _name_jobs(jobs).items()]
    else:
        items = [[f"- {first}", *rest] for first, *rest in map(_lines, jobs)]
    return "\n".join("\n  ".join(lines) for lines in items)


def _lines(job: Job) -> list[str]:
    return [f"{key}: {json.dumps(value) if value is True or ' #' in value else value}" for key, value in job.items()]


def _indent(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


def _runs(node: yaml.Node, job: Job) -> bool:
    """True if a hook runs the command of the job, in any spelling."""
    words = _command(job).split()[2]
    return any(
        ("git-alembic" in value or "git alembic" in value) and words in value.split() for value in _scalars(node)
    )


def _command(job: Job) -> str:
    return str(job["run"]).partition(" #")[0]


def _scalars(node: yaml.Node) -> Iterator[str]:
    if isinstance(node, yaml.ScalarNode):
        yield node.value
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _scalars(value)


def _add_to_toml(path: str, text: str, jobs: Mapping[str, list[Job]]) -> tuple[str, str]:
    """Return (the new text, ""), or (the unchanged text, the lines) if the lines can't go at its end."""
    lacking = {hook: [job for job in needed if _command(job) not in text] for hook, needed in jobs.items()}
    tables = [
        f"{head}\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in job.items())
        for hook, needed in lacking.items()
        for head, job in _tables(hook, _key(load_toml(path, text)), needed)
    ]
    if not tables:
        return text, ""
    lines = "\n\n".join(tables)
    new = append_text(text, f"\n{lines}\n")
    try:
        load_toml(path, new)
    except CannotCheck:
        return text, lines
    return new, ""


def _tables(hook: str, key: str, jobs: list[Job]) -> Iterator[tuple[str, Job]]:
    """Yield the head of the table of each job."""
    if key == "commands":
        yield from ((f"[{hook}.commands.{name}]", job) for name, job in _name_jobs(jobs).items())
    else:
        yield from ((f"[[{hook}.jobs]]", job) for job in jobs)


def _add_to_json(_path: str, text: str, jobs: Mapping[str, list[Job]]) -> tuple[str, str]:
    lacking = {hook: [job for job in needed if _command(job) not in text] for hook, needed in jobs.items()}
    key = _key(_load_json(text))
    values = {hook: _name_jobs(needed) if key == "commands" else needed for hook, needed in lacking.items() if needed}
    lines = [f'"{hook}": ' + json.dumps({key: value}) for hook, value in values.items()]
    return text, ",\n".join(lines)


def _load_json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _reads_elsewhere(path: str, text: str) -> bool:
    """True if another job of pre-push reads the input."""
    document = parse(text, path) if path.endswith(("yml", "yaml")) else None
    hook = yaml.safe_load(text).get("pre-push") if document else None
    if not isinstance(hook, dict):
        return False
    commands = hook.get("commands")
    jobs = [*(hook.get("jobs") or ()), *(commands.values() if isinstance(commands, dict) else ())]
    return any(isinstance(job, dict) and job.get("use_stdin") and "alembic" not in str(job.get("run")) for job in jobs)
