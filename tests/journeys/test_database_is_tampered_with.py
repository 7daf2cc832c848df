"""Somebody with the database's own rights changes one row: the answer may be wrong, but the lie is named."""

from sqlalchemy import create_engine, text

from iso_qms.domain.errors import JournalBroken
from tests.support.office import Office, refuses


def behind_our_back(office: Office, *statements: str) -> None:
    engine = create_engine(office.url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            triggers = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in connection.execute(triggers).scalars().all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            assert connection.execute(text(statement)).rowcount
    engine.dispose()


def found(office: Office) -> list[tuple[str, int | None]]:
    broken = office.qms.verify().broken
    return [(each.place, each.pos) for each in broken if not each.place.startswith("trigger")]


def test_a_legal_date_moved_in_its_row_is_named_with_both_values(office: Office) -> None:
    office.publish("QT-01")
    pos = office.last().pos
    behind_our_back(office, "UPDATE qms_issue SET legal_date = '2025-01-01'")
    assert found(office) == [("qms_issue", pos)]
    sentence = next(b for b in office.qms.verify().broken if b.pos == pos)
    assert "legal_date" in sentence.vi and "2025-01-01" in sentence.vi and "2026-01-05" in sentence.vi


def test_a_signature_taken_out_or_put_in_is_named(office: Office) -> None:
    office.approve("QT-01")
    review = next(r.pos for r in office.qms.history("QT-01") if r.event.act == "signed")
    columns = "at, actor, entered_by, auth, document, number, sha256, submission, 'gia', meaning, change_class, "
    columns += "role, principal, mandate, capacity, comment"
    behind_our_back(
        office,
        f"DELETE FROM qms_signature WHERE pos = {review}",
        f"INSERT INTO qms_signature SELECT 777, {columns} FROM qms_signature",
    )
    assert set(found(office)) == {("qms_signature", review), ("qms_signature", 777)}


def test_an_entry_rewritten_together_with_its_hash_still_breaks_the_tree(office: Office) -> None:
    from iso_qms.domain.merkle import leaf_hash
    from iso_qms.store.journal import entries

    office.publish("QT-01")
    with office.qms._engine.connect() as connection:
        pos, leaf = list(entries(connection))[-1]
    forged = leaf.replace(b"2026-01-05", b"2026-01-04")
    blob = "X'{}'" if office.url.startswith("sqlite") else "'\\x{}'"
    behind_our_back(
        office,
        f"UPDATE qms_journal SET leaf = {blob.format(forged.hex())}, "
        f"leaf_hash = {blob.format(leaf_hash(forged).hex())} WHERE pos = {pos}".replace(":", "\\:"),
    )
    places = {place for place, _ in found(office)}
    assert "head" in places and "qms_issue" in places


def test_nothing_is_added_to_a_journal_whose_head_was_forged(office: Office) -> None:
    behind_our_back(office, "UPDATE qms_head SET root = frontier")
    size = office.qms.registers.head()[0]
    with refuses(JournalBroken):
        office.draft("QT-01")
    assert office.qms.registers.head()[0] == size
    assert "head" in {place for place, _ in found(office)}


def test_a_file_changed_in_the_folder_is_not_given_out_and_named(office: Office) -> None:
    from iso_qms.domain.errors import FileDamaged

    office.publish("QT-01", text="Nội dung thật")
    main = office.qms.manifest("QT-01", 1).main.sha256
    path = office.qms.files.path(main)
    path.chmod(0o644)
    path.write_text("Nội dung giả")
    with refuses(FileDamaged):
        office.qms.read_file("QT-01", 1)
    assert [place for place, _ in found(office)] == [f"file {main}"]
