"""Paper that proves itself: controlled copies, their tokens, signature and history pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iso_qms.documents.printing.controlled import controlled_copy as controlled_copy
    from iso_qms.documents.printing.controlled import join as join
    from iso_qms.documents.printing.copies import CopyToken as CopyToken
    from iso_qms.documents.printing.copies import read_copy as read_copy
    from iso_qms.documents.printing.copies import sign_copy as sign_copy
    from iso_qms.documents.printing.pages import PrintedSignature as PrintedSignature
    from iso_qms.documents.printing.pages import PrintedVersion as PrintedVersion
    from iso_qms.documents.printing.pages import history_page as history_page
    from iso_qms.documents.printing.pages import signature_page as signature_page
    from iso_qms.documents.printing.stamp import Conversion as Conversion
    from iso_qms.documents.printing.stamp import Stamp as Stamp
    from iso_qms.documents.printing.stamp import Status as Status

_HOMES = {
    "Conversion": "stamp",
    "CopyToken": "copies",
    "PrintedSignature": "pages",
    "PrintedVersion": "pages",
    "Stamp": "stamp",
    "Status": "stamp",
    "controlled_copy": "controlled",
    "history_page": "pages",
    "join": "controlled",
    "read_copy": "copies",
    "sign_copy": "copies",
    "signature_page": "pages",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    """Import on first use: typst, pypdf and cryptography are only loaded by who prints."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
