"""The peers that live in Django: settings made on the spot, and what one operation of each is."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.workload import BODIES, SHAS

BASE = ["django.contrib.auth", "django.contrib.contenttypes"]
APPS = {
    "history": ["simple_history", "benchmarks.django_peers"],
    "wagtail": [
        *("wagtail.users", "wagtail.documents", "wagtail.images", "wagtail.search", "wagtail.admin", "wagtail"),
        *("modelcluster", "taggit", "django_filters"),
        *("django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles"),
        "benchmarks.django_peers",
    ],
}


def configure(kind: str, folder: Path, postgres: tuple[str, str] | str) -> None:
    """Set Django up for one peer, on SQLite (WAL, FULL) or on a PostgreSQL database (socket folder, name)."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    os.environ["BENCH_DJANGO"] = kind
    migrations = f"migrations_{kind}_{os.getpid()}"
    (folder / migrations).mkdir()
    (folder / migrations / "__init__.py").touch()
    sys.path.insert(0, str(folder))
    settings.configure(
        MIGRATION_MODULES={"django_peers": migrations},
        SECRET_KEY="benchmarks",
        USE_TZ=True,
        DATABASES={"default": _postgres(*postgres) if isinstance(postgres, tuple) else _sqlite(folder)},
        INSTALLED_APPS=BASE + APPS[kind],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        ROOT_URLCONF="benchmarks.django_peers",
        STATIC_URL="/static/",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        WAGTAIL_SITE_NAME="bench",
        WAGTAILADMIN_BASE_URL="http://localhost",
        WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS=False,
        WAGTAILSEARCH_BACKENDS={"default": {"BACKEND": "wagtail.search.backends.database"}},
        LOGGING_CONFIG=None,
    )
    django.setup()
    call_command("makemigrations", "django_peers", verbosity=0)
    call_command("migrate", verbosity=0)


def _sqlite(folder: Path) -> dict[str, Any]:
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
    options = {"transaction_mode": "IMMEDIATE", "init_command": pragmas}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "django.db"), "OPTIONS": options}


def _postgres(host: str, name: str) -> dict[str, Any]:
    engine = "django.db.backends.postgresql"
    return {"ENGINE": engine, "NAME": name, "USER": "bench", "HOST": host, "CONN_MAX_AGE": None}


urlpatterns: list[Any] = []


def history_release(documents: int) -> Callable[[int], None]:
    """Five saves of a row whose history is kept."""
    from django.db import transaction

    from benchmarks.django_peers.models import Procedure

    rows = [
        Procedure.objects.create(
            code=f"QT-{i:06d}", title=f"Quy trình {i}", number=0, sha256="0", body="x", author="an"
        )
        for i in range(documents)
    ]

    def operation(k: int) -> None:
        row = rows[k % documents]
        row.number += 1
        row.body, row.sha256 = BODIES[k % 8], SHAS[k % 8]
        for act in ("draft", "submit", "approve", "approve", "release"):
            row.author = act
            row._change_reason = act
            with transaction.atomic():
                row.save()

    operation(0)
    assert rows[0].history.count() == 6
    return operation


def wagtail_release(documents: int) -> Callable[[int], None]:
    """Save a revision, start a workflow with two approval tasks, approve twice; it is published at the end."""
    from django.contrib.auth.models import Group, User
    from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowTask

    from benchmarks.django_peers.models import ProcedurePage

    author = User.objects.create_superuser("an", "an@localhost", "x")
    workflow = Workflow.objects.create(name="release", active=True)
    approvers = []
    for number in range(2):
        approver = User.objects.create_superuser(f"b{number}", f"b{number}@localhost", "x")
        members = Group.objects.create(name=f"approvers {number}")
        approver.groups.add(members)
        task = GroupApprovalTask.objects.create(name=f"approval {number}", active=True)
        task.groups.add(members)
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=number)
        approvers.append(approver)
    root, keys = Page.get_first_root_node(), []
    for i in range(documents):
        page = ProcedurePage(title=f"Quy trình {i}", slug=f"qt-{i}", sha256="0", body="x", author="an")
        root.add_child(instance=page)
        keys.append(page.pk)

    def operation(k: int) -> None:
        page = ProcedurePage.objects.get(pk=keys[k % documents])
        page.body, page.sha256, page.title = BODIES[k % 8], SHAS[k % 8], f"Quy trình {k % documents} lần {k}"
        page.save_revision(user=author, log_action=True)
        state = workflow.start(page, author)
        for approver in approvers:
            state.current_task_state.approve(user=approver)
            state.refresh_from_db()
        assert state.status == "approved", state.status

    operation(0)
    assert ProcedurePage.objects.get(pk=keys[0]).body == BODIES[0]
    return operation


def history_as_of(versions: list[tuple[Any, ...]]) -> Callable[[Any], list[tuple[Any, ...]]]:
    """The list as of an instant by the library's own query, over history rows written in bulk."""
    from datetime import UTC, datetime

    from benchmarks.django_peers.models import Procedure

    history, keys = Procedure.history.model, {}
    for code, *_ in versions:
        keys.setdefault(code, len(keys) + 1)
    rows = (
        history(
            id=keys[code],
            code=code,
            title=title,
            number=number,
            sha256=sha256,
            body="",
            author="an",
            history_date=datetime.fromtimestamp(eff, UTC),
            history_type="+" if number == 1 else "~",
        )
        for code, title, number, eff, _, sha256 in versions
    )
    history.objects.bulk_create(rows, batch_size=2000)

    def ask(at: Any) -> list[tuple[Any, ...]]:
        found = list(Procedure.history.as_of(at))
        return sorted((p.code, p.title, p.number) for p in found)

    return ask
