"""Runs the steps of a composite GitHub Action in a shell, like a runner. Other actions are left out."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml


@dataclass
class ActionRun:
    """The result of a run: the exit code, the output of the steps, and the files that they wrote for the runner."""

    code: int = 0
    output: str = ""
    steps: list[str] = field(default_factory=list)
    summary: str = ""


def evaluate(expression: str, context: Mapping[str, Any]) -> str:
    """Evaluate `a.b || c.d`, comparisons with strings, and their conjunctions. "" is false."""
    if "&&" in expression:
        values = [evaluate(part, context) for part in expression.split("&&")]
        return values[-1] if all(values) else ""
    if comparison := re.fullmatch(r"\s*(\S+) == '(.*)'\s*", expression):
        return "true" if evaluate(comparison[1], context) == comparison[2] else ""
    for path in expression.split("||"):
        value: Any = context
        for key in path.strip().split("."):
            value = value.get(key, {}) if isinstance(value, Mapping) else {}
        if value:
            return str(value)
    return ""


def filled(text: str, context: Mapping[str, Any]) -> str:
    """Return the text with its `${{ … }}` evaluated."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: evaluate(found[1], context), text)


def run_action(
    action: Path, folder: Path, temp: Path, environ: Mapping[str, str], github: Mapping[str, Any], **inputs: str
) -> ActionRun:
    """Run the action in a checked-out folder until a step fails."""
    definition = yaml.safe_load(action.read_text(encoding="utf-8"))
    given = {name: filled(str(value["default"]), {"github": github}) for name, value in definition["inputs"].items()}
    given.update({name.replace("_", "-"): value for name, value in inputs.items()})
    outputs: dict[str, dict[str, dict[str, str]]] = {}
    context = {"inputs": given, "github": github, "runner": {"temp": str(temp)}, "steps": outputs}
    files = {name: temp / name.lower() for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.touch()
    run = ActionRun()
    for step in definition["runs"]["steps"]:
        if "if" in step and not evaluate(step["if"], context):
            continue
        run.steps.append(step["name"])
        if "uses" in step:
            run.output += "".join(f"{key}: {filled(value, context)}\n" for key, value in step["with"].items())
            continue
        done = _run_step(step, folder, temp, environ, files, context, action.parent)
        run.output += done.stdout + done.stderr
        run.summary = files["GITHUB_STEP_SUMMARY"].read_text()
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        outputs.setdefault(step.get("id", ""), {})["outputs"] = dict(line.split("=", 1) for line in lines)
        if done.returncode:
            run.code = done.returncode
            break
    return run


def _run_step(  # noqa: PLR0917 - the inputs of a runner
    step: Mapping[str, Any],
    folder: Path,
    temp: Path,
    environ: Mapping[str, str],
    files: Mapping[str, Path],
    context: Mapping[str, Any],
    action_path: Path,
) -> subprocess.CompletedProcess[str]:
    values = {name: filled(text, context) for name, text in step.get("env", {}).items()}
    added = files["GITHUB_PATH"].read_text().split("\n")[:-1]
    variables = {
        **environ,
        **{name: str(path) for name, path in files.items()},
        **values,
        "RUNNER_TEMP": str(temp),
        "GITHUB_ACTION_PATH": str(action_path),
        "GITHUB_ACTIONS": "true",
        "PATH": os.pathsep.join([*reversed(added), environ["PATH"]]),
    }
    assert "${{" not in step["run"], "an expression in a script is an injection"
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=folder, env=variables, check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL,
    )  # fmt: skip
