"""The codes of dossiers: given out by the office's pattern, read back by the same pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from iso_qms import BadInput

OLD_AGENCY = re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Z]\d{2}")
"""V1V2V3.Z1Z2.Y1Y2.MX1X2 (QCVN 102:2016/BTTTT)."""
NEW_AGENCY = re.compile(r"[A-Z]\d{2}(?:\.\d{1,3}){0,3}")
"""Groups parted by full stops, at most 35 characters (Quyết định 20/2020/QĐ-TTg)."""
TT_01_2018 = "{agency}-{day:%y%m%d}-{order:04d}"
"""MãCQ-YYMMDD-XXXX: the day of receipt and the order within it (Thông tư 01/2018/TT-VPCP, Điều 19)."""

_PLACES = re.compile(r"\{(agency|day|order)(?::([^{}]*))?\}")
_DAY_PARTS = {"%y": r"\d{2}", "%Y": r"\d{4}", "%m": r"\d{2}", "%d": r"\d{2}", "%j": r"\d{3}"}


@dataclass(frozen=True, slots=True)
class DossierCodes:
    """The codes that one agency gives out.

    `pattern` holds {agency}, {day:%y%m%d} and {order:04d}; the default is that of Thông tư 01/2018/TT-VPCP. Thông tư
    03/2025/TT-VPCP rules the codes anew: an office writes its pattern into the settings. Raises BadInput.
    """

    agency: str
    pattern: str = TT_01_2018

    def __post_init__(self) -> None:
        known = OLD_AGENCY.fullmatch(self.agency) or NEW_AGENCY.fullmatch(self.agency)
        if not known or len(self.agency) > 35:
            raise BadInput(what=f"mã định danh cơ quan “{self.agency}” sai / this is no agency code")
        names = [match[1] for match in _PLACES.finditer(self.pattern)]
        if sorted(names) != ["agency", "day", "order"] or "{" in _PLACES.sub("", self.pattern):
            raise BadInput(
                what=f"mẫu mã hồ sơ “{self.pattern}” phải có {{agency}}, {{day:…}}, {{order:04d}} mỗi thứ một lần / "
                "the pattern names agency, day and order once each"
            )
        if date(2026, 1, 5) != self._parse(self.make(date(2026, 1, 5), 7)):
            raise BadInput(
                what=f"mẫu mã hồ sơ “{self.pattern}” không cho biết ngày / the pattern does not tell the day apart"
            )

    def make(self, day: date, order: int) -> str:
        """The code of the so-manieth dossier of a day; raises BadInput when the pattern has no room for it."""
        code = self.pattern.format(agency=self.agency, day=day, order=order)
        if order < 1 or not self._regex().fullmatch(code):
            raise BadInput(what=f"số thứ tự hồ sơ {order} trong ngày quá lớn / there is no room for number {order}")
        return code

    def day_of(self, code: str) -> date:
        """The day of receipt in a code of this agency; raises BadInput for any other text."""
        found = self._parse(code)
        if found is None:
            raise BadInput(what=f"“{code}” không phải mã hồ sơ của {self.agency} / is no dossier code of this agency")
        return found

    def _regex(self) -> re.Pattern[str]:
        parts: list[str] = []
        last = 0
        for match in _PLACES.finditer(self.pattern):
            parts += [re.escape(self.pattern[last : match.start()]), self._part(match[1], match[2] or "")]
            last = match.end()
        return re.compile("".join([*parts, re.escape(self.pattern[last:])]))

    def _part(self, name: str, form: str) -> str:
        if name == "agency":
            return re.escape(self.agency)
        if name == "day":
            return "(?P<day>" + re.sub(r"%[a-zA-Z]", lambda m: _DAY_PARTS.get(m[0], "(?!)"), re.escape(form)) + ")"
        width = re.fullmatch(r"0(\d)d", form)
        return rf"\d{{{width[1]}}}" if width else r"\d+"

    def _parse(self, code: str) -> date | None:
        from datetime import datetime

        found = self._regex().fullmatch(code)
        form = next(match[2] or "" for match in _PLACES.finditer(self.pattern) if match[1] == "day")
        try:
            return datetime.strptime(found["day"], form).date() if found else None  # noqa: DTZ007 (a day only)
        except ValueError:
            return None
