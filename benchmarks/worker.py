"""One process with one candidate: it prepares, says so, and then times a round for each number it is given."""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
from typing import Any

from benchmarks.candidates import CANDIDATES, GROUPS, Candidate, Skip


def main(module: str, group: str, name: str) -> None:
    """Serve one candidate over standard input and output, one JSON object a line."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # whatever a library prints must not come between

    def say(**answer: Any) -> None:
        answers.write(json.dumps(answer) + "\n")

    importlib.import_module(module)
    found = next(c for c in CANDIDATES if (c.group, c.name) == (group, name))
    try:
        run = found.factory()
        say(ready=True)
        for line in sys.stdin:
            say(**_round(found, run, int(line)))
    except Skip as skip:
        say(skip=str(skip))
    except Exception as defect:
        traceback.print_exc()
        say(skip=f"{type(defect).__name__}: {str(defect)[:200]}", failed=True)


def _round(candidate: Candidate, run: Any, n: int) -> dict[str, Any]:
    before = os.times()
    found = run(n)
    after = os.times()
    seconds, more = found if isinstance(found, tuple) else (found, {})
    if GROUPS[candidate.group].cpu:
        # This process and the children it waited for; a database server is not in it.
        used = sum(after[i] - before[i] for i in range(4))
        more = {"CPU ms/op": used / n * 1e3, **more}
    return {"seconds": seconds, "more": more}


if __name__ == "__main__":
    main(*sys.argv[1:4])
