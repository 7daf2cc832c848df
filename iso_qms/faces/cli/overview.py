"""All commands with one sentence each, in the order of the work; light enough to be shown at once."""

from __future__ import annotations

from iso_qms.faces.i18n import _, lazy

GROUPS = (
    (
        lazy("From a Word file to the version in force"),
        (
            ("read", lazy("Show what the reader makes of a Word or PDF file; nothing is stored.")),
            ("draft", lazy("Bring in a Word file as a draft, its code read from the file.")),
            ("redraft", lazy("Start a draft from an existing version, with its files, under another label.")),
            ("process", lazy("Show, correct and confirm the steps and times that will be enforced.")),
            ("submit", lazy("Put a draft before its approval chain.")),
            ("sign", lazy("Sign what waits, with the signer's own password.")),
            ("return", lazy("Return a submission to its drafter with a reason.")),
            ("abandon", lazy("Give up a draft.")),
            ("issue", lazy("Give an approved version its date of effect and decision number.")),
        ),
    ),
    (
        lazy("Changing what is in force"),
        (
            ("rescind", lazy("Cancel a planned decision before it takes effect.")),
            ("withdraw", lazy("End a document from a day on.")),
            ("suspend", lazy("Stop receiving dossiers, or everything, for a while.")),
            ("resume", lazy("Lift a suspension.")),
            ("reinstate", lazy("Bring an old version back by a new decision.")),
            ("ratify", lazy("Confirm an emergency issue that the full chain has approved.")),
        ),
    ),
    (
        lazy("Asking"),
        (
            ("check", lazy("Whether a version may be used at an instant (exit code 0 yes, 3 no, 4 unknown).")),
            ("explain", lazy("Why a version is or is not in force: the acts that led there.")),
            ("show", lazy("One document: what is in force, its versions, what is planned.")),
            ("list", lazy("The master list: what is in force, at any instant.")),
            ("history", lazy("Every act upon a document, in order.")),
            ("tasks", lazy("What waits for somebody, with the command that does it.")),
            ("changes", lazy("What will change by itself from now on.")),
            ("diff", lazy("What changed between two versions, in words or as a Word file.")),
            ("lint", lazy("What an inspector would find, with the clause (exit code 1 where something is).")),
            ("audit", lazy("Verify the register, read its journal, hand evidence out.")),
        ),
    ),
    (
        lazy("Copies on paper"),
        (
            ("print", lazy("Print a controlled copy: a PDF with a stamp and a code that proves itself.")),
            ("copy", lazy("Printed copies: list, recall, check.")),
            ("acknowledge", lazy("Record that somebody has read and understood a version.")),
        ),
    ),
    (
        lazy("People and rules"),
        (
            ("person", lazy("Persons, their roles and passwords.")),
            ("unit", lazy("Units and who takes over from whom.")),
            ("chain", lazy("Approval chains.")),
            ("mandate", lazy("Who may sign for whom.")),
            ("request", lazy("Change requests.")),
            ("policy", lazy("Set a rule of the register: secret_for_every_act or adoption, on or off.")),
        ),
    ),
    (
        lazy("The register itself"),
        (
            ("init", lazy("Make a register.")),
            ("doctor", lazy("Say what is missing on this machine and how to get it.")),
            ("backup", lazy("Copy register and files into one file, while others go on working.")),
            ("restore", lazy("Fill a new register from a backup and verify it.")),
            ("snapshot", lazy("Publish what is in force for offices far away.")),
            ("plugins", lazy("Plugins of this machine.")),
            ("import", lazy("Bring in an existing set of files: first a report, then the register.")),
            ("watch", lazy("Watch a folder: Word files that settle there become drafts.")),
            ("serve", lazy("Answer other services over HTTP until it is stopped.")),
            ("migrate", lazy("Upgrade a register of an older version of the program.")),
        ),
    ),
)
"""Headings, and under each the commands with their sentences."""

OPTIONS = (
    ("--store URL", lazy("The database, in place of ISO_QMS_STORE.")),
    ("--files FOLDER", lazy("The folder of files, in place of ISO_QMS_FILES.")),
    ("--lang LANG", lazy("The language of messages: vi or en.")),
    ("--version", lazy("Show the version of the program.")),
    ("--help", lazy("Show this page.")),
)


def overview() -> str:
    """The page of `iso-qms --help`."""
    lines = [_("Usage: {line}").format(line="iso-qms …"), ""]
    lines += [_("Control of documents: which version of a procedure is in force, and who decided it.")]
    for heading, commands in GROUPS:
        lines += ["", f"{_(heading)}:"]
        lines += [f"  {name:<14}{_(said)}" for name, said in commands]
    lines += ["", _("Options:")]
    lines += [f"  {name:<18}{_(said)}" for name, said in OPTIONS]
    lines += ["", _("More about a command: iso-qms COMMAND --help")]
    return "\n".join(lines)
