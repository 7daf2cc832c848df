"""The office with a real register, on both databases, for the tests of the embedded guard."""

from tests.support.office_fixtures import office

__all__ = ["office"]
