"""Offices far away: signed snapshots that are verified, kept, and believed only as long as they deserve it."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iso_qms.domain import ed25519
from iso_qms.domain.check import check
from iso_qms.domain.note import Note, sign
from iso_qms.guard import Action, Claim, Freshness, Guard, NotReady, SnapshotRefused, Undecided, Verdict
from iso_qms.guard.publishing import publish, sign_root, write_root
from iso_qms.guard.roots import NotTrusted, Root, ring_of, verify
from iso_qms.guard.snapshot import DocumentSnapshot, Head, decode, digest_of, encode, public
from tests.domain.histories import Register, day, histories, play
from tests.domain.test_invariants import questions
from tests.guard.desk import CODE, NEW, OLD, Hands
from tests.guard.web import Authority, at, later, signer


def register() -> Register:
    book = Register(CODE, now=day(1, 1))
    for number in (1, 2, 3):
        book.approve(number)
    book.issue(1, date(2026, 1, 2))
    book.issue(2, date(2026, 7, 1), at=day(6, 10))
    return book


def snapshot_of(book: Register, **more) -> DocumentSnapshot:
    return DocumentSnapshot(book.timeline, {1: OLD, 2: NEW}, ("2.000815",), **more)


@pytest.fixture
def authority(tmp_path):
    web = Authority(tmp_path / "web", Hands(day(6, 20)))
    web.documents["H46"] = [snapshot_of(register())]
    return web


def refused(guard: Guard) -> str:
    with pytest.raises(SnapshotRefused) as refusal:
        guard.source.refresh()
    assert refusal.value.why in refusal.value.message("vi")
    return refusal.value.why


def test_an_office_that_never_had_a_snapshot_is_not_ready(authority, tmp_path):
    """Not an outage but a wrong installation: always a no, of its own kind."""
    guard = authority.guard(tmp_path / "cache")
    decision = guard.check(CODE, version=1)
    assert (decision.verdict, decision.reason, decision.freshness) == (
        Verdict.UNKNOWN,
        "NO_SNAPSHOT",
        Freshness.NO_SNAPSHOT,
    )
    with pytest.raises(NotReady):
        guard.require(CODE)
    with pytest.raises(NotReady):
        guard.current(CODE)
    assert guard.status().light == "red"


def test_a_fetched_snapshot_answers_like_the_register(authority, tmp_path):
    """Version, step, procedure, citation with the signed checkpoint and the sequence."""
    authority.publish()
    guard = authority.guard(tmp_path / "cache")
    assert guard.source.refresh() == 1
    decision = guard.check(CODE, version=1, step="tham-dinh")
    assert (decision.verdict, decision.reason, decision.pos) == (Verdict.ALLOW, "CURRENT", 1)
    assert guard.check(CODE, version=1, step="xin-y-kien").reason == "STEP_UNKNOWN"
    citation = guard.require(guard.document_for("2.000815"))
    assert Head.parse(Note.parse(citation.checkpoint).text).sequence == citation.pos == 1
    assert guard.status().message().startswith("H46: đã cập nhật (ký lúc 20/06/2026")


def test_the_code_may_be_spelled_as_people_spell_it(tmp_path):
    """QT-7 is QT-07 in an office far away, too."""
    web = Authority(tmp_path / "web", Hands(day(6, 20)))
    book = register()
    book.document = "QT-07"
    web.documents["H46"] = [snapshot_of(book)]
    web.publish()
    guard = web.guard(tmp_path / "cache")
    guard.source.refresh()
    assert guard.check("qt-7").document == "QT-07" and guard.check("qt-7").reason == "CURRENT"


def test_an_office_offline_at_midnight_changes_version_by_itself(authority, tmp_path):
    """Future entries travel in the snapshot: no job and no line is needed at 00:00 of 01/07."""
    at(authority.clock, day(6, 30, 12))
    authority.publish()
    guard = authority.guard(tmp_path / "cache")
    guard.source.refresh()
    authority.checkpoint().unlink()
    at(authority.clock, day(7, 1) - timedelta(microseconds=1))
    assert [guard.check(CODE, version=v).reason for v in (1, 2)] == ["CURRENT", "NOT_YET_IN_FORCE"]
    at(authority.clock, day(7, 1))
    assert [guard.check(CODE, version=v).reason for v in (1, 2)] == ["SUPERSEDED", "CURRENT"]
    assert refused(guard) == "UNREACHABLE"


def test_a_frozen_server_is_noticed_by_age(authority, tmp_path):
    """Fresh for a day, stale for a week, then unknown; a denial stays one throughout."""
    authority.publish()
    guard = authority.guard(tmp_path / "cache")
    guard.source.refresh()
    seen = []
    for hours in (0, 24, 25, 167, 169):
        at(authority.clock, day(6, 20) + timedelta(hours=hours))
        seen.append((guard.check(CODE, version=1).reason, guard.check(CODE, version=2).verdict))
    assert [reason for reason, _ in seen] == [
        "CURRENT",
        "CURRENT",
        "CURRENT/STALE",
        "CURRENT/STALE",
        "CURRENT/EXPIRED",
    ]
    assert {verdict for _, verdict in seen} == {Verdict.DENY}
    assert refused(guard) == "EXPIRED_CHECKPOINT"


def test_signing_the_same_snapshot_again_keeps_offices_fresh(authority, tmp_path):
    """Hourly re-signing moves the time; sequence and body stay, and nothing but the checkpoint is fetched."""
    first = authority.publish()
    guard = authority.guard(tmp_path / "cache")
    guard.source.refresh()
    later(authority.clock, hours=30)
    assert guard.check(CODE, version=1).freshness is Freshness.STALE
    again = authority.publish()
    assert (again.sequence, again.digest) == (first.sequence, first.digest)
    for body in (authority.checkpoint().parent / "snapshots").iterdir():
        body.unlink()
    guard.source.refresh()
    assert guard.check(CODE, version=1).freshness is Freshness.FRESH


def test_the_authority_says_how_its_document_fails(authority, tmp_path):
    """on_unknown travels in the signed body: this document may not be received under on expired data."""
    authority.documents["H46"] = [snapshot_of(register(), on_unknown={Action.START: Verdict.DENY})]
    authority.publish()
    guard = authority.guard(tmp_path / "cache")
    guard.source.refresh()
    later(authority.clock, days=8)
    with pytest.raises(Undecided):
        guard.require(CODE, version=1)
    assert guard.settle(guard.check(CODE, action="cite", version=1)) is Verdict.ALLOW
    assert guard.current(CODE).number == 1 and guard.current("QT-99") is None


def test_a_clock_with_a_dead_battery_is_held_at_the_newest_signing(authority, tmp_path):
    """Set back a month, the office still answers as of the signing, with a warning that names the clock."""
    at(authority.clock, day(7, 10))
    authority.publish()
    guard = authority.guard(tmp_path / "cache")
    guard.source.refresh()
    at(authority.clock, day(6, 1))
    decision = guard.check(CODE, version=2)
    assert (decision.reason, decision.at) == ("CURRENT/CLOCK_SUSPECT", day(7, 10))
    assert "Đồng hồ" in decision.message()


def _published(authority: Authority, guard: Guard) -> None:
    authority.publish(sequence=10)
    guard.source.refresh()


def _changed(authority: Authority) -> None:
    book = register()
    book.issue(3, date(2026, 9, 1), at=day(6, 15))
    authority.documents["H46"] = [snapshot_of(book)]


def _attack_rollback(authority: Authority) -> None:
    old = authority.checkpoint().read_bytes()
    _changed(authority)
    authority.publish(sequence=11)
    authority.newer = authority.checkpoint().read_bytes()
    authority.after = old


def _forged(authority: Authority, **changes) -> None:
    """A checkpoint by the authority's own key that says something else."""
    note = Note.parse(authority.checkpoint().read_bytes())
    head = replace(Head.parse(note.text), **changes)
    key, secret = changes.pop("key", None) or authority.keys["H46"]
    authority.checkpoint().write_bytes(str(Note(head.text, (sign(head.text, key, secret),))).encode())


def _body(authority: Authority, body: bytes, **changes) -> None:
    digest = digest_of(body)
    target = authority.checkpoint().parent / "snapshots" / f"{digest.hex()}.json.gz"
    target.write_bytes(gzip.compress(body, mtime=0))
    _forged(authority, digest=digest, sequence=11, prev=_head(authority), **changes)


def _head(authority: Authority) -> tuple[int, bytes]:
    head = Head.parse(Note.parse(authority.checkpoint().read_bytes()).text)
    return head.sequence, head.digest


def _mix(authority: Authority) -> None:
    _changed(authority)
    head = authority.publish(sequence=11)
    folder = authority.checkpoint().parent / "snapshots"
    other = next(path for path in folder.iterdir() if head.digest.hex() not in path.name)
    (folder / f"{head.digest.hex()}.json.gz").write_bytes(other.read_bytes())


def _stranger(authority: Authority) -> None:
    key, _ = authority.keys["H46"]
    _, secret = signer("kẻ-lạ")
    _changed(authority)
    authority.publish(sequence=11, key=(key, secret))


def _cut(authority: Authority) -> None:
    raw = authority.checkpoint().read_bytes()
    authority.checkpoint().write_bytes(raw[:-30])


ATTACKS = {
    "an older sequence": ("ROLLBACK", lambda a: _forged(a, sequence=9)),
    "an older signing of the same": ("ROLLBACK", lambda a: _forged(a, issued=a.clock() - timedelta(hours=1))),
    "the same sequence with other content": ("EQUIVOCATION", lambda a: _forged(a, digest=b"\1" * 32)),
    "a successor of something else": ("FORK", lambda a: _forged(a, sequence=11, prev=(10, b"\1" * 32))),
    "a line in which ours never was": ("FORK", lambda a: _forged(a, sequence=11, prev=(9, b"\1" * 32))),
    "a first one again": ("FORK", lambda a: _forged(a, sequence=11, prev=None)),
    "another key under the same name": ("BAD_SIGNATURE", _stranger),
    "the snapshot of another province": ("WRONG_ORIGIN", lambda a: _forged(a, origin="khac.example/s/H46")),
    "a new checkpoint with old data": ("MIX_AND_MATCH", _mix),
    "issued next year": ("ISSUED_IN_FUTURE", lambda a: _forged(a, issued=a.clock() + timedelta(days=365))),
    "already expired": ("EXPIRED_CHECKPOINT", lambda a: _forged(a, expires=a.clock())),
    "garbage": ("MALFORMED", lambda a: a.checkpoint().write_bytes(b"\xff\x00garbage")),
    "nothing at all": ("MALFORMED", lambda a: a.checkpoint().write_bytes(b"")),
    "cut short": ("MALFORMED", _cut),
    "a body that is no JSON": ("MALFORMED", lambda a: _body(a, b"[")),
    "a body of another scope": ("MALFORMED", lambda a: _body(a, encode("H10", []))),
    "a body of a later schema": ("MALFORMED", lambda a: _body(a, b'{"schema":"snapshot/2"}')),
    "a body nested without end": ("MALFORMED", lambda a: _body(a, b"[" * 100_000)),
    "a body with an impossible row": (
        "MALFORMED",
        lambda a: _body(a, encode("H46", a.documents["H46"]).replace(b'"version":2', b'"version":77')),
    ),
    "a checkpoint as large as a film": ("TOO_LARGE", lambda a: a.checkpoint().write_bytes(b"x" * 100_000)),
    "the server is gone": ("UNREACHABLE", lambda a: a.checkpoint().unlink()),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_not_right_is_refused_with_its_own_code_and_nothing_is_kept(authority, tmp_path, attack):
    """The snapshot held before stays, answers go on, the reason is told, and an honest one heals everything."""
    why, do = ATTACKS[attack]
    guard = authority.guard(tmp_path / "cache")
    _published(authority, guard)
    later(authority.clock, minutes=30)
    honest = authority.checkpoint().read_bytes()
    cached = sorted((p.name, p.read_bytes()) for p in (tmp_path / "cache" / "H46").iterdir())
    do(authority)
    assert refused(guard) == why
    assert sorted((p.name, p.read_bytes()) for p in (tmp_path / "cache" / "H46").iterdir()) == cached
    assert guard.check(CODE, version=1).reason == "CURRENT"
    assert guard.status().last_error == why and guard.status().light == "yellow"
    assert authority.guard(tmp_path / "cache").source.pos() == 10
    authority.checkpoint().write_bytes(honest)
    assert guard.source.refresh() == 10
    assert guard.status().last_error is None


def test_an_older_snapshot_validly_signed_is_a_rollback(authority, tmp_path):
    """Taking yesterday's genuine files does not bring yesterday back."""
    authority.publish(sequence=10)
    old = authority.checkpoint().read_bytes()
    _changed(authority)
    authority.publish(sequence=11)
    guard = authority.guard(tmp_path / "cache")
    guard.source.refresh()
    authority.checkpoint().write_bytes(old)
    assert refused(guard) == "ROLLBACK"
    assert guard.source.pos() == 11


def test_a_deleted_cache_is_protected_by_what_neighbours_saw(authority, tmp_path):
    """A citation from elsewhere names position 11: the genuine snapshot 10 is refused even by an empty cache."""
    authority.publish(sequence=10)
    guard = authority.guard(tmp_path / "cache")
    guard.source.saw("H46", 11)
    assert refused(guard) == "ROLLBACK"
    assert guard.source.pos() == 0


def test_a_cache_edited_on_disk_is_found_and_heals(authority, tmp_path):
    """Another process starts on an edited cache: it believes nothing of it and fetches again."""
    authority.publish()
    authority.guard(tmp_path / "cache").source.refresh()
    body = next((tmp_path / "cache" / "H46").glob("*.json.gz"))
    body.write_bytes(gzip.compress(gzip.decompress(body.read_bytes()).replace(b"01/00", b"09/00"), mtime=0))
    guard = authority.guard(tmp_path / "cache")
    assert guard.check(CODE).reason == "NO_SNAPSHOT" and guard.status().last_error == "MIX_AND_MATCH"
    guard.source.refresh()
    assert guard.check(CODE).reason == "CURRENT"


def test_a_full_disk_leaves_the_old_snapshot_whole(authority, tmp_path, monkeypatch):
    """The write fails, the refusal says so, and both this process and the next one answer from the old snapshot."""
    guard = authority.guard(tmp_path / "cache")
    _published(authority, guard)
    _changed(authority)
    authority.publish(sequence=11)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("iso_qms.guard.cache.os.fsync", full)
        assert refused(guard) == "CANNOT_WRITE"
    assert guard.source.pos() == authority.guard(tmp_path / "cache").source.pos() == 10
    assert [p.name for p in (tmp_path / "cache" / "H46").iterdir() if p.name.endswith(".tmp")] == []
    assert guard.source.refresh() == 11


def test_another_process_of_the_machine_sees_what_was_fetched(authority, tmp_path, monkeypatch):
    """One refreshes, all read the same files: the second guard answers from the new snapshot without fetching."""
    monkeypatch.setattr("iso_qms.guard.remote.LOOK_AGAIN", 0.0)
    first, second = authority.guard(tmp_path / "cache"), authority.guard(tmp_path / "cache")
    assert second.check(CODE).reason == "NO_SNAPSHOT"
    authority.publish()
    first.source.refresh()
    assert second.check(CODE).reason == "CURRENT"


def test_sixteen_refreshers_of_one_folder_do_not_disturb_each_other(authority, tmp_path):
    """A file lock orders them; nobody fails and everybody ends at the same sequence."""
    authority.publish()
    guards = [authority.guard(tmp_path / "cache") for _ in range(16)]
    failed: list[BaseException] = []

    def work(guard: Guard) -> None:
        try:
            guard.source.refresh()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(guard,)) for guard in guards]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and {guard.source.pos() for guard in guards} == {1}


def test_a_new_key_counts_after_the_new_root_and_the_old_one_no_longer(authority, tmp_path):
    """Rotation: the root says so, signed by two of three; what the old key signs afterwards is refused."""
    old = authority.keys["H46"]
    guard = authority.guard(tmp_path / "cache")
    _published(authority, guard)
    authority.rotate()
    _changed(authority)
    authority.publish(sequence=11)
    assert guard.source.refresh() == 11
    authority.publish(sequence=11, key=old)
    assert refused(guard) == "BAD_SIGNATURE"
    assert guard.check(CODE, version=1).reason == "CURRENT"
    assert authority.guard(tmp_path / "cache").source.pos() == 11


def test_what_a_revoked_key_signed_is_no_longer_believed(authority, tmp_path):
    """The key was stolen: after the new root even the cached snapshot of that key is dropped until a good one comes."""
    guard = authority.guard(tmp_path / "cache")
    _published(authority, guard)
    authority.rotate()
    assert refused(guard) == "BAD_SIGNATURE"
    assert guard.check(CODE).reason == "NO_SNAPSHOT"
    authority.publish(sequence=11)
    assert authority.keys["H46"][0].name == "khoa-moi"
    guard.source.refresh()
    assert guard.check(CODE).reason == "CURRENT"


def test_a_root_that_too_few_signed_is_refused(authority, tmp_path):
    """One root key of three is not enough, nor two of strangers."""
    guard = authority.guard(tmp_path / "cache")
    _published(authority, guard)
    authority.keys["H46"] = signer("khoa-moi")
    lone = authority._root(2)
    (authority.folder / "keys").mkdir()
    (authority.folder / "keys" / "2.root").write_bytes(sign_root(lone, authority.roots[:1]))
    assert refused(guard) == "BAD_ROOT"
    strangers = [signer(f"goc-{n}") for n in (1, 2, 3)]
    forged = replace(lone, ring=ring_of([key for key, _ in strangers], 2))
    (authority.folder / "keys" / "2.root").write_bytes(sign_root(forged, strangers[:2]))
    assert refused(guard) == "BAD_ROOT"
    assert guard.check(CODE, version=1).reason == "CURRENT"


def test_the_same_key_twice_is_one_signature():
    """Two of three means two different keys, however the lines are written."""
    one, two = signer("goc-1"), signer("goc-2")
    with pytest.raises(NotTrusted):
        ring_of([one[0], replace(one[0], name="goc-khac")], 2)
    root = Root(1, ring_of([one[0], two[0]], 2), {}, "qms.example")
    text = root.text
    doubled = Note(text, (sign(text, *one), sign(text, *one)))
    with pytest.raises(NotTrusted, match="enough"):
        Root.parse(str(doubled).encode())
    assert Root.parse(sign_root(root, [one, two])).number == 1


@pytest.mark.parametrize("raw", [b"", b"{}", b"\xff", b"x\n\n\xe2\x80\x94 a b\n", b"null\n\n\xe2\x80\x94 a YWFhYWFh\n"])
def test_a_trust_file_that_is_none_is_told_at_once(authority, tmp_path, raw):
    """A wrong installation is found when the guard is made, not at the first dossier."""
    authority.trust.write_bytes(raw)
    with pytest.raises(SnapshotRefused) as refusal:
        authority.guard(tmp_path / "cache")
    assert refusal.value.why == "BAD_ROOT"


def test_two_scopes_the_communes_own_text_goes_first(tmp_path):
    """A commune reads its own scope and the province's; a position is that of the scope it comes from."""
    web = Authority(tmp_path / "web", Hands(day(6, 20)), ("H46", "H46.1"))
    web.documents["H46"] = [snapshot_of(register()), DocumentSnapshot(replace_code(register(), "QT-08"))]
    web.documents["H46.1"] = [
        DocumentSnapshot(replace_code(register(), "QT-08"), procedures=("1.9",), units=("H46.1",))
    ]
    web.publish("H46", sequence=40)
    web.publish("H46.1", sequence=7)
    guard = web.guard(tmp_path / "cache", ("H46.1", "H46"))
    assert guard.source.refresh() == 40
    assert (guard.check(CODE).pos, guard.check("QT-08").pos) == (40, 7)
    assert list(guard.source.claims("1.9")) == [Claim("QT-08", "1.9", ("H46.1",))]
    status = guard.status()
    assert {s.scope: s.pos for s in status.scopes} == {"H46": 40, "H46.1": 7}


def replace_code(book: Register, code: str):
    return replace(book.timeline, document=code)


def test_drafts_and_names_never_travel(authority):
    """The public body holds issued versions only, and nobody's name."""
    body = encode("H46", authority.documents["H46"])
    assert b"duyet" not in body and b"03/00" not in body
    assert json.loads(body)["documents"][0]["versions"][-1]["number"] == 2
    assert set(decode(body, "H46")[CODE].timeline.versions) == {1, 2}


def test_what_later_publishers_add_is_kept_and_does_not_hurt(authority):
    """Unknown fields of rows are passed over, those of documents kept."""
    raw = json.loads(encode("H46", authority.documents["H46"]))
    raw["later"] = 1
    raw["documents"][0]["x-posting"] = {"url": "https://example"}
    raw["documents"][0]["rows"]["entries"][0]["colour"] = "red"
    document = decode(json.dumps(raw).encode(), "H46")[CODE]
    assert document.extra == {"x-posting": {"url": "https://example"}}
    assert document.timeline == public(register().timeline)


@settings(max_examples=150, deadline=None)
@given(histories, st.lists(questions, min_size=1, max_size=4))
def test_remote_and_embedded_give_the_same_decision(history, asked):
    """I14: what travels is everything that decides about issued versions, to the last field."""
    timeline = public(play(history).timeline)
    travelled = decode(encode("H46", [DocumentSnapshot(timeline)]), "H46")["QT-07"].timeline
    for question in asked:
        assert check(travelled, **question) == check(timeline, **question)


@settings(max_examples=25, deadline=None)
@given(offers=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 3), st.booleans()), min_size=1, max_size=12))
def test_an_accepted_sequence_never_falls(tmp_path_factory, offers):
    """I9: over any series of fetches, restarts and servers that offer old or other files, it only rises."""
    folder = tmp_path_factory.mktemp("offers")
    clock = Hands(day(6, 20))
    web = Authority(folder / "web", clock)
    guard = web.guard(folder / "cache")
    highest = 0
    for sequence, content, restart in offers:
        book = register()
        for number in range(content):
            book.issue(3, date(2027, 1, 1 + number), at=day(6, 15))
        head = Head("qms.example/s/H46", sequence, b"", None, clock(), clock() + timedelta(days=7))
        body = encode("H46", [snapshot_of(book)])
        head = replace(head, digest=digest_of(body), prev=(guard.source.pos(), _digest(guard)) if highest else None)
        target = web.checkpoint().parent
        (target / "snapshots").mkdir(parents=True, exist_ok=True)
        (target / "snapshots" / f"{head.digest.hex()}.json.gz").write_bytes(gzip.compress(body))
        web.checkpoint().write_bytes(str(Note(head.text, (sign(head.text, *web.keys["H46"]),))).encode())
        try:
            guard.source.refresh()
        except SnapshotRefused as refusal:
            assert refusal.why in ("ROLLBACK", "EQUIVOCATION", "FORK")
        if restart:
            guard = web.guard(folder / "cache")
        assert guard.source.pos() >= highest
        highest = guard.source.pos()


def _digest(guard: Guard) -> bytes:
    return guard.source._held["H46"].head.digest


def test_a_publisher_does_not_go_back(authority, tmp_path):
    """A changed body under an old position is refused where it is made."""
    authority.publish(sequence=5)
    _changed(authority)
    with pytest.raises(ValueError, match="does not follow"):
        authority.publish(sequence=5)


def test_publishing_again_gives_the_same_bytes(authority, tmp_path):
    """The same register gives the same body, whoever publishes it and when."""
    assert encode("H46", authority.documents["H46"]) == encode("H46", [snapshot_of(register())])


def test_signatures_are_checked_without_any_library_too(monkeypatch):
    """With `cryptography` hidden, plain Python accepts and refuses the same."""
    key, secret = signer("khoa")
    good = secret(b"message")
    bad = bytes([good[0] ^ 1]) + good[1:]
    results = [verify(key, b"message", s) for s in (good, bad, good[:-1])]
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    assert [verify(key, b"message", s) for s in (good, bad, good[:-1])] == results == [True, False, False]
    assert ed25519.verify(key.public, b"message", good)


def test_over_http_from_an_ordinary_web_server(authority, tmp_path):
    """Python's own file server is enough; nothing of ours runs on the other side."""
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    authority.publish()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(authority.folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        guard = Guard.remote(url, ["H46"], trust=authority.trust, cache=tmp_path / "c", clock=authority.clock)
        assert guard.source.refresh() == 1
        assert guard.check(CODE, version=1).reason == "CURRENT"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert refused(guard) == "UNREACHABLE"


def test_a_thread_keeps_the_snapshot_fresh(authority, tmp_path):
    """Started once, it fetches at once and ends when told to."""
    authority.publish()
    guard = authority.guard(tmp_path / "cache")
    fetched = threading.Event()
    real = guard.source._fetch
    guard.source._fetch = lambda name, limit: (real(name, limit), fetched.set() if "gz" in name else None)[0]
    end = guard.source.keep_fresh(every=3600)
    assert fetched.wait(10)
    end()
    assert authority.guard(tmp_path / "cache").source.pos() == 1


def test_addresses_of_unknown_kinds_are_refused():
    """ftp: and the like are told, not tried."""
    with pytest.raises(ValueError, match="ftp"):
        Guard.remote("ftp://x/s", ["H46"], trust="x", cache="y")


def test_a_root_file_lands_where_clients_look(authority):
    """keys/<number>.root, and nothing that is not one."""
    raw = sign_root(authority._root(2), authority.roots[1:])
    assert write_root(authority.folder, raw).name == "2.root"
    with pytest.raises(NotTrusted):
        write_root(authority.folder, b"{}")


def test_publishing_needs_a_scope_only_known_by_its_name(tmp_path):
    """A scope with slashes or dots leads to no other folder."""
    web = Authority(tmp_path / "web", Hands(day(6, 20)), ("../H46/..", ".."))
    for scope in ("../H46/..", ".."):
        publish(web.folder, scope, [], root=web.root, signers=[web.keys[scope]], sequence=1, now=web.clock())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["trust.root", "web"]
    guard = web.guard(tmp_path / "cache", ("../H46/..", ".."))
    guard.source.refresh()
    assert sorted(p.name for p in (tmp_path / "cache").iterdir()) == ["%2E%2E", "..%2FH46%2F..", "lock"]


REFRESHER = """
import sys
from datetime import datetime
from iso_qms.guard import Guard, SnapshotRefused
folder, trust, cache, now = sys.argv[1:5]
guard = Guard.remote(folder, ["H46"], trust=trust, cache=cache, clock=lambda: datetime.fromisoformat(now))
print("ready", flush=True)
while True:
    try:
        guard.source.refresh()
    except SnapshotRefused as refusal:
        if refusal.why not in ("UNREACHABLE", "MIX_AND_MATCH", "MALFORMED", "ROLLBACK"):
            print(refusal.why, flush=True)
"""


@pytest.mark.slow
def test_killed_at_any_moment_the_cache_is_whole(tmp_path):
    """Twenty-five refreshing processes are killed while new snapshots appear: what is left is always a valid one."""
    clock = Hands(day(6, 20))
    web = Authority(tmp_path / "web", clock)
    book = register()
    web.documents["H46"] = [snapshot_of(book)]
    web.publish(sequence=1)
    web.guard(tmp_path / "cache").source.refresh()
    moments = random.Random(7)
    highest = 1
    for round_ in range(25):
        arguments = [str(web.folder), str(web.trust), str(tmp_path / "cache"), clock().isoformat()]
        process = subprocess.Popen([sys.executable, "-c", REFRESHER, *arguments], stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "ready\n"
        for number in range(moments.randint(1, 12)):
            web.documents["H46"] = [snapshot_of(book, extra={"round": [round_, number]})]
            web.publish(sequence=10 + round_ * 20 + number)
        process.kill()
        said = process.stdout.read()
        process.wait()
        process.stdout.close()
        assert said == ""
        guard = web.guard(tmp_path / "cache")
        assert guard.source.pos() >= highest and guard.status().last_error is None
        assert guard.check(CODE, version=1).reason == "CURRENT"
        highest = guard.source.pos()
    assert highest > 10
