"""Selects the change of the catalog by the kind of a statement."""

from __future__ import annotations

from typing import Any, Callable, Sequence

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.ddl import (
    comments,
    drop_relations,
    functions,
    rename_and_set_schema,
    schemas_and_extensions,
    sequences,
    triggers_and_policies,
    types,
    views,
)
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.ddl.tables import alter_table, create_table
from git_alembic.scratch.probe.engines.postgresql.ddl.tables.indexes_and_exclusion_constraints import create_index
from git_alembic.scratch.probe.engines.postgresql.parser import Node, Statement, object_names

DATA = ("SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt")


def apply(context: StatementContext, statement: Statement) -> None:
    """Change the catalog. Raise the server's errors, or NotReplayed."""
    kind, fields = statement.kind, statement.fields
    if kind in _WITH_TEXT:
        _WITH_TEXT[kind](context, fields, statement.text)
    elif kind in _CHANGES:
        _CHANGES[kind](context, fields)
    elif kind == "SelectStmt":
        views.select_into(context, fields)
    elif kind not in _INVISIBLE:
        raise NotReplayed(kind)


def _drop(context: StatementContext, node: Node) -> None:
    """Run a DropStmt. With CASCADE, dependent objects are dropped. Otherwise they raise an error."""
    kind = node["removeType"]
    change = _DROPS.get(kind)
    for item in node["objects"]:
        if change:
            change(context, object_names(item), node)


_WITH_TEXT: dict[str, Callable[[StatementContext, Node, str], None]] = {
    "ViewStmt": views.create_view,
    "CreateTableAsStmt": views.create_table_as,
}
_CHANGES: dict[str, Callable[[StatementContext, Node], Any]] = {
    "CreateStmt": create_table.create_table, "AlterTableStmt": alter_table.alter_table,
    "IndexStmt": create_index,
    "DropStmt": _drop, "RenameStmt": rename_and_set_schema.rename,
    "AlterObjectSchemaStmt": rename_and_set_schema.set_schema,
    "CreateEnumStmt": types.create_enum, "AlterEnumStmt": types.alter_enum, "CreateDomainStmt": types.create_domain,
    "AlterDomainStmt": types.alter_domain, "CompositeTypeStmt": types.create_composite,
    "CreateRangeStmt": types.create_range, "CommentStmt": comments.comment,
    "CreateSchemaStmt": schemas_and_extensions.create_schema,
    "CreateSeqStmt": sequences.create_sequence, "AlterSeqStmt": sequences.alter_sequence,
    "CreateExtensionStmt": schemas_and_extensions.create_extension,
    "CreateFunctionStmt": functions.create_function, "CreateTrigStmt": triggers_and_policies.create_trigger,
    "CreatePolicyStmt": triggers_and_policies.create_policy,
    "CreateStatsStmt": triggers_and_policies.create_statistics,
}  # fmt: skip
_INVISIBLE_LIST = """
    LockStmt GrantStmt GrantRoleStmt VacuumStmt AlterPolicyStmt RuleStmt
    AlterOwnerStmt RefreshMatViewStmt AlterStatsStmt AlterFunctionStmt ReindexStmt DefineStmt
    CreateCastStmt CreateRoleStmt AlterRoleStmt AlterRoleSetStmt DropRoleStmt AlterDefaultPrivilegesStmt
    CreateTableSpaceStmt DiscardStmt AlterExtensionStmt AlterExtensionContentsStmt ConstraintsSetStmt CheckPointStmt
    ListenStmt NotifyStmt UnlistenStmt SecLabelStmt CreateEventTrigStmt AlterEventTrigStmt CreateOpClassStmt
    CreateOpFamilyStmt CreatePublicationStmt AlterPublicationStmt CreateSubscriptionStmt AlterDatabaseStmt
    AlterDatabaseSetStmt ClusterStmt LoadStmt AlterSystemStmt CreateConversionStmt CreatePLangStmt
    AlterObjectDependsStmt CreateFdwStmt CreateForeignServerStmt CreateUserMappingStmt CreateTransformStmt
    DropOwnedStmt AlterTSConfigurationStmt AlterTSDictionaryStmt AlterOperatorStmt AlterOpFamilyStmt
"""
# These change neither rows nor anything that reflection shows.
_INVISIBLE = frozenset(_INVISIBLE_LIST.split())


_Drop = Callable[[StatementContext, Sequence[str], Node], None]
_DROPS: dict[str, _Drop] = {
    "OBJECT_TABLE": drop_relations.run_drop_table, "OBJECT_VIEW": drop_relations.run_drop_view,
    "OBJECT_MATVIEW": drop_relations.run_drop_view, "OBJECT_INDEX": drop_relations.run_drop_index,
    "OBJECT_SEQUENCE": sequences.run_drop_sequence, "OBJECT_TYPE": types.run_drop_type,
    "OBJECT_DOMAIN": types.run_drop_type, "OBJECT_SCHEMA": schemas_and_extensions.run_drop_schema,
    "OBJECT_EXTENSION": schemas_and_extensions.run_drop_extension, "OBJECT_FUNCTION": functions.run_drop_function,
    "OBJECT_PROCEDURE": functions.run_drop_function, "OBJECT_TRIGGER": triggers_and_policies.run_drop_attached,
    "OBJECT_POLICY": triggers_and_policies.run_drop_attached,
    "OBJECT_STATISTIC_EXT": triggers_and_policies.run_drop_statistics,
}  # fmt: skip
