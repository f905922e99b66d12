"""The relay's folder: the probe's code, the trees, and the scratch databases of one session."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Mapping, Sequence
from typing import Any

from git_alembic.scratch.libpg_query_path import find_parser
from git_alembic.scratch.remote.relay.received_tree import ContentStore, ReceivedTree


class RelayFolder:
    """One folder that is removed with everything in it."""

    def __init__(self, folder: str) -> None:
        self.path = folder
        self.probe = os.path.join(folder, "code", "probe", "main.py")
        self._scratch = os.path.join(folder, "scratch")
        self._contents = ContentStore(os.path.join(folder, "contents"))
        self._trees: dict[str, ReceivedTree] = {}
        self._parser = find_parser()
        for name in ("code", "contents", "scratch", "bytecode", "more"):
            os.mkdir(os.path.join(folder, name))

    def serve(self, header: Mapping[str, Any], body: bytes) -> Mapping[str, Any]:
        """Answer a request that starts no probe."""
        do = header["do"]
        if do == "code":
            self._add_code(header["files"], body)
            return {"parser": self._parser is not None}
        if do == "parser":
            self._add_parser(body)
        elif do == "tree":
            place = os.path.join(self.path, header["tree"], header["project"])
            tree = self._trees[header["tree"]] = ReceivedTree(place, header["files"], header["env_py"])
            return {"missing": tree.find_missing(self._contents), **tree.compare()}
        elif do == "contents":
            self._contents.add(header["sizes"], body)
        elif do == "make":
            self._trees[header["tree"]].make(self._contents)
        elif do == "drop":
            shutil.rmtree(os.path.join(self.path, header["tree"]), ignore_errors=True)
        return {}

    def complete(self, header: Mapping[str, Any]) -> dict[str, Any]:
        """Add the paths on this side to a question."""
        tree = self._trees[header["tree"]]
        question = {**header["question"], **self._own_paths()}
        for name, original in header["states"].items():
            self._make_state(name, original)
        more = self._write_more(header["more"])
        question.update(
            top=tree.top,
            # The same path for all trees, because the names of databases can depend on it.
            working_tree=tree.own or os.path.join(self.path, "none"),
            subfolder=tree.subfolder,
            cwd=os.path.normpath(os.path.join(tree.top, question["cwd"])),
        )
        if "files" in question:
            question["files"] = [os.path.join(more, name) for name in question["files"]]
        if "environment" in question:
            question["environment"] = {**question["environment"], "more_versions": more}
            question["runs"] = [{**run, "state": os.path.join(self._scratch, run["state"])} for run in question["runs"]]
        return question

    def complete_in_place(self, header: Mapping[str, Any]) -> dict[str, Any]:
        """Add the paths of the command's own folder to a question."""
        tree = self._trees[header["tree"]]
        question = {**header["question"], **self._own_paths()}
        environment = dict(question["environment"])
        for name in ("config", "toml", "script_location"):
            environment[name] = environment[name] and tree.inside(environment[name])
        for name in ("versions", "version_locations"):
            environment[name] = list(map(tree.inside, environment[name]))
        cwd = os.path.normpath(os.path.join(tree.own, tree.inside(question["cwd"])))
        question.update(top=tree.own, working_tree=tree.own, subfolder="", cwd=cwd, environment=environment)
        return question

    def without_same(self, tree: str, reply: dict[str, Any]) -> dict[str, Any]:
        """Remove the files from "elsewhere" that are the same in the tree."""
        answer = reply.get("answer")
        if isinstance(answer, dict) and "elsewhere" in answer:
            answer["elsewhere"] = self._trees[tree].without_same(answer["elsewhere"])
        return reply

    def _own_paths(self) -> dict[str, Any]:
        bytecode = os.path.join(self.path, "bytecode")
        return {"scratch": self._scratch, "bytecode": bytecode, "parser": self._parser}

    def driver(self) -> str | None:
        """Return the driver that the probe used to create databases on a server."""
        path = os.path.join(self._scratch, "driver")
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as stream:
            return stream.read()

    def _add_code(self, files: Sequence[Sequence[str]], body: bytes) -> None:
        """Write the probe. The id of a file is its length here."""
        position = 0
        for path, _, size in files:
            full = os.path.join(self.path, "code", path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "wb") as stream:
                stream.write(body[position : position + int(size)])
            position += int(size)

    def _add_parser(self, body: bytes) -> None:
        """Use the library unless this system can't load it."""
        path = os.path.join(self.path, "code", "parser")
        with open(path, "wb") as stream:
            stream.write(body)
        try:
            ctypes.CDLL(path)
        except OSError:
            return
        self._parser = path

    def _make_state(self, name: str, original: str | None) -> None:
        folder = os.path.join(self._scratch, name)
        if original:
            shutil.copytree(os.path.join(self._scratch, original), folder)
        else:
            os.mkdir(folder)

    def _write_more(self, files: Mapping[str, str]) -> str:
        """Write these files, whose bytes are characters, and return their folder; "" if there are none."""
        folder = os.path.join(self.path, "more")
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
        for name, content in files.items():
            with open(os.path.join(folder, name), "wb") as stream:
                stream.write(content.encode("latin-1"))
        return folder if files else ""
