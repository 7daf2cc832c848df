"""The front door: `Qms` opens one store and lends every service; it takes values and reads no environment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cached_property
from pathlib import Path
from secrets import token_bytes
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from iso_qms.domain import errors, os_words
from iso_qms.domain import events as ev
from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.disclosure import disclose
from iso_qms.domain.extension import Finding
from iso_qms.domain.people import Person
from iso_qms.domain.text import line
from iso_qms.services import backup
from iso_qms.services.acts import Acts
from iso_qms.services.answers import Answers
from iso_qms.services.control import Control
from iso_qms.services.gates import Gates, View
from iso_qms.services.performing import Clock, Performer, SystemClock, new_id
from iso_qms.services.registers import Registers
from iso_qms.services.secrets import Secrets
from iso_qms.services.staff import Staff
from iso_qms.store import database, journal
from iso_qms.store.files import FileStore
from iso_qms.store.verify import Progress, Verified, verify
from iso_qms.store.watermark import Mark, Watermark

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from iso_qms.guard import Guard
    from iso_qms.host import Host
    from iso_qms.services.copies import Copies
    from iso_qms.services.delivery import Delivered, Delivery
    from iso_qms.services.evidence import Asked, Evidence, Exported
    from iso_qms.services.judging import Judged


class Qms(Acts, Answers):
    """One register: a database and a folder of files.

    `url` is `sqlite:///file` or `postgresql+psycopg://…`, `files` a folder. `zone` is where the office's days begin.
    `keys` is the folder of signing keys and seals, outside database and backups (`qms-keys` beside the files).
    `operator` is the operating-system account that acts at a shell (None in a service: then every act names a person).
    Raises `NoStore`, `OlderSchema`, `NewerSchema` or `StoreTrouble` when the store cannot be used.
    """

    def __init__(
        self,
        url: str,
        files: str | Path = "qms-files",
        *,
        zone: str | tzinfo = OFFICE_ZONE,
        clock: Clock | None = None,
        operator: str | None = None,
        hasher: PasswordHasher | None = None,
        required_plugins: Sequence[str] = (),
        disabled_plugins: Sequence[str] = (),
        plugin_settings: Mapping[str, Mapping[str, Any]] | None = None,
        keys: str | Path | None = None,
        key_passphrase: str | None = None,
    ) -> None:
        self._engine = database.open_engine(url)
        database.check(self._engine)
        self.zone = _zone(zone)
        self.clock = clock or SystemClock()
        self.files = FileStore(files)
        self.keys = Path(keys) if keys is not None else self.files.folder.parent / "qms-keys"
        self._key_passphrase = key_passphrase
        self._performer = Performer(self._engine, self.clock, Secrets(hasher), self.zone, operator)
        self.registers = Registers(self._engine, self.zone)
        self.staff = Staff(self._performer)
        self.control = Control(self._performer, lambda: self.gates)
        self._plugins = (tuple(required_plugins), frozenset(disabled_plugins), plugin_settings or {})
        if required_plugins:
            self.host  # noqa: B018  (a register that demands plugins does not open without them)

    # --- plugins --------------------------------------------------------------------------------------------------

    @cached_property
    def host(self) -> Host:
        """The plugins of this process, loaded on first use; `RequiredPluginMissing` where one is demanded."""
        from iso_qms.host import Host

        required, disabled, settings = self._plugins
        host = Host(settings=settings, disabled=disabled).load(required)
        for name, answer in host.collect("iso_qms_ready", view=self.view):
            host.quarantined[name] = [str(answer)]
        return host

    @cached_property
    def view(self) -> View:
        """What plugins may read of this register."""
        return View(self.registers, self.files)

    @cached_property
    def gates(self) -> Gates:
        """The gates of the loaded plugins."""
        return Gates(self.host, self.view)

    def deliver(self) -> Delivered:
        """Tell plugins what happened since they were last told."""
        return self.delivery.run()

    @cached_property
    def delivery(self) -> Delivery:
        """News to plugins, and what they have not acknowledged."""
        from iso_qms.services.delivery import Delivery

        return Delivery(self._engine, self.host, self.clock, self.founding.origin)

    @classmethod
    def create(
        cls,
        url: str,
        files: str | Path = "qms-files",
        *,
        operator: str,
        authority: str = "Cơ quan chưa đặt tên",
        origin: str | None = None,
        **options: Any,
    ) -> Qms:
        """Make a new store and open it; `StoreExists` where there is one.

        `authority` is the issuing authority's name; `origin` the journal's public name in checkpoints (C2SP), made up
        at random where none is given.
        """
        engine = database.open_engine(url)
        if database.revision(engine) is not None and journal.is_founded(engine):
            raise errors.StoreExists(where=database.where(engine))
        operator = line(operator, "operator")
        clock = options.get("clock") or SystemClock()
        zone = _zone(options.get("zone", OFFICE_ZONE))
        _make_folders(FileStore(files).folder, *database.folder(engine))
        database.upgrade(engine)
        founded = ev.StoreFounded(
            origin=line(origin or f"iso-qms.invalid/{token_bytes(6).hex()}", "origin"),
            authority=line(authority, "authority"),
            zone=str(zone),
        )
        name = disclose("login", operator, token_bytes(16))
        journal.found(engine, founded, actor=new_id("o"), now=clock.now(), operator=name)
        engine.dispose()
        return cls(url, files, operator=operator, **options)

    @staticmethod
    def migrate(url: str) -> str:
        """Upgrade a store of an older schema; the revision it has afterwards."""
        engine = database.open_engine(url)
        if database.revision(engine) is None:
            raise errors.NoStore(where=database.where(engine))
        database.upgrade(engine)
        return str(database.revision(engine))

    def close(self) -> None:
        """Give back the database connections."""
        self._engine.dispose()

    def __enter__(self) -> Qms:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- evidence and copies ------------------------------------------------------------------------------------------

    def guard(self, **options: Any) -> Guard:
        """A guard over this store for services in the same process (`pins`, `policy`, `clock` …)."""
        from iso_qms.guard import Guard
        from iso_qms.services.embedded import Embedded

        options.setdefault("clock", self.clock.now)
        if self.host.refines:
            options["refine"] = (*options.get("refine", ()), self.host.refine)
        return Guard(Embedded(self._engine, self.registers, self.files), **options)

    @cached_property
    def copies(self) -> Copies:
        """Printed copies: print, recall, acknowledge, check."""
        from iso_qms.services.copies import Copies

        passphrase = self._key_passphrase
        return Copies(self._performer, self.registers, self.files, self.keys, self.zone, lambda: passphrase)

    @cached_property
    def evidence(self) -> Evidence:
        """Seals and bundles; signed where the log's key lies in the folder of keys."""
        from iso_qms.services import logkey
        from iso_qms.services.evidence import Evidence
        from iso_qms.services.sealing import Seals

        path = self.keys / "log.pem"
        key = logkey.load(path, self.founding.origin, self._key_passphrase) if path.exists() else None
        return Evidence(self._engine, self.files, self.zone, Seals(self.keys / "seals"), key)

    def create_log_key(self, *, by: Person | None) -> str:
        """Make the key that signs checkpoints and declare it in the journal; its verifier key (C2SP vkey)."""
        from iso_qms.services import logkey

        made = logkey.create(self.keys / "log.pem", self.founding.origin, self._key_passphrase)
        self.staff.note(ev.KeyDeclared(purpose="log", vkey=str(made.key), state="in_use"), act="declare key", by=by)
        self.__dict__.pop("evidence", None)
        return str(made.key)

    def export(
        self, target: str | Path, asked: Asked, *, by: Person | None, reason: str | None = None, **options: Any
    ) -> Exported:
        """Write an evidence bundle (BagIt) to a folder or zip file, and record what was handed over."""
        exported = self.evidence.export(Path(target), asked, **options)
        self.staff.note(exported.event(asked, reason), act="export", by=by)
        return exported

    # --- care of the store --------------------------------------------------------------------------------------------

    def lint(self, at: datetime | None = None) -> Iterator[Finding]:
        """Every finding of the checks C01–C20 that a register can make by itself, then those of the plugins."""
        from iso_qms.services.lint import Lint

        checks = Lint(self.files, self.zone, self.reading)
        now = at or self.clock.now()
        yield from checks.run(self.registers.documents(), self.staff.units(), self.staff.requests(), now)
        for broken in self.verify().broken:
            yield Finding("C20", broken.vi, broken.en, None, "error", "Luật GDĐT 20/2023/QH15 Điều 9")
        yield from self.gates.findings(now)

    def verify(self, progress: Progress | None = None) -> Verified:
        """Re-derive the whole store from its journal and name everything that does not hold."""
        return verify(self._engine, self.files, progress)

    def judge_seals(self, kept: Sequence[str | Path] = (), keys: Sequence[str] = ()) -> list[Judged]:
        """Compare the journal with every seal in the folder of keys and with checkpoint files kept elsewhere.

        `keys` are verifier keys (C2SP vkey) that are known from outside; those the journal declares are known too.
        """
        from iso_qms.domain.note import Key
        from iso_qms.services.judging import judge_seals, read_note
        from iso_qms.services.sealing import Seals

        known = [Key.parse(text) for text in (*keys, *self.registers.declared_keys("log"))]
        notes = [("seal", note) for note in Seals(self.keys / "seals").notes()]
        notes += [(Path(path).name, read_note(Path(path))) for path in kept]
        with self._engine.connect() as connection:
            return judge_seals(connection, self.founding.origin, notes, known)

    def backup(self, target: str | Path, *, by: Person | None, progress: Progress | None = None) -> backup.BackupHead:
        """Write a consistent backup (one zip file) while the store is in use, and record that it was taken."""
        said = progress or _silent
        head = backup.take(self._engine, self.files, Path(target), self.clock.now(), said)
        self.staff.note(ev.BackupTaken(size=head.size, root=head.root), act="backup", by=by)
        Watermark(self.files.folder).advance(Mark(head.size, head.root))
        return head

    @classmethod
    def restore(
        cls,
        source: str | Path,
        url: str,
        files: str | Path,
        *,
        operator: str,
        reason: str,
        progress: Progress | None = None,
        **options: Any,
    ) -> tuple[Qms, ev.StoreRestored]:
        """Fill a new store from a backup, prove it, and record the restore with what is known to be lost.

        `lost` counts the entries that a later check or backup had seen and this backup does not hold.
        """
        engine = database.open_engine(url)
        if database.revision(engine) is not None:
            raise errors.StoreExists(where=database.where(engine))
        kept = FileStore(files)
        kept.folder.mkdir(parents=True, exist_ok=True)
        database.upgrade(engine)
        try:
            head = backup.restore(Path(source), engine, kept, progress or _silent)
        except errors.QmsError:
            database.drop(engine)
            raise
        engine.dispose()
        qms = cls(url, files, operator=operator, **options)
        mark = Watermark(kept.folder).read()
        lost = max(mark.size - head.size, 0) if mark else None
        event = ev.StoreRestored(size=head.size, root=head.root, lost=lost, reason=line(reason, "reason"))
        qms.staff.note(event, act="restore", by=None)
        Watermark(kept.folder).reset(Mark(head.size, head.root))
        return qms, event

    @cached_property
    def founding(self) -> ev.StoreFounded:
        """Authority, origin and zone, as the first entries say."""
        return next(r.event for r in self.entries(0, 5) if isinstance(r.event, ev.StoreFounded))


def _silent(stage: str, done: int, total: int) -> None:
    """Says nothing of the progress."""


def _make_folders(*folders: Path) -> None:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise errors.StoreTrouble(what=os_words.told(folder, error)) from None


def _zone(zone: str | tzinfo) -> tzinfo:
    if not isinstance(zone, str):
        return zone
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise errors.BadInput(what=f"không có múi giờ “{zone}” / there is no time zone “{zone}”") from None
