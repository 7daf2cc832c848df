"""Moving a dossier to another version: a plan that says what it would skip, then one act by name and authority."""

from __future__ import annotations

from collections.abc import Collection

from iso_qms.guard import Citation, MigrationPlan
from iso_qms_mot_cua.handling import Handling


class Moving(Handling):
    """Migrations, elections and restarts; what the citizen was promised stays as it is."""

    def plan(
        self, code: str, *, document: str | None = None, to: int | None = None, elected: bool = False
    ) -> MigrationPlan:
        """What moving a part of a dossier to a version (the one in force) would mean; changes nothing."""
        with self.reading():
            part = self.part(code, document)
            progress = self.progress(code, part.document)
            return self.guard.plan_migration(
                code, part.document, to=to, step=progress.standing, done=progress.keys, elected=elected
            )

    def migrate(
        self,
        code: str,
        *,
        by: str,
        authority: str,
        waive: Collection[str] = (),
        document: str | None = None,
        to: int | None = None,
        elected: bool = False,
    ) -> Citation:
        """Move a part of a dossier; new mandatory steps behind it must be done or waived by name and authority.

        `elected`: the applicant asked for it. Raises MigrationBlocked, PinConflict, Denied.
        """
        with self.act("migrate", by=by, dossier=code, subject=document or ""):
            self._unfinished(code)
            plan = self.plan(code, document=document, to=to, elected=elected)
            return self.guard.migrate(plan, by=by, authority=authority, waive=waive)

    def restart(self, code: str, *, by: str, authority: str, reason: str, document: str | None = None) -> Citation:
        """Begin a part anew under the version in force, on a named authority; its steps are to be done again."""
        with self.act("restart", by=by, dossier=code, subject=document or ""):
            self._unfinished(code)
            part = self.part(code, document)
            return self.guard.restart(code, part.document, by=by, authority=authority, reason=reason)
