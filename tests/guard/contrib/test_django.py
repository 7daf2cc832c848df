"""A Django service at the desk: the real framework, the real refusals, WSGI and ASGI."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType

import pytest

pytest.importorskip("django", reason="Django chưa được cài / Django is not installed: pip install django")

from tests.domain.histories import digest
from tests.guard.desk import AFTER, CODE, desk


@pytest.fixture(scope="module")
def site():
    """A site of one module, configured once for this process."""
    import django
    from django.conf import settings
    from django.http import JsonResponse
    from django.urls import path

    from iso_qms.contrib.django import governed

    urls = ModuleType("qms_test_urls")
    urls.guard = None
    sys.modules["qms_test_urls"] = urls
    settings.configure(
        ROOT_URLCONF="qms_test_urls",
        MIDDLEWARE=["iso_qms.contrib.django.QMSMiddleware"],
        QMS_GUARD="qms_test_urls.make_guard",
        SECRET_KEY="test",
        ALLOWED_HOSTS=["*"],
        USE_TZ=True,
    )
    django.setup()

    @governed(CODE)
    def receive(request):
        return JsonResponse({"version": request.qms_citation.version})

    @governed(lambda request, code: code)
    async def receive_any(request, code):
        return JsonResponse({"version": request.qms_citation.version})

    def step(request, dossier):
        with request.qms.dossier(dossier, CODE) as ds:
            request.qms_citation = ds.pin
            return JsonResponse({"reason": ds.step("nhan").reason})

    def broken(request):
        raise RuntimeError("not ours")

    urls.urlpatterns = [
        path("ho-so", receive),
        path("quy-trinh/<str:code>", receive_any),
        path("hs/<str:dossier>", step),
        path("hong", broken),
    ]
    return urls


@pytest.fixture
def client(site):
    from django.test import Client

    site.guard, _ = desk(AFTER)
    site.make_guard = lambda: site.guard
    return Client(raise_request_exception=False)


def test_a_view_runs_under_the_version_in_force_and_says_which(client):
    """Sync and async views alike."""
    answer = client.post("/ho-so")
    assert answer.json() == {"version": 2}
    assert answer.headers["QMS-Version"] == f"{CODE};v=2;sha256={digest(2)}"
    assert client.post(f"/quy-trinh/{CODE}").json() == {"version": 2}


def test_refusals_become_problems_and_other_errors_stay_djangos(client, site):
    """409 with the remedy, 404 for a mistyped code, 500 for somebody else's defect."""
    answer = client.post("/ho-so", headers={"QMS-Version": f"{CODE};v=1"})
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert (answer.json()["code"], answer.json()["remedy"]) == ("SUPERSEDED", "use_current")
    assert client.post("/quy-trinh/QT-99").status_code == 404
    assert client.get("/hong").status_code == 500
    site.guard.source.suspend(CODE, AFTER)
    assert client.post("/ho-so").json()["code"] == "SUSPENDED"


def test_a_dossier_is_pinned_and_stepped_in_a_view(client):
    """request.qms is the guard."""
    answer = client.get("/hs/HS-9")
    assert answer.json() == {"reason": "PINNED_CURRENT"} and "QMS-Version" in answer.headers


def test_the_same_under_asgi(site):
    """The middleware is a coroutine where Django runs asynchronously."""
    from django.test import AsyncClient

    site.guard, _ = desk(AFTER)
    site.make_guard = lambda: site.guard

    async def ask():
        client = AsyncClient(raise_request_exception=False)
        return await client.post(f"/quy-trinh/{CODE}"), await client.post("/quy-trinh/QT-99")

    good, bad = asyncio.run(ask())
    assert good.json() == {"version": 2} and "QMS-Version" in good.headers
    assert bad.status_code == 404
