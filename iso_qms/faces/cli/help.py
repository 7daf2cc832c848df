"""The help page of a command in the reader's language: what it does, what it takes, what there is below it."""

from __future__ import annotations

from types import MethodType
from typing import Any

from iso_qms.faces.i18n import _, lazy

BLANKS = (
    *(
        lazy("CODE"),
        lazy("FILE"),
        lazy("DATE"),
        lazy("NUMBER"),
        lazy("LOGIN"),
        lazy("NAME"),
        lazy("TEXT"),
        lazy("TIME"),
    ),
    *(lazy("RULE"), lazy("ROLE"), lazy("UNIT"), lazy("FOLDER"), lazy("VALUE"), lazy("ACT"), lazy("POS")),
    *(lazy("PRINCIPAL"), lazy("HOLDER"), lazy("KIND"), lazy("CLASS"), lazy("TITLE"), lazy("MEANING"), lazy("COMMENT")),
    *(lazy("SCOPE"), lazy("ACTION"), lazy("POSITION"), lazy("HOW"), lazy("CAPACITY"), lazy("LEGAL_BASIS")),
)
"""What stands for a value on a help page."""

EXAMPLES = {
    "draft": 'draft QT-01.docx --reason "Ban hành lần đầu" --by soan',
    "redraft": 'redraft QT-01 --version 1 --issue 3 --reason "Quay lại cách làm cũ" --by soan',
    "submit": "submit QT-01 --by soan",
    "sign": "sign QT-01 --by xemxet",
    "return": 'return QT-01 --reason "Mục 5.6 chưa sửa theo" --by xemxet',
    "abandon": 'abandon QT-01 --reason "Không còn cần" --by soan',
    "issue": 'issue QT-01 --effective 01/01/2030 --decision "15/QĐ-UBND" --by duyet',
    "rescind": 'rescind QT-01 --reason "Quyết định bị thu hồi" --by duyet',
    "withdraw": (
        'withdraw QT-01 --effective 01/09/2030 --decision "120/QĐ-UBND" --reason "Thủ tục bị bãi bỏ" --by duyet'
    ),
    "suspend": 'suspend QT-01 --reason "Chờ hướng dẫn của Sở" --until 31/01/2030 --by duyet',
    "resume": 'resume QT-01 --reason "Đã có hướng dẫn" --by duyet',
    "reinstate": (
        'reinstate QT-01 --version 1 --effective 01/10/2030 --decision "131/QĐ-UBND" '
        '--reason "Phiên bản 2 không phù hợp thực tế" --by duyet'
    ),
    "ratify": 'ratify QT-01 --decision "22/QĐ-UBND" --by duyet',
    "check": "check QT-01 --version 1 --at 01/01/2030",
    "explain": "explain QT-01 --at 01/01/2030",
    "list": "list --at 01/01/2030 --known 01/06/2029",
    "diff": "diff QT-01 1 2 --docx khac-biet.docx",
    "print": 'print QT-01 -o QT-01.pdf --holder "Bộ phận Một cửa" --by thuky',
    "person add": 'person add soan --name "Nguyễn Văn An" --role drafter',
    "mandate grant": (
        "mandate grant chutich phochutich --role approver --capacity KT "
        '--legal-basis "Thông báo 3/TB-UBND" --since 01/01/2030'
    ),
    "request file": 'request file --reason "Luật thay đổi" --document QT-01 --by soan',
    "chain load": "chain load procedures/chains.toml",
    "audit export": "audit export --document QT-01 --to bang-chung.zip",
    "backup": "backup sao-luu-2030-01-15",
}
"""A line as it is typed, for the commands whose options alone do not show it; invented offices and persons."""

_GAP = 2


def in_our_words(command: Any) -> Any:
    """The same command tree, whose help pages are ours."""
    command.get_help = MethodType(page, command)
    for each in getattr(command, "commands", {}).values():
        in_our_words(each)
    return command


def page(command: Any, context: Any) -> str:
    """The whole page of one command."""
    groups = getattr(command, "commands", {})
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option" and not each.hidden]
    words = [*(_argument(each) for each in arguments), *(["…"] if groups else [])]
    words += [f"{each.opts[0]} {blank(each)}" for each in options if each.required]
    words += ["[…]"] if any(not each.required and "--help" not in each.opts for each in options) else []
    blocks = [
        _("Usage: {line}").format(line=" ".join([context.command_path, *words])),
        _said(command.help),
        _block(_("What it takes:"), [(_argument(each), _said(each.help)) for each in arguments if each.help]),
        _block(_("Options:"), [_option(each) for each in options]),
        _block(_("Commands:"), [(n, _said(c.help)) for n, c in groups.items() if not c.hidden]),
        _example(context.command_path.removeprefix("iso-qms ")),
    ]
    return "\n\n".join(block for block in blocks if block)


def _example(path: str) -> str:
    return _("For example:") + f"\n  iso-qms {EXAMPLES[path]}" if path in EXAMPLES else ""


def blank(each: Any) -> str:
    """What stands for the value of an argument or option."""
    name = (each.metavar or each.name).upper().strip("[]")
    return _(name) if name in BLANKS else name


def _argument(each: Any) -> str:
    name = blank(each)
    return (name if each.required else f"[{name}]") + ("…" if each.nargs == -1 else "")


def _option(each: Any) -> tuple[str, str]:
    name = ", ".join([*each.opts, *each.secondary_opts])
    if not each.is_flag:
        name += f" {blank(each)}"
    said = _("Show this page.") if "--help" in each.opts else _said(each.help)
    default = each.default
    if isinstance(default, str | int) and not isinstance(default, bool) and default != "":
        said += " " + _("(otherwise {default})").format(default=default)
    return name, said + (" " + _("(must be given)") if each.required else "")


def _said(text: str | None) -> str:
    told = " ".join((text or "").split())
    return _(told) if told else ""


def _block(heading: str, rows: list[tuple[str, str]]) -> str:
    if not rows:
        return ""
    width = max(len(name) for name, _said_ in rows) + _GAP
    return "\n".join([heading, *(f"  {name:<{width}}{said}".rstrip() for name, said in rows)])
