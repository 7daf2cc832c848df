"""Writes docs/reference/openapi.json from the routes of the HTTP service."""

import json
from pathlib import Path

from iso_qms.faces.api.app import routes

TARGET = Path(__file__).parents[1] / "docs" / "reference" / "openapi.json"


def main() -> None:
    """Write the contract as the service would serve it."""
    TARGET.write_text(json.dumps(routes().openapi(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
