"""A province publishes its register and a commune reads it: real store, real keys in encrypted files."""

from __future__ import annotations

from datetime import timedelta

import pytest

from iso_qms.contrib.snapshots import (
    RootRefused,
    SnapshotNotPublished,
    fingerprint,
    first_root,
    next_root,
    publish,
    read_root,
)
from iso_qms.guard import Freshness, Guard, SnapshotRefused
from iso_qms.services import logkey
from tests.support.office import Office

SECRET = "cụm từ bí mật của phòng"


@pytest.fixture
def province(tmp_path):
    """An office with one document, three root keys, one online key, and a folder that a web server serves."""
    office = Office.copied(tmp_path / "office")
    office.publish("QT-01")
    office.clock.advance(minutes=1)
    roots = [logkey.create(tmp_path / f"root-{n}.pem", f"goc-{n}", SECRET) for n in (1, 2, 3)]
    logkey.create(tmp_path / "online.pem", "khoa-tinh", SECRET)
    online = logkey.load(tmp_path / "online.pem", "khoa-tinh", SECRET)
    web = tmp_path / "web"
    trust = first_root(web, "qms.tinh.example/s", root_keys=roots, threshold=2, scopes={"H46": [online.key]})
    yield office, web, trust, roots, online
    office.close()


def commune(province, tmp_path) -> Guard:
    office, web, trust, _, _ = province
    return Guard.remote(str(web), ["H46"], trust=trust, cache=tmp_path / "cache", clock=office.clock.now)


def test_a_commune_reads_what_the_province_published(province, tmp_path):
    """The same answers as at home, drafts excepted; the sequence is the journal's position."""
    office, web, _, _, online = province
    office.draft("QT-01", text="dự thảo", new=True)
    office.clock.advance(minutes=1)
    done = publish(office.qms, web, "H46", signers=[online])
    assert (done.documents, done.fresh, done.head.sequence) == (1, True, office.last().pos)
    there, here = commune(province, tmp_path), office.qms.guard()
    there.source.refresh()
    near, far = here.check("QT-01", version=1), there.check("QT-01", version=1)
    assert (near.verdict, near.reason, near.current, near.pos) == (far.verdict, far.reason, far.current, far.pos)
    assert here.check("QT-01", version=2).reason == "NOT_APPROVED"
    assert there.check("QT-01", version=2).reason == "UNKNOWN_VERSION"


def test_publishing_without_a_change_only_signs_again(province, tmp_path):
    """Every hour: the sequence and the body stay, the time moves, and the commune is fresh."""
    office, web, _, _, online = province
    first = publish(office.qms, web, "H46", signers=[online])
    there = commune(province, tmp_path)
    there.source.refresh()
    office.clock.advance(hours=30)
    assert there.check("QT-01").freshness is Freshness.STALE
    again = publish(office.qms, web, "H46", signers=[online])
    assert (again.fresh, again.head.sequence, again.head.digest) == (False, first.head.sequence, first.head.digest)
    there.source.refresh()
    assert there.check("QT-01").freshness is Freshness.FRESH


def test_a_new_version_reaches_the_commune_with_the_next_fetch(province, tmp_path):
    """Issued, published, fetched: and a planned one changes by itself on its day, offline."""
    office, web, _, _, online = province
    publish(office.qms, web, "H46", signers=[online])
    there = commune(province, tmp_path)
    there.source.refresh()
    office.publish("QT-01", effective=office.today + timedelta(days=2))
    office.clock.advance(minutes=1)
    publish(office.qms, web, "H46", signers=[online])
    there.source.refresh()
    assert there.check("QT-01", version=2).reason == "NOT_YET_IN_FORCE"
    office.clock.advance(days=2)
    assert there.check("QT-01").current.number == 2


def test_a_stolen_key_is_taken_away(province, tmp_path):
    """Two of three root keys name another online key; what the stolen one signs is refused everywhere."""
    office, web, trust, roots, stolen = province
    publish(office.qms, web, "H46", signers=[stolen])
    there = commune(province, tmp_path)
    there.source.refresh()
    fresh = logkey.create(tmp_path / "online-2.pem", "khoa-tinh-2", None)
    next_root(web, signers=roots[:2], scopes={"H46": [fresh.key]})
    assert read_root(web).number == 2
    with pytest.raises(SnapshotNotPublished):
        publish(office.qms, web, "H46", signers=[stolen])
    with pytest.raises(SnapshotRefused) as refusal:
        there.source.refresh()
    assert refusal.value.why == "BAD_SIGNATURE"
    publish(office.qms, web, "H46", signers=[fresh])
    there.source.refresh()
    assert there.check("QT-01").reason == "CURRENT"
    assert trust.name == "1.root"


def test_root_keys_change_hands_only_by_enough_of_the_old_ones(province, tmp_path):
    """One root key alone cannot; two can, together with enough of the new ones."""
    _, web, _, roots, _ = province
    new = [logkey.create(tmp_path / f"new-{n}.pem", f"goc-moi-{n}", None) for n in (1, 2, 3)]
    keys = [k.key for k in new]
    for signers in (roots[:1], [*roots[:1], *new], roots[:2], new):
        with pytest.raises(RootRefused):
            next_root(web, signers=signers, root_keys=keys)
    assert read_root(web).number == 1
    next_root(web, signers=[*roots[:2], *new[:2]], root_keys=keys)
    assert {key.name for key in read_root(web).ring.keys} == {"goc-moi-1", "goc-moi-2", "goc-moi-3"}


def test_keys_that_the_root_does_not_name_publish_nothing(province, tmp_path):
    """Another key, or another scope: refused at home, before any office could be confused."""
    office, web, _, _, online = province
    other = logkey.create(tmp_path / "other.pem", "khoa-khac", None)
    for scope, key in (("H46", other), ("H10", online)):
        with pytest.raises(SnapshotNotPublished):
            publish(office.qms, web, scope, signers=[key])
    assert not (web / "H46").exists() and not (web / "H10").exists()


def test_a_root_is_begun_once_and_with_a_threshold_that_can_be_met(province, tmp_path):
    """A second first root, or four of three, is refused with a sentence."""
    _, web, trust, roots, online = province
    scopes = {"H46": [online.key]}
    with pytest.raises(RootRefused):
        first_root(web, "qms.tinh.example/s", root_keys=roots, threshold=2, scopes=scopes)
    with pytest.raises(RootRefused):
        first_root(tmp_path / "b", "qms.tinh.example/s", root_keys=roots, threshold=4, scopes=scopes)
    assert len(fingerprint(trust).split()) == 16
