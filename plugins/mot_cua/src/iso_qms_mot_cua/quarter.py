"""The report of a quarter at the desk, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from iso_qms_mot_cua.desk import SAID
from iso_qms_mot_cua.following import Astray


@dataclass(frozen=True, slots=True)
class Planted:
    """A violation that was tried on purpose: whether it was refused, under which reason, with which sentences."""

    name: str
    refused: bool
    reason: str = ""
    vi: str = ""
    en: str = ""


PLANTED = {
    "old form": ("mẫu phiên bản cũ khi tiếp nhận", "forms of an old version at receipt"),
    "skipped step": ("bỏ qua bước", "a skipped step"),
    "backdated receipt": ("lùi ngày tiếp nhận", "a backdated receipt"),
}


@dataclass(frozen=True, slots=True)
class Quarter:
    """What happened: counts by version, outcome and refusal; what went astray; the violations that were tried.

    `offline` dossiers came while the line was down, `stale` of them were told so; `waited` came back after the
    suspension, `turned_away` came for the withdrawn procedure; `findings` are those of the nightly look.
    """

    received: int
    by_version: Mapping[tuple[str, int], int]
    outcomes: Mapping[str, int]
    refusals: Mapping[str, int]
    planted: tuple[Planted, ...]
    astray: tuple[Astray, ...]
    findings: tuple[str, ...]
    migrated: int
    offline: int
    stale: int
    waited: int
    turned_away: int
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether every dossier followed its version and every planted violation was refused."""
        refused = len(self.planted) == len(PLANTED) and all(each.refused for each in self.planted)
        return refused and not self.astray and not self.findings

    def text(self, lang: str = "vi") -> str:
        """The report for people."""
        place = 1 if lang == "en" else 0
        lines = [self._head(lang), ""]
        heads = ("Tiếp nhận theo phiên bản đang hiệu lực:", "Received under the version in force:")
        lines += [heads[place], *(f"  {doc} · {n}: {count}" for (doc, n), count in self.by_version.items()), ""]
        heads = ("Kết quả:", "Outcomes:")
        lines += [heads[place], *(f"  {SAID[name][place]}: {count}" for name, count in self.outcomes.items()), ""]
        lines += [*self._events(lang), ""]
        heads = ("Vi phạm cài sẵn:", "Planted violations:")
        lines += [heads[place], *(self._planted(each, lang) for each in self.planted), ""]
        heads = ("Mọi lần từ chối:", "Everything refused:")
        lines += [heads[place], *(f"  {reason}: {count}" for reason, count in self.refusals.items()), ""]
        return "\n".join([*lines, self._verdict(lang)])

    def _head(self, lang: str) -> str:
        if lang == "en":
            return f"The first quarter of 2026 at the one-stop desk: {self.received} dossiers, in {self.seconds:.1f} s"
        return f"Quý I năm 2026 tại bộ phận một cửa: {self.received} hồ sơ, chạy trong {self.seconds:.1f} giây"

    def _events(self, lang: str) -> list[str]:
        told = {
            "vi": (
                f"{self.offline} hồ sơ nhận khi mất đường truyền, {self.stale} trong đó có cảnh báo dữ liệu cũ",
                f"{self.waited} lượt đến trong thời gian tạm ngưng, quay lại sau",
                f"{self.turned_away} lượt đến sau khi thủ tục bị bãi bỏ, được trả lời bằng văn bản",
                f"{self.migrated} hồ sơ chuyển sang phiên bản mới theo quyết định ban hành",
            ),
            "en": (
                f"{self.offline} dossiers came while the line was down, {self.stale} with a warning of old data",
                f"{self.waited} came during the suspension and again after it",
                f"{self.turned_away} came after the withdrawal and got it in writing",
                f"{self.migrated} dossiers moved to the new version as its issue demanded",
            ),
        }
        return list(told["en" if lang == "en" else "vi"])

    def _planted(self, each: Planted, lang: str) -> str:
        name = PLANTED[each.name][1 if lang == "en" else 0]
        if not each.refused:
            return f"  {name}: {'NOT REFUSED' if lang == 'en' else 'KHÔNG BỊ TỪ CHỐI'}"
        said = ("refused", each.en) if lang == "en" else ("bị từ chối", each.vi)
        return f"  {name}: {said[0]} [{each.reason}] {said[1]}"

    def _verdict(self, lang: str) -> str:
        problems = [f"{each.dossier}: {each.what}" for each in self.astray] + list(self.findings)
        if problems:
            head = "Did not hold:" if lang == "en" else "Không đúng:"
            return "\n".join([head, *problems])
        if not self.holds:
            return "A planted violation was not refused." if lang == "en" else "Có vi phạm cài sẵn không bị từ chối."
        if lang == "en":
            return "Every dossier followed its version; every planted violation was refused and is listed."
        return "Mọi hồ sơ đều theo đúng phiên bản của mình; mọi vi phạm cài sẵn đều bị từ chối và được ghi lại."
