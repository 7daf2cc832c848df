"""The published vectors are those of today's code, and clients in two languages agree with them."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from base64 import b64decode
from datetime import datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue

import pytest

from iso_qms.domain.reasons import REASONS
from iso_qms.guard import Guard, SnapshotRefused
from tests.guard.desk import Hands
from tests.guard.vectors import FOLDER, make, read_question, told
from tests.support.needs import needs

CLIENT = FOLDER.parent / "javascript" / "test.mjs"
ELSEWHERE = {
    "STEP_OUT_OF_ORDER", "STEP_ROLE", "STEP_COMPONENT_MISSING", "STEP_OVERDUE", "AMBIGUOUS_SCOPE",
    "PARTNER_VERSION_MISMATCH", "NO_SNAPSHOT", "NOT_APPROVED",
}  # fmt: skip
"""Reasons that no check of a fresh public snapshot gives: steps in detail, plugins, scope, drafts, no data."""


def load(name: str):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def lay_out(folder: Path, files: dict[str, str | None]) -> None:
    for name, content in files.items():
        path = folder / name
        if content is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b64decode(content))


@pytest.fixture
def installed(tmp_path):
    """An office that holds the valid snapshot, the folder that it fetches from, and its clock."""
    snapshot = load("snapshot.json")
    lay_out(tmp_path / "server", snapshot["files"])
    (tmp_path / "trust").write_bytes(b64decode(snapshot["trust"]))
    clock = Hands(datetime.fromisoformat(snapshot["now"]))
    guard = Guard.remote(
        str(tmp_path / "server"), [snapshot["scope"]], trust=tmp_path / "trust", cache=tmp_path / "c", clock=clock
    )
    assert guard.source.refresh() == snapshot["sequence"]
    return guard, tmp_path / "server", clock


def without_packing(content: str):
    """The file with every compressed body left out: another zlib packs otherwise, and the name says what is in it."""

    def plain(value):
        if isinstance(value, dict):
            return {k: "packed" if k.endswith(".gz") and v is not None else plain(v) for k, v in value.items()}
        return [plain(item) for item in value] if isinstance(value, list) else value

    return plain(json.loads(content))


@pytest.mark.parametrize("name", ["snapshot.json", "refusals.json", "questions.json"])
def test_the_published_files_are_those_of_todays_code(name):
    """Made anew they are the same: signatures, names of bodies, answers. Else: python -m tests.guard.vectors."""
    assert without_packing(make()[name]) == without_packing((FOLDER / name).read_text(encoding="utf-8"))


def test_the_questions_reach_every_rule():
    """Each reason that a check can give stands in the vectors at least once."""
    reached = {row["decision"]["reason"] for row in load("questions.json")}
    assert reached == set(REASONS) - ELSEWHERE


def test_the_guard_answers_the_questions(installed):
    """This client agrees with the file."""
    guard, _, _ = installed
    for row in load("questions.json"):
        assert told(guard.check(row["document"], **read_question(row["question"]))) == row["decision"]


@pytest.mark.parametrize("case", load("refusals.json"), ids=lambda case: case["name"])
def test_the_guard_accepts_and_refuses_as_published(installed, case):
    """Each offer has its own answer, and a refusal leaves what was held."""
    guard, server, clock = installed
    lay_out(server, case["files"])
    clock.at = datetime.fromisoformat(case["now"])
    try:
        guard.source.refresh()
        got = "accepted"
    except SnapshotRefused as refusal:
        got = refusal.why
    assert got == case["expect"]
    assert guard.source.pos() >= 10


def test_the_client_in_javascript_agrees():
    """Signatures, snapshots and rules, checked by other code in another language."""
    run = subprocess.run([needs("node"), str(CLIENT)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.strip().endswith("36 offers, 0 differences")


PAGE = """<script type="module">
import { Guard, micros } from "/javascript/guard.mjs";
const said = (text) => fetch("/said", { method: "POST", body: text });
try {
  const [snapshot, questions] = await Promise.all(
    ["snapshot", "questions"].map(async (name) => (await fetch(`/vectors/${name}.json`)).json()));
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const guard = await Guard.open({
    trust: bytes(snapshot.trust), scopes: [snapshot.scope], clock: () => micros(snapshot.now),
    fetch: async (name) => { if (!snapshot.files[name]) throw new Error(name); return bytes(snapshot.files[name]); },
  });
  const pos = await guard.refresh();
  const wrong = questions.filter((q) => guard.check(q.document, q.question).reason !== q.decision.reason);
  await said(`sequence ${pos}, ${questions.length} questions, ${wrong.length} wrong`);
} catch (error) { await said(error.stack); }
</script>"""


def test_the_client_in_javascript_runs_in_a_browser(tmp_path):
    """The same modules, the browser's own WebCrypto and nothing else."""
    browser = needs("chromium")
    shutil.copytree(FOLDER.parent, tmp_path / "site")
    (tmp_path / "site" / "page.html").write_text(PAGE, encoding="utf-8")

    heard: Queue[str] = Queue()

    class Listening(SimpleHTTPRequestHandler):
        def do_POST(self):
            heard.put(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Listening, directory=str(tmp_path / "site")))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}/page.html"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
    # The page itself says when it is done; the debugging port only keeps the browser open until then.
    run = subprocess.Popen(
        [browser, *flags, "--remote-debugging-port=0", address], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert heard.get(timeout=90) == f"sequence 10, {len(load('questions.json'))} questions, 0 wrong"
    finally:
        run.terminate()
        run.wait(30)
        server.shutdown()
        thread.join()
        server.server_close()
