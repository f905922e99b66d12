"""Types that users make: enums, domains, composites."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Mapping, Sequence

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.catalog.generated_names import chosen, cut, type_names
from git_alembic.scratch.probe.engines.postgresql.catalog.model import (
    Catalog,
    Check,
    Composite,
    Domain,
    Enum,
    Name,
    Table,
)
from git_alembic.scratch.probe.engines.postgresql.catalog.type_names import words
from git_alembic.scratch.probe.engines.postgresql.ddl import columns
from git_alembic.scratch.probe.engines.postgresql.ddl.context import Work, find, flag
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DuplicateObject,
    ServerError,
    UndefinedObject,
    UndefinedSchema,
)
from git_alembic.scratch.probe.engines.postgresql.parsing.parser import Node


def new_type(work: Work, names: Sequence[str]) -> Name:
    """The name of a type that is about to be made; raises if it is taken."""
    name = Name(names[-2] if len(names) > 1 else work.place(), cut(names[-1]))
    if name.schema not in work.catalog.schemas:
        raise UndefinedSchema(f'schema "{name.schema}" does not exist')
    if name.name in type_names(work.catalog, name.schema or ""):
        raise DuplicateObject(f'type "{name.name}" already exists')
    return name


def create_enum(work: Work, node: Node) -> None:
    name = new_type(work, words(node["typeName"]))
    work.catalog.enums[name] = Enum(name, tuple(words(node.get("vals", ()))))


def find_in(catalog: Catalog, names: Sequence[str], kind: Mapping[Name, Any]) -> Name | None:
    return find(names[-2] if len(names) > 1 else None, names[-1], kind, catalog)


def alter_enum(work: Work, node: Node) -> None:
    names = words(node["typeName"])
    name = find_in(work.catalog, names, work.catalog.enums)
    if name is None:
        raise UndefinedObject('type "{}" does not exist'.format(".".join(names)))
    labels = list(work.catalog.enums[name].labels)
    if "oldVal" in node:
        _rename_label(labels, node["oldVal"], node["newVal"])
    elif not _add_label(labels, node):
        return
    else:
        work.fresh.add((name, node["newVal"]))
    work.catalog.enums[name] = replace(work.catalog.enums[name], labels=tuple(labels))


def _rename_label(labels: list[str], old: str, new: str) -> None:
    if old not in labels:
        raise ServerError(f'"{old}" is not an existing enum label', "22023")
    if new in labels:
        raise DuplicateObject(f'enum label "{new}" already exists')
    labels[labels.index(old)] = new


def _add_label(labels: list[str], node: Node) -> bool:
    label, neighbour = node["newVal"], node.get("newValNeighbor")
    if label in labels:
        if flag(node, "skipIfNewValExists"):
            return False
        raise DuplicateObject(f'enum label "{label}" already exists')
    if neighbour is None:
        labels.append(label)
        return True
    if neighbour not in labels:
        raise ServerError(f'"{neighbour}" is not an existing enum label', "22023")
    labels.insert(labels.index(neighbour) + flag(node, "newValIsAfter"), label)
    return True


def create_domain(work: Work, node: Node) -> None:
    name = new_type(work, words(node["domainname"]))
    base = work.scope().read_type(node["typeName"])
    clause = node.get("collClause")
    domain = Domain(name, base, collation=words(clause["collname"])[-1] if clause else None)
    for one in node.get("constraints", ()):
        domain = _constrained(work, domain, one["Constraint"])
    work.catalog.domains[name] = domain


def _constrained(work: Work, domain: Domain, node: Node) -> Domain:
    kind = node["contype"]
    if kind == "CONSTR_NOTNULL":
        return replace(domain, not_null=True)
    if kind == "CONSTR_NULL":
        return replace(domain, not_null=False)
    if kind == "CONSTR_DEFAULT":
        return replace(domain, default=work.expressions.default(node["raw_expr"], domain.type, work.scope()))
    if kind != "CONSTR_CHECK":
        raise NotReplayed(f"a domain with {kind}")
    scope = work.scope()
    scope.value = domain.type
    text = work.expressions.text(node["raw_expr"], scope)
    taken = {one.name for one in domain.checks}
    name = node.get("conname") or chosen(domain.name.name, "", "check", taken)
    return replace(domain, checks=(*domain.checks, Check(name, text, (), not_valid=flag(node, "skip_validation"))))


def alter_domain(work: Work, node: Node) -> None:
    names = words(node["typeName"])
    name = find_in(work.catalog, names, work.catalog.domains)
    if name is None:
        raise UndefinedObject('type "{}" does not exist'.format(".".join(names)))
    domain, kind = work.catalog.domains[name], node["subtype"]
    if kind == "T":
        default = node.get("def")
        text = work.expressions.default(default, domain.type, work.scope()) if default else None
        domain = replace(domain, default=text)
    elif kind in ("N", "O"):
        domain = replace(domain, not_null=kind == "O")
    elif kind == "C":
        domain = _constrained(work, domain, node["def"]["Constraint"])
    elif kind == "X":
        domain = _without_check(domain, node)
    work.catalog.domains[name] = domain


def _without_check(domain: Domain, node: Node) -> Domain:
    left = tuple(one for one in domain.checks if one.name != node["name"])
    if left == domain.checks and not flag(node, "missing_ok"):
        raise UndefinedObject('constraint "{}" of domain "{}" does not exist'.format(node["name"], domain.name.name))
    return replace(domain, checks=left)


def create_composite(work: Work, node: Node) -> None:
    relation = node["typevar"]
    name = new_type(
        work, [relation["schemaname"], relation["relname"]] if "schemaname" in relation else [relation["relname"]]
    )
    shell = Table(name, 0)
    for one in node.get("coldeflist", ()):
        shell, _ = columns.define(work, shell, one["ColumnDef"])
    work.catalog.composites[name] = Composite(name, shell.columns)


def create_range(work: Work, node: Node) -> None:
    name = new_type(work, words(node["typeName"]))
    work.catalog.composites[name] = Composite(name)
