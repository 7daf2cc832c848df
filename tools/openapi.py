"""Writes docs/reference/openapi.json and docs/reference/http.md from the routes of the HTTP service."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from iso_qms.faces.api.app import routes
from iso_qms.faces.api.problems import SAID

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
MADE = "<!-- Written from the code by `python -m tools.openapi`. -->"
OPENING = """# HTTP

Base address: where `iso-qms serve` listens. JSON in UTF-8, instants in RFC 3339 with offset. The whole contract is in
[openapi.json](openapi.json), which the server also gives at `/v1/openapi.json`.

- A document is addressed by any spelling of its code; write `-` for `/`: `QT.TP/05` is `QT-TP-05`.
- Refusals are `application/problem+json` (RFC 9457): `code` is stable and stands on [the page of refusals](errors.md),
  `title` is a sentence in Vietnamese, or in English where `Accept-Language` prefers it; `trace` finds the request in
  the log.
- Everybody sees what was issued, planned versions included, and never a draft. Persons show their account and password
  (`Authorization: Basic`), machines their key (`Authorization: Bearer`).
- `QMS-Sequence` is the position of the journal that the answer knows of. Answers with an `ETag` are not sent again to
  whoever has them (`If-None-Match`, 304).
- Refusals of the register are 401 (who asks), 403 (may not), 404 (not there), 409 (changed meanwhile), 422 (not valid
  or against a rule) and 503 (the store cannot be used). At most 1 MiB is read of a request."""


def contract() -> str:
    """The OpenAPI document as it is committed."""
    return json.dumps(routes().openapi(), ensure_ascii=False, indent=1) + "\n"


def page() -> str:
    """The page for people."""
    schema = routes().openapi()
    lines = [MADE, "", OPENING, "", "## Codes of HTTP's own", "", "| status | code | Tiếng Việt | English |"]
    lines += ["|---|---|---|---|"]
    lines += [
        f"| {status} | <a id='{_anchor(code)}'></a>`{code}` | {vi} | {en} |" for status, (code, vi, en) in SAID.items()
    ]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            lines += ["", f"## `{method.upper()} {path}`", "", operation["summary"], "", operation["description"]]
            rows = list(_parameters(operation))
            if rows:
                lines += ["", "| where | name | what |", "|---|---|---|", *rows]
            body = operation.get("requestBody")
            if body:
                lines += ["", f"Body: {_named(body['content']['application/json']['schema'])}."]
            given = [f"{status} {_content(a)}" for status, a in operation["responses"].items() if status[0] == "2"]
            lines += ["", f"Answers: {', '.join(given)}."]
    return "\n".join(lines) + "\n"


def _anchor(code: str) -> str:
    return code.lower().replace("_", "-")


def _parameters(operation: dict[str, Any]) -> Iterator[str]:
    for each in operation.get("parameters", ()):
        must = " (needed)" if each["required"] and each["in"] != "path" else ""
        yield f"| {each['in']} | `{each['name']}`{must} | {each.get('description', '')} |"


def _content(answer: dict[str, Any]) -> str:
    kinds = [
        _named(kind["schema"]) if name == "application/json" and kind.get("schema") else f"`{name}`"
        for name, kind in answer.get("content", {}).items()
    ]
    return " or ".join(kinds)


def _named(schema: dict[str, Any]) -> str:
    kinds = [schema, *schema.get("oneOf", ()), *schema.get("anyOf", ())]
    return " or ".join(f"`{kind['$ref'].rpartition('/')[2]}`" for kind in kinds if "$ref" in kind) or "an object"


PAGES = {"openapi.json": contract, "http.md": page}


def main() -> None:
    """Write both."""
    for name, write in PAGES.items():
        (FOLDER / name).write_text(write(), encoding="utf-8")


if __name__ == "__main__":
    main()
