"""The line between a register and a desk far away: signed snapshots go over it, and it can be cut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from iso_qms import Qms
from iso_qms.contrib.snapshots import first_root, new_key, publish
from iso_qms.guard import Guard, PinStore

SCOPE = "H46"


class Line:
    """One scope of a register published into a folder, and a guard that reads it from there.

    While the line is cut the register publishes on, and the desk answers from what it fetched last; what was planned
    by then comes into force on its day all the same, since a snapshot holds start dates, not states.
    `web` is the folder published into, `trust` the root file, `cache` the folder of the desk's machine.
    """

    def __init__(self, qms: Qms, folder: Path, clock: Callable[[], datetime]) -> None:
        self._qms, self._clock = qms, clock
        self.web, self.cache = folder / "web", folder / "cache"
        origin = f"{qms.founding.origin}/s"
        root, self._key = (new_key(folder / f"{name}.pem", f"{origin}/{name}") for name in ("root", SCOPE))
        self.trust = first_root(self.web, origin, root_keys=[root], threshold=1, scopes={SCOPE: [self._key.key]})
        self._guard: Guard | None = None
        self.down = False

    def guard(self, pins: PinStore) -> Guard:
        """The desk's guard; it knows nothing before the first `bring`."""
        self._guard = Guard.remote(
            str(self.web), [SCOPE], trust=self.trust, cache=self.cache, clock=self._clock, pins=pins
        )
        return self._guard

    def bring(self) -> None:
        """Publish what is recorded, and let the desk fetch it where the line holds."""
        publish(self._qms, self.web, SCOPE, signers=[self._key])
        if self._guard is not None and not self.down:
            source: Any = self._guard.source
            source.refresh()

    def cut(self) -> None:
        """Nothing comes through any more."""
        self.down = True

    def mend(self) -> None:
        """It comes through again, and the desk fetches at once."""
        self.down = False
        self.bring()
