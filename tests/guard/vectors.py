"""Makes the published test vectors: snapshots to accept, snapshots to refuse, and questions with their decisions.

Run as `python -m tests.guard.vectors` to write them anew below clients/vectors; keys, times and histories are fixed.
"""

from __future__ import annotations

import json
import random
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from iso_qms.domain.civil import OFFICE_ZONE
from iso_qms.domain.decision import Action, Citation, Decision
from iso_qms.domain.note import Key, Kind, Note, sign
from iso_qms.domain.timeline import Timeline
from iso_qms.guard import Guard, Verdict
from iso_qms.guard.cache import pack
from iso_qms.guard.publishing import Signer, publish, sign_root
from iso_qms.guard.roots import Ring, Root
from iso_qms.guard.snapshot import DocumentSnapshot, Head, digest_of, encode
from tests.domain.histories import BEGIN, HOUR, VERSIONS, Register, digest, play
from tests.guard.desk import NEW, OLD, Hands

FOLDER = Path(__file__).parents[2] / "clients" / "vectors"
SCOPE = "H46"
NOW = BEGIN + 400 * HOUR


def fixed_signer(name: str, seed: int) -> Signer:
    """A key pair for tests only: its secret is a number."""
    secret = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return Key(name, Kind.ED25519, secret.public_key().public_bytes_raw()), secret.sign


ROOTS = [fixed_signer(f"goc-{n}", n) for n in (1, 2, 3)]
ONLINE = fixed_signer("khoa-1", 11)
OTHER = fixed_signer("khoa-2", 12)
STRANGER = fixed_signer("khoa-1", 13)


def root(number: int = 1, online: Signer = ONLINE) -> Root:
    ring = Ring(tuple(key for key, _ in ROOTS), 2)
    return Root(number, ring, {SCOPE: Ring((online[0],), 1)}, "qms.example/s")


def documents() -> list[DocumentSnapshot]:
    """Thirty documents with histories drawn by a fixed seed, and one with a process, units and a rule for unknown."""
    drawn = random.Random(2026)
    made = [DocumentSnapshot(_history(drawn, f"QT-{n:02d}").timeline) for n in range(1, 31)]
    desk = Register("QT-TP-07", now=BEGIN)
    for number in (1, 2):
        desk.approve(number)
    desk.issue(1, (BEGIN + 24 * HOUR).date())
    later = {"sunset": BEGIN + 900 * HOUR, "accept_old_until": BEGIN + 700 * HOUR}
    desk.issue(2, (BEGIN + 600 * HOUR).date(), transition="migrate", **later)
    fails = {Action.START: Verdict.DENY}
    return [*made, DocumentSnapshot(desk.timeline, {1: OLD, 2: NEW}, ("2.000815",), ("H46.1",), fails)]


def _history(drawn: random.Random, code: str) -> Register:
    register = Register(code)
    for number in VERSIONS:
        register.approve(number)
    return play([_act(drawn) for _ in range(drawn.randint(1, 18))], register)


def _act(drawn: random.Random) -> tuple[Any, ...]:
    version, transition = drawn.choice(VERSIONS), drawn.choice(["finish", "finish", "elect", "migrate", "restart"])
    maybe = lambda: drawn.choice([None, drawn.randint(1, 400)])  # noqa: E731
    units = drawn.choice([(), (), ("H46.1",), ("H46.1", "H46.2")])
    return drawn.choice(
        [
            ("issue", version, drawn.randint(-9, 17), transition, maybe(), maybe()),
            ("issue", version, drawn.randint(-2, 9), transition, maybe(), maybe()),
            ("emergency", version, drawn.randint(1, 200), transition),
            ("ratify", drawn.randint(0, 9)),
            ("withdraw", drawn.randint(-3, 12), transition, maybe()),
            ("rescind", drawn.randint(0, 9)),
            (
                "suspend",
                drawn.randint(-50, 200),
                maybe(),
                drawn.choice(["new", "all"]),
                drawn.choice([None, 1, 2]),
                units,
            ),
            ("resume", drawn.randint(0, 5), drawn.randint(0, 100)),
            ("wait", drawn.randint(1, 120)),
        ]
    )


def served(work: Path, sequence: int = 10, given: list[DocumentSnapshot] | None = None) -> dict[str, bytes]:
    """The files of a server after one publication."""
    listed = documents() if given is None else given
    publish(work, SCOPE, listed, root=root(), signers=[ONLINE], sequence=sequence, now=NOW)
    return {p.relative_to(work).as_posix(): p.read_bytes() for p in sorted(work.rglob("*")) if p.is_file()}


def signed(head: Head, key: Signer = ONLINE) -> bytes:
    return str(Note(head.text, (sign(head.text, *key),))).encode()


def with_head(files: dict[str, bytes], key: Signer = ONLINE, **changes: Any) -> dict[str, bytes]:
    """The same server with another checkpoint."""
    head = Head.parse(Note.parse(files[f"{SCOPE}/checkpoint"]).text)
    return {**files, f"{SCOPE}/checkpoint": signed(replace(head, **changes), key)}


def with_body(files: dict[str, bytes], body: bytes, packed: bytes | None = None) -> dict[str, bytes]:
    """A following publication whose body is whatever is given."""
    head = Head.parse(Note.parse(files[f"{SCOPE}/checkpoint"]).text)
    name = f"{SCOPE}/snapshots/{digest_of(body).hex()}.json.gz"
    prev = (head.sequence, head.digest)
    changed = with_head(files, digest=digest_of(body), sequence=head.sequence + 1, prev=prev)
    return {**changed, name: pack(body) if packed is None else packed}


def cases(base: dict[str, bytes]) -> list[dict[str, Any]]:
    """What a client that holds sequence 10 is offered, and what it must make of it."""
    point = f"{SCOPE}/checkpoint"
    raw = base[point]
    good = encode(SCOPE, documents()[:3])
    hour = timedelta(hours=1)
    second = {**with_head(base, OTHER), "keys/2.root": sign_root(root(2, OTHER), ROOTS[:2])}
    offers: list[tuple[str, str, dict[str, bytes], datetime]] = [
        ("the same again", "accepted", base, NOW),
        ("signed again an hour later", "accepted", with_head(base, issued=NOW + hour), NOW + hour),
        ("a following publication", "accepted", with_body(base, good), NOW + hour),
        (
            "several publications later",
            "accepted",
            with_head(with_body(base, good), sequence=20, prev=(15, b"\1" * 32)),
            NOW,
        ),
        ("a new key under a new root", "accepted", second, NOW),
        ("an older sequence", "ROLLBACK", with_head(base, sequence=9), NOW),
        ("an older signing", "ROLLBACK", with_head(base, issued=NOW - hour), NOW),
        ("the same sequence with other content", "EQUIVOCATION", with_head(base, digest=b"\1" * 32), NOW),
        ("a successor of something else", "FORK", with_head(with_body(base, good), prev=(10, b"\1" * 32)), NOW),
        ("a line in which ours never was", "FORK", with_head(with_body(base, good), prev=(9, b"\1" * 32)), NOW),
        ("a first one again", "FORK", with_head(with_body(base, good), prev=None), NOW),
        ("a stranger's key under our name", "BAD_SIGNATURE", with_head(base, STRANGER), NOW),
        ("a key of nobody we know", "BAD_SIGNATURE", with_head(base, OTHER), NOW),
        ("one character of the text changed", "BAD_SIGNATURE", {**base, point: raw.replace(b"\n10\n", b"\n11\n")}, NOW),
        ("another origin", "WRONG_ORIGIN", with_head(base, origin="khac.example/s/H46"), NOW),
        ("a new checkpoint with old data", "MIX_AND_MATCH", _mixed(base, good), NOW),
        ("issued next year", "ISSUED_IN_FUTURE", with_head(base, issued=NOW + timedelta(days=365)), NOW),
        ("nine minutes ahead of our clock", "accepted", with_head(base, issued=NOW + timedelta(minutes=9)), NOW),
        ("expired this second", "EXPIRED_CHECKPOINT", with_head(base, expires=NOW), NOW),
        ("an empty file", "MALFORMED", {**base, point: b""}, NOW),
        ("garbage", "MALFORMED", {**base, point: b"\xff\x00garbage"}, NOW),
        ("cut short", "MALFORMED", {**base, point: raw[:-30]}, NOW),
        ("carriage returns", "MALFORMED", {**base, point: raw.replace(b"\n", b"\r\n")}, NOW),
        ("a leading zero", "MALFORMED", {**base, point: _resigned(raw, "\n10\n", "\n010\n")}, NOW),
        ("a line too many", "MALFORMED", {**base, point: _resigned(raw, "\nprev", "\nmore\nprev")}, NOW),
        ("a body that is no gzip", "MALFORMED", with_body(base, good, packed=b"\x1f\x8bnonsense"), NOW),
        ("a body cut short", "MALFORMED", with_body(base, good, packed=pack(good)[:-9]), NOW),
        ("a body that is no JSON", "MALFORMED", with_body(base, b"["), NOW),
        ("a body of another scope", "MALFORMED", with_body(base, encode("H10", [])), NOW),
        ("a body of a later schema", "MALFORMED", with_body(base, good.replace(b"snapshot/1", b"snapshot/9")), NOW),
        ("a version that nobody drafted", "MALFORMED", with_body(base, _strange(good)), NOW),
        ("a document twice", "MALFORMED", with_body(base, _twice(good)), NOW),
        ("a root that too few signed", "BAD_ROOT", {**base, "keys/2.root": sign_root(root(2), ROOTS[:1])}, NOW),
        ("a root that skips a number", "BAD_ROOT", {**base, "keys/2.root": sign_root(root(3), ROOTS[:2])}, NOW),
        ("nothing there", "UNREACHABLE", {k: v for k, v in base.items() if k != point}, NOW),
        ("no body there", "UNREACHABLE", with_head(with_body(base, good), sequence=11, digest=b"\2" * 32), NOW),
    ]
    return [
        {"name": name, "expect": expect, "now": now.isoformat(), "files": _only_changed(base, files)}
        for name, expect, files, now in offers
    ]


def _only_changed(base: dict[str, bytes], files: dict[str, bytes]) -> dict[str, str | None]:
    changed = {name: _b64(raw) for name, raw in files.items() if base.get(name) != raw}
    return {**changed, **{name: None for name in base if name not in files}}


def _mixed(base: dict[str, bytes], good: bytes) -> dict[str, bytes]:
    files = with_body(base, good)
    name = f"{SCOPE}/snapshots/{digest_of(good).hex()}.json.gz"
    return {**files, name: pack(encode(SCOPE, documents()[:2]))}


def _resigned(raw: bytes, old: str, new: str) -> bytes:
    text = Note.parse(raw).text.replace(old, new, 1)
    return str(Note(text, (sign(text, *ONLINE),))).encode()


def _strange(body: bytes) -> bytes:
    raw = json.loads(body)
    raw["documents"][0]["rows"]["entries"][0]["version"] = 77
    return json.dumps(raw).encode()


def _twice(body: bytes) -> bytes:
    raw = json.loads(body)
    raw["documents"].append(raw["documents"][0])
    return json.dumps(raw).encode()


def questions(guard: Guard) -> list[dict[str, Any]]:
    """Questions drawn by a fixed seed over all documents, each with the decision of the Python guard."""
    drawn = random.Random(42)
    made = []
    for document in [*guard.source.documents(), "QT-99"]:
        timeline = guard.source.timeline(document) or Timeline(document)
        made += [
            _asked(guard, document, _question(drawn, timeline))
            for _ in range(40 if document == "QT-TP-07" else 12 if timeline.entries else 1)
        ]
    for hours in (620, 699, 700):
        made.append(
            _asked(guard, "QT-TP-07", {"action": "start", "at": (BEGIN + hours * HOUR).isoformat(), "version": 1})
        )
    for step in ("tham-dinh", "xin-y-kien", "không có"):
        for unit in (None, "H46.1", "H46.9"):
            asked = {"action": "start", "at": (BEGIN + 100 * HOUR).isoformat(), "step": step, "unit": unit}
            made.append(_asked(guard, "QT-TP-07", asked))
    return made


def _question(drawn: random.Random, timeline: Timeline) -> dict[str, Any]:
    numbers = [*timeline.versions] * 6 or [1]
    marks = timeline.marks() or (BEGIN,)
    at = (
        drawn.choice(marks) + drawn.choice([0, 0, 1, 30, 200]) * HOUR + timedelta(microseconds=drawn.choice([-1, 0, 0]))
    )
    number = drawn.choice([*numbers, drawn.choice(VERSIONS)])
    question: dict[str, Any] = {
        "action": drawn.choice(["start", "start", "continue", "continue", "continue", "display", "cite"]),
        "at": at.astimezone(drawn.choice([OFFICE_ZONE, at.tzinfo])).isoformat(),
        "version": drawn.choice([None, None, number, number, number, f"{number:02d}/00", str(number), "x"]),
        "sha256": drawn.choice([*[None] * 12, digest(number), digest(number).upper(), "zz"]),
        "unit": drawn.choice([None, None, "H46.1", "H46.3"]),
        "elected": drawn.random() < 0.2,
        "known": None if drawn.random() < 0.8 else (BEGIN + drawn.randint(0, 500) * HOUR).isoformat(),
    }
    if question["action"] == "continue" and drawn.random() < 0.95:
        received = drawn.choice(marks) + drawn.choice([0, 2]) * HOUR
        governing = timeline.in_force(received)
        if governing is not None and governing.version is not None and drawn.random() < 0.8:
            number = governing.version
        pin = Citation("", number, f"{number:02d}/00", digest(number), received)
        question |= {"pin": pin, "version": drawn.choice([None, None, None, None, number]), "sha256": None}
    return question


def _asked(guard: Guard, document: str, question: dict[str, Any]) -> dict[str, Any]:
    asked = dict(question)
    if "pin" in asked:
        asked["pin"] = replace(asked["pin"], document=document)
    said = guard.check(document, **read_question(asked))
    if "pin" in asked:
        asked["pin"] = asked["pin"].as_dict()
    return {"document": document, "question": asked, "decision": told(said)}


def read_question(asked: dict[str, Any]) -> dict[str, Any]:
    """The keywords of `check` for a question as it stands in the file."""
    times = {name: datetime.fromisoformat(asked[name]) for name in ("at", "known") if asked.get(name)}
    pin = asked.get("pin")
    if isinstance(pin, dict):
        pin = Citation.from_dict(pin)
    return {**asked, "known": None, **times, "pin": pin}


def told(said: Decision) -> dict[str, Any]:
    """The decision as it stands in the file: everything but the sentence."""
    return {name: value for name, value in said.as_dict().items() if name != "message"}


@cache
def make() -> dict[str, str]:
    """File name -> content of everything that is published."""
    with TemporaryDirectory() as work:
        folder = Path(work) / "server"
        base = served(folder)
        trust = sign_root(root(), ROOTS[:2])
        (Path(work) / "trust").write_bytes(trust)
        guard = Guard.remote(str(folder), [SCOPE], trust=Path(work) / "trust", cache=Path(work) / "c", clock=Hands(NOW))
        guard.source.refresh()
        asked = questions(guard)
    server = {name: _b64(raw) for name, raw in base.items()}
    snapshot = {"scope": SCOPE, "now": NOW.isoformat(), "sequence": 10, "trust": _b64(trust), "files": server}
    return {
        "snapshot.json": _json(snapshot),
        "refusals.json": _json(cases(base)),
        "questions.json": "[\n"
        + ",\n".join(json.dumps(q, ensure_ascii=False, sort_keys=True) for q in asked)
        + "\n]\n",
    }


def _b64(raw: bytes) -> str:
    return b64encode(raw).decode()


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(folder: Path = FOLDER, say: Callable[[str], object] = print) -> None:
    """Write all files anew."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in make().items():
        (folder / name).write_text(content, encoding="utf-8")
        say(f"{folder / name}: {len(content):,}")


if __name__ == "__main__":
    write()
