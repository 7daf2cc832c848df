"""Writes the pages of docs/reference from the code: commands, refusals, settings, hooks and events."""

import argparse
import dataclasses
import importlib
import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextvars import copy_context
from pathlib import Path
from types import ModuleType
from typing import Any

os.environ.update(ISO_QMS_LANG="en", LANGUAGE="en", LC_ALL="C.UTF-8")

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
PACKAGE = Path(__file__).parents[1] / "iso_qms"
CODED = re.compile(r'^    code(?:: [\w\[\]]+)? = "[A-Z]', re.MULTILINE)
MADE = "<!-- Written from the code by `make docs`. -->"

FAMILIES = {
    "BadInput": ("What was given cannot be used", "2"),
    "Unknown": ("Not in the register", "4"),
    "Refused": ("A rule says no", "3"),
    "StoreTrouble": ("The store cannot be used as it is", "2"),
}


def module(name: str) -> ModuleType | None:
    """A module of the package, or None where the package does not have it."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name and name.startswith(missing.name):
            return None
        raise


def page(title: str, opening: str, *parts: Iterable[str]) -> str:
    """A page: its title, one paragraph, its parts."""
    lines = [MADE, "", f"# {title}", "", opening]
    for part in parts:
        lines += ["", *part]
    return "\n".join(lines).rstrip() + "\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table; what would end a cell is escaped."""
    names = list(head)
    yield f"| {' | '.join(names)} |"
    yield "|" + "---|" * len(names)
    for row in rows:
        yield f"| {' | '.join(str(cell).replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in row)} |"


def sentence(of: object) -> str:
    """The docstring as one line."""
    return " ".join((inspect.getdoc(of) or "").split())


# --- refusals ------------------------------------------------------------------------------------------------------


def refusals() -> list[type[Any]]:
    """Every refusal of the package, wherever it is defined, in the order of the codes."""
    tree = importlib.import_module("iso_qms.domain.errors")
    for path in sorted(PACKAGE.rglob("*.py")):
        if CODED.search(path.read_text(encoding="utf-8")):
            importlib.import_module(".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts))
    kinds = {kind for kind in tree.all_errors() if kind.__module__.startswith("iso_qms.")}
    return sorted(kinds, key=lambda kind: (kind.code, kind.__name__))


def errors() -> str | None:
    """Every refusal, problem and reason of a decision, with its words in both languages."""
    tree, reasons = module("iso_qms.domain.errors"), module("iso_qms.domain.reasons")
    if tree is None or reasons is None:
        return None
    known = refusals()
    parts = [part for name in FAMILIES for part in _family(getattr(tree, name), name, known)]
    return page(
        "Refusals and reasons",
        "Every refusal has a stable code, a sentence in Vietnamese and one in English. Programs read the code, people "
        "the sentence. What stands in braces is filled in. *Recorded* means that the refused attempt is itself an "
        "entry of the journal.",
        *parts,
        *_others(tree, known),
        *_problems(),
        ["## Reasons of a decision", "", "`check` answers with a verdict and one of these reasons."],
        table(
            ("reason", "verdict", "Tiếng Việt", "English"),
            ((f"`{code}`", ", ".join(w.verdicts), w.vi, w.en) for code, w in sorted(reasons.REASONS.items())),
        ),
    )


def _family(root: type[Any], name: str, known: Iterable[type[Any]]) -> Iterator[Iterable[str]]:
    heading, exit_code = FAMILIES[name]
    kinds = [kind for kind in known if issubclass(kind, root)]
    yield [f"## {heading}", "", f"Exit code {exit_code}. In Python: `{name}` and its kinds."]
    yield _words(kinds)


def _others(tree: ModuleType, known: Iterable[type[Any]]) -> Iterator[Iterable[str]]:
    """What the guard raises in another service's process: no family, for it is that service's to answer."""
    families = tuple(getattr(tree, name) for name in FAMILIES)
    kinds = [kind for kind in known if not issubclass(kind, families)]
    if kinds:
        yield ["## What the guard raises", "", "In the process of the service that asks; there is no exit code."]
        yield _words(kinds)


def _both(kind: type[Any]) -> tuple[str, str]:
    if any("vi" in vars(each) for each in kind.__mro__[:-4]):
        return kind.vi, kind.en
    return "*(lời của kết luận mà nó mang theo)*", "*(the sentence of the decision that it carries)*"


def _words(kinds: Iterable[type[Any]]) -> Iterator[str]:
    yield from table(
        ("code", "class", "Tiếng Việt", "English", "recorded"),
        ((f"`{kind.code}`", f"`{kind.__name__}`", *_both(kind), "yes" if kind.matters else "") for kind in kinds),
    )


def _problems() -> Iterator[Iterable[str]]:
    """What the reader of documents reports without refusing the file."""
    told = module("iso_qms.documents.problems")
    if told is not None:
        yield ["## Problems in a document", "", "What `read` and `draft` report about a file without refusing it."]
        yield table(
            ("code", "Tiếng Việt", "English"),
            ((f"`{code}`", vi, en) for code, (vi, en) in sorted(told._SENTENCES.items())),
        )


# --- events --------------------------------------------------------------------------------------------------------


def events() -> str | None:
    """Every act that the journal knows, with its fields."""
    known = module("iso_qms.domain.events")
    if known is None:
        return None
    return page(
        "Events",
        "Each act is one event: one row of its own table and one entry of the journal. Every entry also has its "
        f"circumstances: {_fields(known.Recorded, leave={'event'})}.",
        *(_event(act, kind) for act, kind in sorted(known.EVENTS.items())),
    )


def _event(act: str, kind: type) -> Iterator[str]:
    yield f"## `{act}`"
    yield ""
    yield sentence(kind)
    fields = dataclasses.fields(kind)
    if fields:
        yield ""
        yield from table(
            ("field", "type", "if not given"),
            ((f"`{each.name}`", f"`{_type(each.type)}`", _default(each)) for each in fields),
        )


def _type(annotation: object) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def _default(each: "dataclasses.Field[Any]") -> str:
    if each.default is not dataclasses.MISSING:
        return "nothing" if each.default is None else f"`{each.default!r}`"
    return "an empty one" if each.default_factory is not dataclasses.MISSING else ""


def _fields(kind: type, leave: set[str]) -> str:
    return ", ".join(f"`{each.name}`" for each in dataclasses.fields(kind) if each.name not in leave)


# --- hooks ---------------------------------------------------------------------------------------------------------


def hooks() -> str | None:
    """Every hook that a plugin may implement."""
    specs = module("iso_qms.hookspecs")
    if specs is None:
        return None
    return page("Hooks", sentence(specs), *(_hook(name, spec) for name, spec in _hookspecs(specs)))


def _hookspecs(specs: ModuleType) -> Iterator[tuple[str, Callable[..., object]]]:
    holders = [specs, *(kind for _, kind in inspect.getmembers(specs, inspect.isclass))]
    found = {
        name: spec
        for holder in holders
        for name, spec in inspect.getmembers(holder, inspect.isfunction)
        if hasattr(spec, "iso_qms_spec")
    }
    return iter(sorted(found.items()))


def _hook(name: str, spec: Callable[..., object]) -> Iterator[str]:
    parameters = [
        parameter.replace(annotation=_annotation(parameter.annotation))
        for parameter in inspect.signature(spec).parameters.values()
        if parameter.name != "self"
    ]
    returned = inspect.signature(spec).return_annotation
    ending = "" if returned is inspect.Signature.empty else f" -> {_type(returned)}"
    shown = ", ".join(str(parameter).replace("'", "") for parameter in parameters)
    yield from (f"## `{name}`", "", "```python", f"def {name}({shown}){ending}", "```", "")
    yield inspect.getdoc(spec) or ""


def _annotation(annotation: object) -> object:
    return annotation if annotation is inspect.Parameter.empty else _type(annotation)


# --- settings ------------------------------------------------------------------------------------------------------


def settings() -> str | None:
    """Every setting with its name in the environment and in `iso-qms.toml`."""
    read = module("iso_qms.faces.settings")
    if read is None or not hasattr(read, "SETTINGS"):
        return None
    return page(
        "Settings",
        "An option on the command line counts before the environment, the environment before `iso-qms.toml`.",
        table(
            ("in `iso-qms.toml`", "in the environment", "if not given", "what it does"),
            (
                (_shown(each.name, bare="–"), f"`{each.variable}`", _shown(each.default), f"{each.en}<br>{each.vi}")
                for each in read.SETTINGS
            ),
        ),
    )


def _shown(value: object, bare: str = "") -> str:
    if value in (None, ""):
        return "nothing"
    return str(value) if value == bare else f"`{value}`"


# --- commands ------------------------------------------------------------------------------------------------------


def cli() -> str | None:
    """Every command with its arguments and options."""
    face = module("iso_qms.faces.cli.app")
    if face is None:
        return None
    return copy_context().run(_cli, face)


def _cli(face: Any) -> str:
    import typer

    from iso_qms.faces import i18n

    i18n.use("en")  # in this context alone: the page is English whatever its caller speaks
    root = typer.main.get_command(face.app)
    return page(
        "Commands",
        "Exit codes: 0 done or allowed, 1 findings, 2 bad input or usage, 3 refused by a rule, 4 unknown, 70 a defect "
        "of ours.",
        *(_command(path, command) for path, command in _commands("iso-qms", root)),
    )


def _commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, each in sorted(getattr(command, "commands", {}).items()):
        if not each.hidden:
            yield from _commands(f"{path} {name}", each)


def _command(path: str, command: Any) -> Iterator[str]:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option" and not each.hidden]
    words = " ".join(_argument(each) for each in arguments)
    inner = " COMMAND …" if getattr(command, "commands", None) else ""
    yield from (f"## `{f'{path}{inner} {words}'.strip()}`", "", " ".join((command.help or "").split()))
    if options:
        yield ""
        yield from table(("option", "what it does", "if not given"), map(_option, options))


def _argument(each: Any) -> str:
    name = (each.metavar or each.name).upper().strip("[]")
    return (name if each.required else f"[{name}]") + ("…" if each.nargs == -1 else "")


def _option(each: Any) -> tuple[str, str, str]:
    names = ", ".join(f"`{name}`" for name in [*each.opts, *each.secondary_opts])
    default = each.default
    known = not callable(default) and default not in (None, False, "", ()) and "Sentinel" not in type(default).__name__
    if each.required:
        return names, _help(each), "must be given"
    return names, _help(each), f"`{default}`" if known else ""


def _help(each: Any) -> str:
    words = " ".join((each.help or "").split())
    variable = f" (`{each.envvar}`)" if isinstance(each.envvar, str) else ""
    return re.sub(r"\[/?[a-z ]+\]", "", words) + variable


PAGES: dict[str, Callable[[], str | None]] = {
    "cli.md": cli,
    "errors.md": errors,
    "settings.md": settings,
    "hooks.md": hooks,
    "events.md": events,
}


def stale(folder: Path = FOLDER) -> list[str]:
    """The pages that are not what the code says now."""
    wanted = {name: write() for name, write in PAGES.items()}
    return [
        name
        for name, text in wanted.items()
        if text is not None and (not (folder / name).exists() or (folder / name).read_text(encoding="utf-8") != text)
    ]


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` only say which are stale and exit with 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    if parser.parse_args(arguments).check:
        old = stale()
        print(
            "\n".join(f"docs/reference/{name} is stale: run `make docs`" for name in old) or "the pages are up to date"
        )
        return 1 if old else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, write in PAGES.items():
        text = write()
        if text is None:
            print(f"{name}: the package has no such part")
            continue
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
