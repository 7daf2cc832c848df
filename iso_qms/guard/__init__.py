"""What other services import to enforce the version in force: standard library only, an answer in about a microsecond.

from iso_qms.guard import Guard
guard = Guard.remote("https://qms.example/s", ["H46"], trust="root.json", cache="/var/lib/desk/qms")
decision = guard.check("QT-07", version="02/00")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iso_qms.domain.decision import Action, Citation, Decision, Freshness, Verdict, VersionRef
    from iso_qms.guard.dossier import DossierScope, active
    from iso_qms.guard.errors import (
        AmbiguousScope,
        BreakGlassRefused,
        Denied,
        MigrationBlocked,
        NotPinned,
        NotReady,
        OutOfScope,
        PinConflict,
        ReceiptRefused,
        SnapshotRefused,
        Undecided,
    )
    from iso_qms.guard.guard import Guard
    from iso_qms.guard.migration import MigrationPlan
    from iso_qms.guard.pins import MemoryPins, Override, PinStore
    from iso_qms.guard.policy import Policy
    from iso_qms.guard.source import Change, Claim, FixedSource, Source
    from iso_qms.guard.status import Open, Status

_HOMES = {
    "Action": "iso_qms.domain.decision",
    "AmbiguousScope": "iso_qms.guard.errors",
    "BreakGlassRefused": "iso_qms.guard.errors",
    "Change": "iso_qms.guard.source",
    "Citation": "iso_qms.domain.decision",
    "Claim": "iso_qms.guard.source",
    "Decision": "iso_qms.domain.decision",
    "Denied": "iso_qms.guard.errors",
    "DossierScope": "iso_qms.guard.dossier",
    "FixedSource": "iso_qms.guard.source",
    "Freshness": "iso_qms.domain.decision",
    "Guard": "iso_qms.guard.guard",
    "MemoryPins": "iso_qms.guard.pins",
    "MigrationBlocked": "iso_qms.guard.errors",
    "MigrationPlan": "iso_qms.guard.migration",
    "NotPinned": "iso_qms.guard.errors",
    "NotReady": "iso_qms.guard.errors",
    "Open": "iso_qms.guard.status",
    "OutOfScope": "iso_qms.guard.errors",
    "Override": "iso_qms.guard.pins",
    "PinConflict": "iso_qms.guard.errors",
    "PinStore": "iso_qms.guard.pins",
    "Policy": "iso_qms.guard.policy",
    "ReceiptRefused": "iso_qms.guard.errors",
    "SnapshotRefused": "iso_qms.guard.errors",
    "Source": "iso_qms.guard.source",
    "Status": "iso_qms.guard.status",
    "Undecided": "iso_qms.guard.errors",
    "Verdict": "iso_qms.domain.decision",
    "VersionRef": "iso_qms.domain.decision",
    "active": "iso_qms.guard.dossier",
}

__all__ = [
    "Action",
    "AmbiguousScope",
    "BreakGlassRefused",
    "Change",
    "Citation",
    "Claim",
    "Decision",
    "Denied",
    "DossierScope",
    "FixedSource",
    "Freshness",
    "Guard",
    "MemoryPins",
    "MigrationBlocked",
    "MigrationPlan",
    "NotPinned",
    "NotReady",
    "Open",
    "OutOfScope",
    "Override",
    "PinConflict",
    "PinStore",
    "Policy",
    "ReceiptRefused",
    "SnapshotRefused",
    "Source",
    "Status",
    "Undecided",
    "Verdict",
    "VersionRef",
    "active",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'iso_qms.guard' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
