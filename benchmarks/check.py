"""One enforcement check in a process: is this version in force at that moment, and is this step allowed?"""

from __future__ import annotations

import bisect
import itertools
import json
import random
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from benchmarks.candidates import (
    Run,
    best_slice,
    candidate,
    clock,
    fresh,
    goal,
    group,
    postgres,
    postgres_database,
    sized,
)
from benchmarks.workload import DAY, FAR, T0, starts

DOCUMENTS = sized(1000, 20)
group("check", f"One check: {DOCUMENTS:,} documents × 5 versions × 12 of 20 steps, any moment")
group("hook", "The same check, with plugins that may make the answer stricter")
STEPS = tuple(f"b{i:02d}" for i in range(1, 21))

Question = tuple[str, int, int, str]
"""Document, version, moment in seconds, step."""


def code(document: int) -> str:
    """The code of the n-th document."""
    return f"QT-{document + 1_000_001}"


def steps(document: int, number: int) -> list[str]:
    """Twelve of the twenty steps, other ones for each version."""
    return sorted(random.Random(document * 100 + number).sample(STEPS, 12))


@cache
def versions() -> dict[str, list[tuple[int, int, int, frozenset[str]]]]:
    """By document: number, start, end and steps of each version; starts are midnights of the office."""
    found: dict[str, list[tuple[int, int, int, frozenset[str]]]] = {}
    for document, number, at in starts(DOCUMENTS):
        start = (at + 7 * 3600) // DAY * DAY - 7 * 3600
        own = found.setdefault(code(document), [])
        if own:
            own[-1] = (*own[-1][:2], start, own[-1][3])
        own.append((number, start, FAR, frozenset(steps(document, number))))
    return found


@cache
def questions(count: int = 4096) -> tuple[list[Question], list[bool]]:
    """Questions and their right answers; some four in ten are allowed."""
    dice, known = random.Random(2), versions()
    asked, right = [], []
    for _ in range(count):
        document = dice.choice(list(known))
        at = T0 + 366 * DAY + dice.randrange(4 * 365 * DAY)
        current = next(v for v in known[document] if v[1] <= at < v[2])
        version = current if dice.random() < 0.7 else dice.choice(known[document])
        step = dice.choice(STEPS)
        asked.append((document, version[0], at, step))
        right.append(version is current and step in current[3])
    return asked, right


def checked(function: Callable[..., Any], arguments: list[tuple[Any, ...]] | None = None, most: int = 4096) -> Run:
    """Time a candidate that answered the first questions rightly."""
    asked, right = questions()
    ready = arguments or asked
    wrong = [n for n in range(min(most, len(ready))) if bool(function(*ready[n])) is not right[n]]
    assert not wrong, f"{len(wrong)} wrong answers, the first to {ready[wrong[0]]}"
    return best_slice(function, ready)


@candidate("check", "dict, 'now' only", limit=True, note="a ready-made set of what is in force now; no time")
def _() -> Run:
    now = {(document, v[0], step): True for document, own in versions().items() for v in own[-1:] for step in v[3]}

    def ask(document: str, version: int, at: int, step: str, get: Any = now.get) -> bool:
        return get((document, version, step), False)

    return best_slice(ask, questions()[0])


@candidate("check", "bisect by hand", note="yes or no; no reason, no freshness")
def _() -> Run:
    index = {document: ([v[1] for v in own], own) for document, own in versions().items()}

    def ask(document: str, version: int, at: int, step: str) -> bool:
        begun, own = index[document]
        i = bisect.bisect_right(begun, at) - 1
        return i >= 0 and own[i][0] == version and at < own[i][2] and step in own[i][3]

    return checked(ask)


# --- this project -------------------------------------------------------------------------------------------------


def _register() -> Any:
    from benchmarks import filling, ours

    url, folder = filling.lives(DOCUMENTS, steps=steps)
    return ours.opened(url, folder)


def _moments() -> list[tuple[Any, ...]]:
    return [(d, v, datetime.fromtimestamp(at, UTC), s) for d, v, at, s in questions()[0]]


def _asking(guard: Any) -> Callable[..., Any]:
    check = guard.check

    def ask(document: str, version: int, at: datetime, step: str) -> Any:
        return check(document, version=version, at=at, step=step)

    return ask


def _judged(guard: Any) -> Run:
    """Every question answered rightly, by the answers' own word; then timed as a service asks."""
    ask = _asking(guard)
    right = questions()[1]
    for arguments, wanted in zip(_moments(), right, strict=True):
        decision = ask(*arguments)
        assert decision.allowed is wanted, (arguments, decision)
        assert decision.current is not None
    return best_slice(ask, _moments())


@candidate("check", "iso_qms guard, embedded", ours=True, note="the whole decision, fresh, with reason and remedy")
def _() -> Run:
    return _judged(_register().guard())


goal(
    "check",
    "iso_qms guard, embedded",
    15,
    6,
    peers=(
        ("sqlite3 by hand", 8),
        ("regorus (Rego in Rust)", 13),
        ("cedarpy, parsed policies and 5,000 entities", 80),
        ("SQLModel, a session per check", 400),
    ),
)


@candidate("check", "iso_qms guard, asked for the first time", ours=True, count=4096, note="worked out by the rule")
def _() -> Run:
    register = _register()
    moments = _moments()

    def run(n: int) -> float:
        ask, total, done = _asking(register.guard()), 0.0, 0
        for document in versions():
            ask(document, 1, moments[0][2], STEPS[0])
        while done < n:
            start = clock()
            for arguments in moments[: n - done]:
                ask(*arguments)
            total, done = total + clock() - start, done + len(moments[: n - done])
        return total

    return run


def _hosted(plugins: int) -> Run:
    from iso_qms.hookspecs import hookimpl

    class Abstaining:
        """Looks at each decision and leaves it as it is."""

        iso_qms_api = (1, 0)

        @hookimpl
        def iso_qms_refine_decision(self, decision: Any) -> Any:
            return None

    register = _register()
    for number in range(plugins):
        assert register.host.add(Abstaining(), f"p{number}"), register.host.quarantined
    return _judged(register.guard())


def _pluggy(plugins: int) -> Run:
    import pluggy

    spec, impl = pluggy.HookspecMarker("bench"), pluggy.HookimplMarker("bench")

    class Spec:
        @spec(firstresult=True)
        def check(self, document: str, version: int, at: datetime, step: str) -> Any:
            """The answer."""

    ask = _asking(_register().guard())

    class Answering:
        @impl
        def check(self, document: str, version: int, at: datetime, step: str) -> Any:
            return ask(document, version, at, step)

    class Silent:
        @impl
        def check(self, document: str, version: int, at: datetime, step: str) -> Any:
            return None

    manager = pluggy.PluginManager("bench")
    manager.add_hookspecs(Spec)
    for number in range(plugins):
        manager.register(Silent() if number else Answering())  # the first registered is asked last
    hook = manager.hook.check

    def call(document: str, version: int, at: datetime, step: str) -> Any:
        return hook(document=document, version=version, at=at, step=step)

    for arguments, wanted in zip(_moments(), questions()[1], strict=True):
        assert call(*arguments).allowed is wanted
    return best_slice(call, _moments())


@candidate("hook", "guard without plugins", limit=True)
def _() -> Run:
    return _judged(_register().guard())


def _hooks(plugins: int) -> None:
    named = f"{plugins} plugin{'s' if plugins > 1 else ''}"
    candidate("hook", f"iso_qms guard, {named}", ours=True, note="refining, each guarded")(lambda: _hosted(plugins))
    candidate("hook", f"pluggy's own call, {named}", note="first result")(lambda: _pluggy(plugins))


for _plugins in (1, 3, 10):
    _hooks(_plugins)


# --- what others would do -----------------------------------------------------------------------------------------

SQL = (
    "SELECT 1 FROM version v JOIN step s ON s.version_id = v.id WHERE v.document = {0} AND v.number = {0} "
    "AND v.eff <= {0} AND v.obs > {0} AND s.step = {0}"
)
DDL = (
    "CREATE TABLE version(id INTEGER PRIMARY KEY, document TEXT, number INTEGER, eff BIGINT, obs BIGINT)",
    "CREATE UNIQUE INDEX ix_version ON version(document, number)",
    "CREATE TABLE step(version_id INTEGER, step TEXT, PRIMARY KEY(version_id, step))",
)


def _rows() -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    flat = [(document, *v) for document, own in versions().items() for v in own]
    return (
        [(n, document, number, start, end) for n, (document, number, start, end, _) in enumerate(flat)],
        [(n, step) for n, (*_, own) in enumerate(flat) for step in own],
    )


def _sqlite() -> tuple[sqlite3.Connection, str]:
    path = str(fresh("check") / "s.db")
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in DDL:
        connection.execute(statement)
    some, more = _rows()
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO version VALUES(?,?,?,?,?)", some)
    connection.executemany("INSERT INTO step VALUES(?,?)", more)
    connection.execute("COMMIT")
    return connection, path


@candidate("check", "sqlite3 by hand")
def _() -> Run:
    connection, _path = _sqlite()
    execute, query = connection.execute, SQL.format("?")
    return checked(lambda d, v, at, s: execute(query, (d, v, at, at, s)).fetchone() is not None)


@candidate("check", "psycopg by hand (PostgreSQL)")
def _() -> Run:
    import psycopg

    name = postgres_database("check_raw")
    connection = psycopg.connect(host=postgres(), user="bench", dbname=name, autocommit=True)
    cursor = connection.cursor()
    for statement in DDL:
        cursor.execute(statement)  # type: ignore[arg-type]
    for table, rows in zip(("version", "step"), _rows(), strict=True):
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:  # type: ignore[arg-type]
            for row in rows:
                copy.write_row(row)
    query = SQL.format("%s")

    def ask(d: str, v: int, at: int, s: str) -> bool:
        return cursor.execute(query, (d, v, at, at, s), prepare=True).fetchone() is not None  # type: ignore[arg-type]

    return checked(ask, most=1000)


@candidate("check", "SQLModel, a session per check")
def _() -> Run:
    from sqlmodel import Field, Session, SQLModel, create_engine, select

    class Version(SQLModel, table=True):
        id: int = Field(primary_key=True)
        document: str
        number: int
        eff: int
        obs: int

    class Step(SQLModel, table=True):
        version_id: int = Field(primary_key=True)
        step: str = Field(primary_key=True)

    engine = create_engine(f"sqlite:///{_sqlite()[1]}")

    def ask(d: str, v: int, at: int, s: str) -> bool:
        query = select(Version.id).join(Step, Step.version_id == Version.id)  # type: ignore[arg-type]
        query = query.where(Version.document == d, Version.number == v, Version.eff <= at, Version.obs > at)
        with Session(engine) as session:
            return session.exec(query.where(Step.step == s)).first() is not None

    return checked(ask, most=500)


@candidate("check", "casbin FastEnforcer, a policy per step", peer=True)
def _() -> Run:
    import logging

    logging.disable(logging.CRITICAL)
    import casbin

    folder = fresh("casbin")
    (folder / "model.conf").write_text(
        "[request_definition]\nr = doc, ver, at, step\n[policy_definition]\np = doc, ver, eff, obs, step\n"
        "[policy_effect]\ne = some(where (p.eft == allow))\n[matchers]\n"
        "m = r.doc == p.doc && r.ver == p.ver && r.step == p.step && r.at >= p.eff && r.at < p.obs\n"
    )
    lines = (
        f"p, {document}, {number}, {start:012d}, {end:012d}, {step}"
        for document, own in versions().items()
        for number, start, end, allowed in own
        for step in sorted(allowed)
    )
    (folder / "policy.csv").write_text("\n".join(lines))
    paths = (str(folder / "model.conf"), str(folder / "policy.csv"))
    enforcer = casbin.FastEnforcer(*paths, cache_key_order=[0, 1])
    arguments = [(d, str(v), f"{at:012d}", s) for d, v, at, s in questions()[0]]
    return checked(enforcer.enforce, arguments, most=100)


@candidate("check", f"cedarpy, parsed policies and {DOCUMENTS * 5:,} entities", peer=True)
def _() -> Run:
    import cedarpy

    policies = cedarpy.PolicySet.from_str(
        'permit(principal, action == Action::"run", resource) when { context.at >= resource.eff '
        "&& context.at < resource.obs && resource.steps.contains(context.step) };"
    )
    entities = [
        {
            "uid": {"type": "Version", "id": f"{document}/{number}"},
            "attrs": {"eff": start, "obs": end, "steps": sorted(allowed)},
            "parents": [],
        }
        for document, own in versions().items()
        for number, start, end, allowed in own
    ]
    parsed = cedarpy.Entities.from_json_str(json.dumps(entities))

    def ask(d: str, v: int, at: int, s: str) -> bool:
        request = {
            "principal": 'User::"an"',
            "action": 'Action::"run"',
            "resource": f'Version::"{d}/{v}"',
            "context": {"at": at, "step": s},
        }
        return cedarpy.is_authorized(request, policies, parsed).decision == cedarpy.Decision.Allow

    return checked(ask, most=300)


REGO = """package qms
import rego.v1
default allow := false
allow if {
  v := data.versions[input.d][input.v]
  input.t >= v.eff
  input.t < v.obs
  v.steps[input.s]
}
"""


def _rego_data(documents: int) -> dict[str, Any]:
    return {
        "versions": {
            document: {
                str(number): {"eff": start, "obs": end, "steps": dict.fromkeys(allowed, True)}
                for number, start, end, allowed in own
            }
            for document, own in list(versions().items())[:documents]
        }
    }


@candidate("check", "regorus (Rego in Rust)", peer=True)
def _() -> Run:
    import regorus

    engine = regorus.Engine()
    engine.add_policy("qms.rego", REGO)
    engine.add_data_json(json.dumps(_rego_data(DOCUMENTS)))

    def ask(d: str, v: int, at: int, s: str) -> bool:
        engine.set_input({"d": d, "v": str(v), "t": at, "s": s})
        return bool(engine.eval_rule("data.qms.allow"))

    return checked(ask, most=300)


@candidate("check", "regopy, compiled bundle", peer=True, note="the data of one document only")
def _() -> Run:
    from regopy import Interpreter

    first = next(iter(versions()))
    maker, runner = Interpreter(), Interpreter()
    maker.add_module("qms", REGO)
    maker.add_data(_rego_data(1))
    bundle = maker.build("x := data.qms.allow", ["qms/allow"])

    def ask(v: int, at: int, s: str) -> bool:
        runner.set_input({"d": first, "v": str(v), "t": at, "s": s})
        output = runner.query_bundle(bundle)  # kept alive while its node is read
        return bool(output.binding("x").value)

    asked = [(v, at, s) for _, v, at, s in questions()[0][:64]]
    for v, at, s in asked[:24]:
        own = next(each for each in versions()[first] if each[0] == v)
        assert ask(v, at, s) is (own[1] <= at < own[2] and s in own[3])
    return best_slice(ask, asked)


@candidate("check", "SpiffWorkflow, is the step ready?", peer=True, note="one running workflow; no dates, no versions")
def _() -> Run:
    from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
    from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
    from SpiffWorkflow.util.task import TaskState

    path = fresh("spiff") / "p.bpmn"
    path.write_text(_bpmn(["start", *STEPS[:12], "end"]))
    parser = BpmnParser()
    parser.add_bpmn_file(str(path))
    workflow = BpmnWorkflow(parser.get_spec("P"))
    workflow.do_engine_steps()

    def ask(step: str) -> bool:
        return any(task.task_spec.name == step for task in workflow.get_tasks(state=TaskState.READY))

    assert ask("b01")
    assert not ask("b02")
    return best_slice(ask, [(step,) for step in STEPS])


def _bpmn(names: list[str]) -> str:
    flows = [(f"f{i}", a, b) for i, (a, b) in enumerate(itertools.pairwise(names))]
    parts = []
    for name in names:
        tag = {"start": "startEvent", "end": "endEvent"}.get(name, "manualTask")
        into = "".join(f"<bpmn:incoming>{f}</bpmn:incoming>" for f, _, b in flows if b == name)
        out = "".join(f"<bpmn:outgoing>{f}</bpmn:outgoing>" for f, a, _ in flows if a == name)
        parts.append(f'<bpmn:{tag} id="{name}" name="{name}">{into}{out}</bpmn:{tag}>')
    parts += [f'<bpmn:sequenceFlow id="{f}" sourceRef="{a}" targetRef="{b}"/>' for f, a, b in flows]
    return (
        '<?xml version="1.0"?><bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'targetNamespace="t"><bpmn:process id="P" isExecutable="true">'
        f"{''.join(parts)}</bpmn:process></bpmn:definitions>"
    )


for _plugins, _first, _bar in ((1, 3.5, 2), (3, 4.8, 2.5), (10, 8, 4)):
    _named = f"{_plugins} plugin{'s' if _plugins > 1 else ''}"
    goal("hook", f"iso_qms guard, {_named}", _first, _bar, peers=((f"pluggy's own call, {_named}", 1),))
