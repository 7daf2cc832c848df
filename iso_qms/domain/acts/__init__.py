"""One function per act upon a document: it checks the rules and returns one event, or raises one refusal."""

from iso_qms.domain.acts.approval import describe, send_back, sign, submit, version_to_submit
from iso_qms.domain.acts.content import abandon, draft
from iso_qms.domain.acts.force import adopt, issue, missed, ratify, reinstate, rescind, resume, suspend, withdraw
from iso_qms.domain.acts.ground import Content, Moment, choose, civil_text, clean_units, require_own_role, require_role

__all__ = [
    "Content",
    "Moment",
    "abandon",
    "adopt",
    "choose",
    "civil_text",
    "clean_units",
    "describe",
    "draft",
    "issue",
    "missed",
    "ratify",
    "reinstate",
    "require_own_role",
    "require_role",
    "rescind",
    "resume",
    "send_back",
    "sign",
    "submit",
    "suspend",
    "version_to_submit",
    "withdraw",
]
