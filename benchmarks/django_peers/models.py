"""Django models of the peers; only those of the peer at hand exist, so that signals do not mix."""

import os

from django.db import models

KIND = os.environ.get("BENCH_DJANGO", "")


class Fields(models.Model):
    """What each peer keeps of a procedure."""

    code = models.CharField(max_length=32, db_index=True)
    title = models.CharField(max_length=200)
    number = models.IntegerField(default=1)
    sha256 = models.CharField(max_length=64)
    body = models.TextField()
    author = models.CharField(max_length=64)

    class Meta:
        abstract = True


if KIND == "history":
    from simple_history.models import HistoricalRecords

    class Procedure(Fields):
        """A row with its history."""

        history = HistoricalRecords()


if KIND == "wagtail":
    from wagtail.models import Page

    class ProcedurePage(Page):
        """A page with revisions and workflows."""

        sha256 = models.CharField(max_length=64)
        body = models.TextField()
        author = models.CharField(max_length=64)
