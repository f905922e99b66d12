"""Statement by kind to what changes the catalog."""

from __future__ import annotations

from typing import Any, Callable

from git_alembic.scratch.probe.engines.postgresql import alter, drops, indexes, kinds, others, renames, tables, views
from git_alembic.scratch.probe.engines.postgresql.errors import NotReplayed
from git_alembic.scratch.probe.engines.postgresql.parser import Node, Statement
from git_alembic.scratch.probe.engines.postgresql.work import Work

DATA = ("SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt")


def apply(work: Work, statement: Statement) -> None:
    """Change the catalog as a statement says; raises `ServerError` as the server does, or `NotReplayed`."""
    kind, fields = statement.kind, statement.fields
    if kind in _WITH_TEXT:
        _WITH_TEXT[kind](work, fields, statement.text)
    elif kind in _CHANGES:
        _CHANGES[kind](work, fields)
    elif kind == "SelectStmt":
        views.select_into(work, fields)
    elif kind not in _INVISIBLE:
        raise NotReplayed(kind)


_WITH_TEXT: dict[str, Callable[[Work, Node, str], None]] = {
    "ViewStmt": views.create_view,
    "CreateTableAsStmt": views.create_table_as,
}
_CHANGES: dict[str, Callable[[Work, Node], Any]] = {
    "CreateStmt": tables.create_table, "AlterTableStmt": alter.alter_table, "IndexStmt": indexes.create_index,
    "DropStmt": drops.drop, "RenameStmt": renames.rename, "AlterObjectSchemaStmt": renames.set_schema,
    "CreateEnumStmt": kinds.create_enum, "AlterEnumStmt": kinds.alter_enum, "CreateDomainStmt": kinds.create_domain,
    "AlterDomainStmt": kinds.alter_domain, "CompositeTypeStmt": kinds.create_composite,
    "CreateRangeStmt": kinds.create_range, "CommentStmt": others.comment, "CreateSchemaStmt": others.create_schema,
    "CreateSeqStmt": others.create_sequence, "AlterSeqStmt": others.alter_sequence,
    "VariableSetStmt": others.set_variable, "CreateFunctionStmt": others.create_function,
    "CreateExtensionStmt": others.create_extension,
    "CreateTrigStmt": others.create_trigger,
    "CreatePolicyStmt": others.create_policy, "CreateStatsStmt": others.create_statistics,
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
# What neither changes a schema that reflection shows, nor rows.
_INVISIBLE = frozenset(_INVISIBLE_LIST.split())
