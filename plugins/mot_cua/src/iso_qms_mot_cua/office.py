"""What a desk is: its agency, unit, codes, calendar and the agencies it works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from iso_qms_mot_cua.calendar import AgencyCalendar, read_calendar
from iso_qms_mot_cua.codes import TT_01_2018, DossierCodes

NEW_CODES_FROM = date(2025, 9, 15)
"""From when Thông tư 03/2025/TT-VPCP rules the codes of dossiers."""


@dataclass(frozen=True, slots=True)
class Connected:
    """Another agency's part in a procedure (liên thông), under that agency's own document.

    Its steps begin after the step `after` of the first document; the step `before` of the first document waits for
    all of them. Either may be empty.
    """

    agency: str
    document: str
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class DeskSettings:
    """One desk: who it is, its codes, its calendar, and the other agencies' parts by TTHC code.

    `code_pattern` is the office's own pattern from 15/09/2025 on; before, and where it is not set, codes are those of
    Thông tư 01/2018/TT-VPCP.
    """

    agency: str
    agency_name: str
    unit: str | None = None
    code_pattern: str = TT_01_2018
    calendar: AgencyCalendar = field(default_factory=read_calendar)
    connected: Mapping[str, tuple[Connected, ...]] = field(default_factory=dict)
    verify_url: str = ""

    def __post_init__(self) -> None:
        DossierCodes(self.agency, self.code_pattern)

    def codes(self, on: date) -> DossierCodes:
        """The codes given out on a day."""
        return DossierCodes(self.agency, self.code_pattern if on >= NEW_CODES_FROM else TT_01_2018)

    def parts_of(self, procedure: str) -> tuple[Connected, ...]:
        """The other agencies' parts in a procedure, by its whole code or its national part."""
        national = ".".join(procedure.split(".")[:2])
        return self.connected.get(procedure) or self.connected.get(national) or ()
