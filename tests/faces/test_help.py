"""Every command explains itself in both languages, and mistakes are told in the reader's language."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from iso_qms.faces.cli.app import app
from iso_qms.faces.cli.help import EXAMPLES
from iso_qms.faces.cli.overview import GROUPS
from tests.faces.conftest import DOCX
from tests.support.shell import Shell

ENGLISH = re.compile(r"(?<![-\w“\"/.])(?:the|is|are|not|with|which|version|document|for|may|otherwise|must)(?![-\w])")


def tree(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, each in getattr(command, "commands", {}).items():
        yield from tree(f"{path} {name}", each)


COMMANDS = [pair for pair in tree("", typer.main.get_command(app)) if not pair[1].hidden]


@pytest.mark.parametrize(("path", "command"), COMMANDS, ids=[path or "iso-qms" for path, _ in COMMANDS])
def test_every_command_has_a_page_in_both_languages(path: str, command: Any, bare: Shell) -> None:
    vi = bare.done(f"{path} --help --lang vi").out
    en = bare.done(f"{path} --help --lang en").out
    assert vi.startswith("Cách dùng: iso-qms")
    assert en.startswith("Usage: iso-qms")
    assert len(vi.splitlines()) == len(en.splitlines())
    assert not ENGLISH.search(vi), ENGLISH.findall(vi)
    for parameter in command.params:
        assert parameter.help or parameter.name == "help", f"{path}: {parameter.name} is not explained"
        if parameter.param_type_name == "option" and path:
            assert parameter.opts[0] in vi


def test_the_overview_names_every_command_with_the_sentence_of_its_page() -> None:
    root = typer.main.get_command(app)
    said = {name: sentence for _, commands in GROUPS for name, sentence in commands}
    assert said == {name: command.help for name, command in root.commands.items() if not command.hidden}


@pytest.mark.parametrize(
    ("line", "vi", "en"),
    [
        ("nosuch", "Không có lệnh “nosuch”. Xem: iso-qms --help", "There is no command “nosuch”. See: iso-qms --help"),
        ("sign", "Thiếu MÃ. Xem: iso-qms sign --help", "CODE is missing. See: iso-qms sign --help"),
        ("sign QT-01 --verion 3", "Không có tùy chọn --verion.", "There is no option --verion."),
        ("sign QT-01 --version ba", "Giá trị của --version không hợp lệ (phải là số).", "must be a number"),
        ("sign QT-01 QT-02", "“QT-02” là thừa ở đây.", "“QT-02” is too much here."),
        ("sign QT-01 --version", "Tùy chọn --version cần một giá trị.", "Option --version needs a value."),
        ("sign QT-01 --by", "Tùy chọn --by cần một giá trị.", "Option --by needs a value."),
        ("submit QT-01 --emergency=yes", "Không hiểu cách dùng tùy chọn --emergency.", "is not understood"),
        ("person nosuch", "Không có lệnh “nosuch”. Xem: iso-qms person --help", "There is no command “nosuch”."),
        ("draft --by soan --reason x", "Thiếu TỆP.", "FILE is missing."),
        ("issue QT-01 --by duyet", "Thiếu --effective.", "--effective is missing."),
        ("show QT-01 --lang fr", "“fr” không phải giá trị của “lang”", "“fr” không phải giá trị của “lang”"),
        ("--lang", "Thiếu “lang”", "Thiếu “lang”"),
    ],
)
def test_a_mistake_is_one_sentence_in_the_readers_language(line: str, vi: str, en: str, shell: Shell) -> None:
    for lang, expected in (("vi", vi), ("en", en)):
        told = shell(line, ISO_QMS_LANG=lang) if "fr" not in line and line != "--lang" else shell(line)
        assert (told.code, told.out) == (2, "")
        assert expected in told.err
        assert len(told.err.splitlines()) == 1


@pytest.mark.parametrize("path", EXAMPLES)
def test_the_example_of_a_page_can_be_typed(path: str, bare: Shell) -> None:
    words = shlex.split(EXAMPLES[path])
    assert " ".join(words).startswith(path)
    told = bare(words)
    assert told.code == 2
    assert "iso-qms init" in told.err or "không có tệp" in told.err or "không đọc được tệp" in told.err.lower(), (
        told.err
    )


def test_a_refusal_has_a_stable_code_for_programs(shell: Shell) -> None:
    told = shell("show QT-77 --json")
    assert told.json == {"error": {"code": "UNKNOWN_DOCUMENT", "message": told.err.strip()}}
    unreadable = shell("read /dev/null --json")
    assert (unreadable.code, unreadable.json["error"]["code"]) == (2, "FILE_TROUBLE")


def test_a_refusal_speaks_one_language_and_names_roles_as_people_do(shell: Shell) -> None:
    words = ["draft", str(DOCX), "--reason", "x", "--by", "xemxet"]
    assert "cần vai trò soạn thảo / thư ký ISO" in shell(words).err
    assert "it takes the role drafter / controller" in shell([*words, "--lang", "en"]).err
    zone = shell("list", ISO_QMS_ZONE="Mars/Olympus").err
    assert "không có múi giờ" in zone and "time zone" not in zone


def test_a_group_alone_shows_its_page(shell: Shell) -> None:
    for group in ("person", "audit", "chain", "mandate", "request", "unit", "copy", "plugins"):
        told = shell(group)
        assert told.code in (0, 2)
        assert f"iso-qms {group}" in told.out + told.err


def test_refusals_speak_english_when_asked_to(shell: Shell) -> None:
    told = shell("show QT-77 --lang en")
    assert (told.code, told.err) == (4, "No document with code “QT-77” is registered; see “iso-qms list”.\n")


def test_a_defect_of_ours_is_one_sentence_and_the_details_lie_in_a_file(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    from iso_qms.qms import Qms

    def breaks(*_: object, **__: object) -> None:
        raise ZeroDivisionError("invented")

    monkeypatch.setattr(Qms, "master_list", breaks)
    told = shell("list")
    log = shell.folder / "defects.log"
    assert told.code == 70
    assert told.err == (
        f"Đây là lỗi của chương trình (ZeroDivisionError), không phải lỗi của anh/chị. Chi tiết: {log}\n"
    )
    assert "ZeroDivisionError: invented" in log.read_text(encoding="utf-8")
    with pytest.raises(ZeroDivisionError):
        shell("list", ISO_QMS_DEBUG="1")


def test_commands_of_plugins_stay_beside_ours(shell: Shell) -> None:
    before = [path for path, _ in tree("", typer.main.get_command(app))]
    shell("không-có-lệnh-này")
    assert [path for path, _ in tree("", typer.main.get_command(app))] == before
