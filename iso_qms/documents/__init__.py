"""Word and PDF, in and out: what a file says, and files that say what the register knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iso_qms.documents.carrying import carry_keys as carry_keys
    from iso_qms.documents.errors import Unreadable as Unreadable
    from iso_qms.documents.read import read_file as read_file
    from iso_qms.documents.reading import Field as Field
    from iso_qms.documents.reading import Reading as Reading

__all__ = ["Field", "Reading", "Unreadable", "carry_keys", "read_file"]

_HOMES = {
    "read_file": "read",
    "Reading": "reading",
    "Field": "reading",
    "Unreadable": "errors",
    "carry_keys": "carrying",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for on first use, so that importing the package costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
