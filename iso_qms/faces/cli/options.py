"""Arguments and options that several commands share, each with its one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from iso_qms.faces.i18n import lazy

Code = Annotated[str, typer.Argument(metavar="CODE", help=lazy("Code of the document, for example QT-01."))]
By = Annotated[str | None, typer.Option("--by", metavar="LOGIN", help=lazy("Account name of who acts."))]
Json = Annotated[bool, typer.Option("--json", help=lazy("Print JSON for programs."))]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help=lazy("Why; kept for ever in the journal."))]
Number = Annotated[
    int | None, typer.Option("--version", metavar="N", help=lazy("Number of the version, where several qualify."))
]
At = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="TIME", help=lazy("The instant asked about (now): a date, or 2030-01-01T08:00:00+07:00.")
    ),
]
Known = Annotated[
    str | None,
    typer.Option("--known", metavar="TIME", help=lazy("Answer from what was on record at this instant.")),
]
MOST = 2**53
"""Largest position that JSON carries exactly."""

First = Annotated[int, typer.Option("--from", metavar="POS", min=0, max=MOST, help=lazy("First entry of the journal."))]
Last = Annotated[
    int | None, typer.Option("--to", metavar="POS", min=0, max=MOST, help=lazy("Last entry of the journal."))
]
OnlyDocument = Annotated[
    str | None, typer.Option("--document", metavar="CODE", help=lazy("Only acts on this document."))
]
OnlyPerson = Annotated[str | None, typer.Option("--person", metavar="LOGIN", help=lazy("Only acts by this account."))]
Since = Annotated[str | None, typer.Option("--since", metavar="TIME", help=lazy("Not before this instant."))]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help=lazy("Before this instant."))]
Effective = Annotated[
    str, typer.Option("--effective", metavar="DATE", help=lazy("The day of effect: 31/12/2026 or 2026-12-31."))
]
DecisionNumber = Annotated[
    str, typer.Option("--decision", metavar="NUMBER", help=lazy("Number of the decision, for example 15/QĐ-UBND."))
]
Transition = Annotated[
    str,
    typer.Option(
        "--transition", metavar="RULE", help=lazy("What earlier dossiers do: finish, elect, migrate or restart.")
    ),
]
Sunset = Annotated[
    str | None,
    typer.Option("--sunset", metavar="DATE", help=lazy("Last day on which earlier dossiers may finish.")),
]
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE", help=lazy("The Word or PDF file; after it its forms, or one folder."))
]
