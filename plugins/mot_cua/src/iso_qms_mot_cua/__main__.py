"""The desk's commands by themselves: `python -m iso_qms_mot_cua report`, for a machine without the register."""

from __future__ import annotations

import os

from iso_qms_mot_cua.commands import sub_application

if __name__ == "__main__":
    # The register's own settings are not at hand here: the desk's database and calendar come from the environment.
    given = {"desk": os.environ.get("MOT_CUA_DESK"), "calendar": os.environ.get("MOT_CUA_CALENDAR")}
    sub_application(lambda: given)(prog_name="python -m iso_qms_mot_cua")
