"""CREATE, ALTER and DROP of enums, domains and composite types."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Mapping, Sequence

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.catalog.generated_names import choose_name, truncate_name, type_names
from git_alembic.scratch.probe.engines.postgresql.catalog.lookup import find
from git_alembic.scratch.probe.engines.postgresql.catalog.model import (
    Catalog,
    Check,
    Composite,
    Domain,
    Enum,
    Name,
    Table,
)
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext, find_object, shown_name
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.add_and_drop_column import define_column, drop_column
from git_alembic.scratch.probe.engines.postgresql.errors import (
    DuplicateObject,
    ServerError,
    UndefinedObject,
    UndefinedSchema,
    dependency_error,
)
from git_alembic.scratch.probe.engines.postgresql.parser import Node, cascades, has_flag, split_name, strings


def _new_type(context: StatementContext, names: Sequence[str]) -> Name:
    """Return the name of a new type. Raise if it is taken."""
    name = Name(names[-2] if len(names) > 1 else context.creation_schema(), truncate_name(names[-1]))
    if name.schema not in context.catalog.schemas:
        raise UndefinedSchema(f'schema "{name.schema}" does not exist')
    if name.name in type_names(context.catalog, name.schema or ""):
        raise DuplicateObject(f'type "{name.name}" already exists')
    return name


def create_enum(context: StatementContext, node: Node) -> None:
    name = _new_type(context, strings(node["typeName"]))
    context.catalog.enums[name] = Enum(name, tuple(strings(node.get("vals", ()))))


def _find_in(catalog: Catalog, names: Sequence[str], kind: Mapping[Name, Any]) -> Name | None:
    return find(*split_name(names), kind, catalog)


def alter_enum(context: StatementContext, node: Node) -> None:
    names = strings(node["typeName"])
    name = _find_in(context.catalog, names, context.catalog.enums)
    if name is None:
        raise UndefinedObject('type "{}" does not exist'.format(".".join(names)))
    labels = list(context.catalog.enums[name].labels)
    if "oldVal" in node:
        _rename_label(labels, node["oldVal"], node["newVal"])
    elif not _add_label(labels, node):
        return
    else:
        context.new_labels.add((name, node["newVal"]))
    context.catalog.enums[name] = replace(context.catalog.enums[name], labels=tuple(labels))


def _rename_label(labels: list[str], old: str, new: str) -> None:
    if old not in labels:
        raise ServerError(f'"{old}" is not an existing enum label', "22023")
    if new in labels:
        raise DuplicateObject(f'enum label "{new}" already exists')
    labels[labels.index(old)] = new


def _add_label(labels: list[str], node: Node) -> bool:
    label, neighbor = node["newVal"], node.get("newValNeighbor")
    if label in labels:
        if has_flag(node, "skipIfNewValExists"):
            return False
        raise DuplicateObject(f'enum label "{label}" already exists')
    if neighbor is None:
        labels.append(label)
        return True
    if neighbor not in labels:
        raise ServerError(f'"{neighbor}" is not an existing enum label', "22023")
    labels.insert(labels.index(neighbor) + has_flag(node, "newValIsAfter"), label)
    return True


def create_domain(context: StatementContext, node: Node) -> None:
    name = _new_type(context, strings(node["domainname"]))
    base = context.scope().read_type(node["typeName"])
    clause = node.get("collClause")
    parent = None if base.dimensions else context.catalog.domains.get(base.name)
    collation = strings(clause["collname"])[-1] if clause else None
    domain = Domain(name, base, default=parent.default if parent else None, collation=collation)
    for constraint in node.get("constraints", ()):
        domain = _constrain(context, domain, constraint["Constraint"])
    context.catalog.domains[name] = domain


def _constrain(context: StatementContext, domain: Domain, node: Node) -> Domain:
    kind = node["contype"]
    if kind == "CONSTR_NOTNULL":
        return replace(domain, not_null=True)
    if kind == "CONSTR_NULL":
        return replace(domain, not_null=False)
    if kind == "CONSTR_DEFAULT":
        return replace(domain, default=context.expressions.default(node["raw_expr"], domain.type, context.scope()))
    if kind != "CONSTR_CHECK":
        raise NotReplayed(f"a domain with {kind}")
    scope = context.scope()
    scope.value = domain.type
    text = context.expressions.text(node["raw_expr"], scope)
    taken = {check.name for check in domain.checks}
    name = node.get("conname") or choose_name(domain.name.name, "", "check", taken)
    return replace(domain, checks=(*domain.checks, Check(name, text, (), not_valid=has_flag(node, "skip_validation"))))


def alter_domain(context: StatementContext, node: Node) -> None:
    names = strings(node["typeName"])
    name = _find_in(context.catalog, names, context.catalog.domains)
    if name is None:
        raise UndefinedObject('type "{}" does not exist'.format(".".join(names)))
    domain, kind = context.catalog.domains[name], node["subtype"]
    if kind == "T":
        default = node.get("def")
        text = context.expressions.default(default, domain.type, context.scope()) if default else None
        domain = replace(domain, default=text)
    elif kind in ("N", "O"):
        domain = replace(domain, not_null=kind == "O")
    elif kind == "C":
        domain = _constrain(context, domain, node["def"]["Constraint"])
    elif kind == "X":
        domain = _without_check(domain, node)
    context.catalog.domains[name] = domain


def _without_check(domain: Domain, node: Node) -> Domain:
    other_checks = tuple(check for check in domain.checks if check.name != node["name"])
    if other_checks == domain.checks and not has_flag(node, "missing_ok"):
        raise UndefinedObject('constraint "{}" of domain "{}" does not exist'.format(node["name"], domain.name.name))
    return replace(domain, checks=other_checks)


def create_composite(context: StatementContext, node: Node) -> None:
    relation = node["typevar"]
    name = _new_type(
        context, [relation["schemaname"], relation["relname"]] if "schemaname" in relation else [relation["relname"]]
    )
    shell = Table(name, 0)
    for item in node.get("coldeflist", ()):
        shell, _ = define_column(context, shell, item["ColumnDef"])
    context.catalog.composites[name] = Composite(name, shell.columns)


def create_range(context: StatementContext, node: Node) -> None:
    name = _new_type(context, strings(node["typeName"]))
    context.catalog.composites[name] = Composite(name)


def run_drop_type(context: StatementContext, names: Sequence[str], node: Node) -> None:
    catalog = context.catalog
    kinds: Sequence[dict[Name, Any]] = (catalog.enums, catalog.domains, catalog.composites)
    everything = {name: item for kind in kinds for name, item in kind.items()}
    name = find_object(context, names, everything, "type", node)
    if name:
        drop_type(context, name, cascades(node))


def drop_type(context: StatementContext, name: Name, cascade: bool) -> None:
    """Drop a type. With CASCADE, also drop the columns that have it. Otherwise raise."""
    catalog, text = context.catalog, "type " + shown_name(context, name)
    mark = f"::{name.schema}."
    for table in list(catalog.tables.values()):
        using = [item for item in table.columns if item.type.name == name]
        with_default = [
            item for item in table.columns if item.default and mark + name.name in item.default and item not in using
        ]
        if (using or with_default) and not cascade:
            raise dependency_error(text)
        for column in using:
            context.put(drop_column(context, catalog.tables[table.name], column.name, True))
        for column in with_default:
            now = catalog.tables[table.name]
            new_columns = tuple(
                replace(item, default=None) if item.name == column.name else item for item in now.columns
            )
            context.put(replace(now, columns=new_columns))
    for domain in list(catalog.domains.values()):
        if domain.type.name == name and domain.name != name:
            if not cascade:
                raise dependency_error(text)
            drop_type(context, domain.name, True)
    kinds: Sequence[dict[Name, Any]] = (catalog.enums, catalog.domains, catalog.composites)
    for kind in kinds:
        kind.pop(name, None)
