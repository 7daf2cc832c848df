"""What becomes of a settled file: a draft, nothing new, or a refusal with a note beside it in Vietnamese."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from iso_qms.domain import errors
from iso_qms.domain import events as ev
from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.errors import QmsError
from iso_qms.domain.manifest import Manifest
from iso_qms.domain.people import Person
from iso_qms.services import intake

if TYPE_CHECKING:
    from iso_qms.qms import Qms


class Outcome(Enum):
    """What a file became."""

    TAKEN = "taken"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Inbox:
    """The door of one folder: `drafter` proposes, `move` says whether files leave the folder afterwards."""

    qms: Qms
    root: Path
    drafter: Person
    move: bool = False

    def take(self, path: Path) -> tuple[Outcome, str]:
        """Take one settled file; what happened, and a sentence about it (Vietnamese).

        The register's digests and the notes are the only memory: the same file again changes nothing.
        """
        if self._note(path).exists():
            return Outcome.REFUSED, "đã bị từ chối trước đó"
        try:
            files = self._bundle(path)
            said = self._propose(path, files)
        except QmsError as refusal:
            return Outcome.REFUSED, self._refuse(path, refusal)
        if self.move:
            self._put_away(files, self.root / "taken")
        return said

    def belongs_to(self, path: Path) -> Path:
        """The folder whose files are one version, or the file itself where it stands alone."""
        folder = path.parent.parent if path.parent.name == intake.FORMS else path.parent
        alone = folder == self.root or not any(file.stem == folder.name for file in folder.glob(f"{folder.name}.*"))
        return path if alone else folder

    def _bundle(self, path: Path) -> list[Path]:
        """The procedure a file belongs to, with its forms: the folder named by its code, or the file alone."""
        folder = self.belongs_to(path)
        if folder != path:
            return intake.sorted_folder(folder)
        if intake.is_form(path.name):
            raise errors.FileTrouble(
                path=path.name,
                why_vi="biểu mẫu không có quy trình bên cạnh (thư mục phải có tệp quy trình mang tên thư mục)",
                why_en="a form without its procedure beside it (a file named like the folder)",
            )
        return [path]

    def _propose(self, path: Path, files: list[Path]) -> tuple[Outcome, str]:
        taken = self.qms.take(files)
        with suppress(errors.UnknownDocument):
            document = self.qms.document(taken.content.code)
            if any(self._holds(record, taken.manifest) for record in document.history):
                return Outcome.KNOWN, "nội dung đã có trong kho"
            taken = replace(taken, content=replace(taken.content, unit=document.last.unit))
        day = self.qms.clock.now().astimezone(OFFICE_ZONE)
        reason = f"Tệp “{path.name}” trong thư mục theo dõi thay đổi ngày {day:%d/%m/%Y}"
        event = self.qms.propose(taken, by=self.drafter, reason=reason, unattended=True).event
        assert isinstance(event, ev.Drafted)
        return Outcome.TAKEN, f"{event.code}: dự thảo phiên bản {event.number}"

    def _holds(self, record: ev.Recorded, manifest: Manifest) -> bool:
        """Whether a draft of the past had these files; its process data may have been corrected since."""
        if not isinstance(record.event, ev.Drafted):
            return False
        return Manifest.from_bytes(self.qms.files.get(record.event.sha256)).files == manifest.files

    def _refuse(self, path: Path, refusal: QmsError) -> str:
        note = self._note(path)
        with suppress(OSError):
            note.parent.mkdir(exist_ok=True)
            copy = note.with_name(f"{note.stem}{path.suffix}")
            if self.move:
                shutil.move(path, copy)
            else:
                shutil.copy2(path, copy)
            now = self.qms.clock.now().astimezone(OFFICE_ZONE)
            note.write_text(
                f"Tệp: {path.name}\nThời điểm: {now:%d/%m/%Y %H:%M}\nLý do không nhận: {refusal.message('vi')}\n"
                "Cách xử lý: sửa tệp theo lý do trên rồi lưu lại; tệp đã sửa sẽ được đọc lại tự động.\n"
                f"\nReason: {refusal.message('en')}\n",
                encoding="utf-8",
            )
        return refusal.message("vi")

    def _note(self, path: Path) -> Path:
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        except OSError:
            digest = "00000000"
        return self.root / "refused" / f"{path.stem}.{digest}.txt"

    def _put_away(self, files: list[Path], folder: Path) -> None:
        for file in files:
            target = folder / file.relative_to(self.root)
            target.parent.mkdir(parents=True, exist_ok=True)
            with suppress(OSError):
                shutil.move(file, target)
