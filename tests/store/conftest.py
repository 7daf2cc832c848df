"""An office at work, on SQLite alone (`desk`) or on both databases (`office`)."""

from tests.support.office_fixtures import desk, office

__all__ = ["desk", "office"]
