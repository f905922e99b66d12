"""Selects the change of the catalog by the kind of a statement."""

from __future__ import annotations

from typing import Any, Callable

from git_alembic.scratch.probe.engines.emulation.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.ddl import (
    comments,
    functions,
    policies_and_statistics,
    schemas_and_extensions,
    sequences,
    types,
    views,
)
from git_alembic.scratch.probe.engines.postgresql.ddl.drop import drop_statement
from git_alembic.scratch.probe.engines.postgresql.ddl.rename import rename_statement
from git_alembic.scratch.probe.engines.postgresql.ddl.statement_context import StatementContext
from git_alembic.scratch.probe.engines.postgresql.ddl.tables import alter_table, create_table, indexes
from git_alembic.scratch.probe.engines.postgresql.parser import Node, Statement

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


_WITH_TEXT: dict[str, Callable[[StatementContext, Node, str], None]] = {
    "ViewStmt": views.create_view,
    "CreateTableAsStmt": views.create_table_as,
}
_CHANGES: dict[str, Callable[[StatementContext, Node], Any]] = {
    "CreateStmt": create_table.create_table, "AlterTableStmt": alter_table.alter_table,
    "IndexStmt": indexes.create_index,
    "DropStmt": drop_statement.run_drop, "RenameStmt": rename_statement.rename,
    "AlterObjectSchemaStmt": rename_statement.set_schema,
    "CreateEnumStmt": types.create_enum, "AlterEnumStmt": types.alter_enum, "CreateDomainStmt": types.create_domain,
    "AlterDomainStmt": types.alter_domain, "CompositeTypeStmt": types.create_composite,
    "CreateRangeStmt": types.create_range, "CommentStmt": comments.comment,
    "CreateSchemaStmt": schemas_and_extensions.create_schema,
    "CreateSeqStmt": sequences.create_sequence, "AlterSeqStmt": sequences.alter_sequence,
    "CreateExtensionStmt": schemas_and_extensions.create_extension,
    "CreateFunctionStmt": functions.create_function, "CreateTrigStmt": functions.create_trigger,
    "CreatePolicyStmt": policies_and_statistics.create_policy,
    "CreateStatsStmt": policies_and_statistics.create_statistics,
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
