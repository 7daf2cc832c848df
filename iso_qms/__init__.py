"""ISO 9001 document control that enforces the version in force and proves it.

Everything is imported on first use, so that a service which imports only `iso_qms.guard` loads nothing else.
"""

from iso_qms._version import __version__

TYPE_CHECKING = False  # what `typing` would bring costs more than everything else here
if TYPE_CHECKING:
    from iso_qms.domain.errors import BadInput, Conflict, QmsError, Refused, Unknown
    from iso_qms.domain.extension import Candidate, Context, Finding, ImpactNote, News, Objection
    from iso_qms.domain.people import Person
    from iso_qms.hookspecs import hookimpl
    from iso_qms.qms import Qms

_HOMES = {
    "Qms": "iso_qms.qms",
    "Person": "iso_qms.domain.people",
    "hookimpl": "iso_qms.hookspecs",
    "Objection": "iso_qms.domain.extension",
    "ImpactNote": "iso_qms.domain.extension",
    "Finding": "iso_qms.domain.extension",
    "Candidate": "iso_qms.domain.extension",
    "Context": "iso_qms.domain.extension",
    "News": "iso_qms.domain.extension",
    "QmsError": "iso_qms.domain.errors",
    "BadInput": "iso_qms.domain.errors",
    "Refused": "iso_qms.domain.errors",
    "Conflict": "iso_qms.domain.errors",
    "Unknown": "iso_qms.domain.errors",
}

__all__ = [
    "BadInput",
    "Candidate",
    "Conflict",
    "Context",
    "Finding",
    "ImpactNote",
    "News",
    "Objection",
    "Person",
    "Qms",
    "QmsError",
    "Refused",
    "Unknown",
    "__version__",
    "hookimpl",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'iso_qms' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
