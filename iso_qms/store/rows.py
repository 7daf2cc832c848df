"""Which table holds which act, and how an event becomes its row: the same values as in the leaf, in SQL's types."""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache
from typing import Any, cast

from sqlalchemy import Table

from iso_qms.domain import events as ev
from iso_qms.domain.leaf import plain_value
from iso_qms.store import document_tables, register_tables
from iso_qms.store.base import ActRow

ROWS: dict[str, type[ActRow]] = {
    "drafted": document_tables.DraftRow,
    "abandoned": document_tables.AbandonmentRow,
    "submitted": document_tables.SubmissionRow,
    "signed": document_tables.SignatureRow,
    "returned": document_tables.SendBackRow,
    "adopted": document_tables.AdoptionRow,
    "issued": document_tables.IssueRow,
    "ratified": document_tables.RatificationRow,
    "rescinded": document_tables.RescissionRow,
    "withdrawn": document_tables.WithdrawalRow,
    "suspended": document_tables.SuspensionRow,
    "resumed": document_tables.ResumptionRow,
    "requested": document_tables.RequestRow,
    "request_decided": document_tables.RequestDecisionRow,
    "person_added": register_tables.PersonRow,
    "person_changed": register_tables.PersonChangeRow,
    "role_granted": register_tables.RoleGrantRow,
    "role_revoked": register_tables.RoleRevocationRow,
    "credential_set": register_tables.CredentialRow,
    "person_deactivated": register_tables.DeactivationRow,
    "person_reactivated": register_tables.ReactivationRow,
    "data_erased": register_tables.ErasureRow,
    "operator_seen": register_tables.OperatorRow,
    "unit_added": register_tables.UnitRow,
    "unit_ended": register_tables.UnitEndRow,
    "chain_defined": register_tables.ChainRow,
    "mandate_granted": register_tables.MandateRow,
    "mandate_revoked": register_tables.MandateRevocationRow,
    "store_founded": register_tables.FoundationRow,
    "policy_set": register_tables.PolicyRow,
    "copy_printed": document_tables.CopyRow,
    "copy_recalled": document_tables.CopyRecallRow,
    "acknowledged": document_tables.AcknowledgementRow,
    "plugins_changed": register_tables.PluginsRow,
    "key_declared": register_tables.KeyRow,
    "act_refused": register_tables.RefusalRow,
    "evidence_exported": register_tables.ExportRow,
    "audit_reviewed": register_tables.ReviewRow,
    "backup_taken": register_tables.BackupRow,
    "store_restored": register_tables.RestoreRow,
}
"""The table class of each act."""


@cache
def table_of(act: str) -> Table:
    """The SQLAlchemy table of an act."""
    return cast(Table, vars(ROWS[act])["__table__"])


def row_of(record: ev.Recorded) -> dict[str, Any]:
    """All columns of the row of an act: its circumstances and the event's fields; lists as compact JSON text."""
    return {
        "pos": record.pos,
        "at": record.at,
        "actor": record.actor,
        "entered_by": record.entered_by,
        "auth": record.auth,
        **{name: _column(getattr(record.event, name)) for name in _names(cast(Any, type(record.event)))},
    }


def subject_of(event: ev.Event) -> str:
    """What an entry is about, under which its history is read: a document's key, a person, a unit, a request …"""
    match event:
        case ev.DocumentEvent(document=key):
            return key
        case ev.MandateGranted(holder=holder) | ev.MandateRevoked(holder=holder):
            return holder
        case ev.OperatorSeen(operator=operator):
            return operator
        case ev.UnitAdded() | ev.UnitEnded():
            return UNITS
        case ev.ChainDefined():
            return CHAINS
        case ev.Requested() | ev.RequestDecided():
            return REQUESTS
        case ev.ActRefused(document=key) if key:
            return f"refused:{key}"
        case _:
            return getattr(event, "person", STORE)


UNITS, CHAINS, REQUESTS, STORE = ":units", ":chains", ":requests", ":store"


def _column(value: Any) -> Any:
    if isinstance(value, tuple):
        return json.dumps(plain_value(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return value


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))
