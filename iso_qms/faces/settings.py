"""What can be set and where it is read: options on the command line, then the environment, then `iso-qms.toml`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from iso_qms.domain import os_words
from iso_qms.domain.errors import BadChoice, BadInput
from iso_qms.faces.i18n import LANGUAGES


class Setting(NamedTuple):
    """One thing that can be set: its name in `iso-qms.toml` (– where a file may not hold it) and in the environment."""

    name: str
    variable: str
    default: str | None
    en: str
    vi: str


SETTINGS = (
    Setting(
        "store",
        "ISO_QMS_STORE",
        "sqlite:///qms.db",
        "The database: `sqlite:///FILE` or `postgresql+psycopg://…`.",
        "Cơ sở dữ liệu: `sqlite:///TỆP` hoặc `postgresql+psycopg://…`.",
    ),
    Setting("files", "ISO_QMS_FILES", "qms-files", "The folder of the Word files.", "Thư mục chứa các tệp Word."),
    Setting(
        "keys",
        "ISO_QMS_KEYS",
        None,
        "The folder of signing keys and seals, outside the database; else `qms-keys` beside the folder of files.",
        "Thư mục khóa ký và mốc niêm phong, ngoài cơ sở dữ liệu; mặc định là `qms-keys` cạnh thư mục tệp.",
    ),
    Setting(
        "lang",
        "ISO_QMS_LANG",
        None,
        "`vi` or `en`; else English where the system's language is English, Vietnamese everywhere else.",
        "`vi` hoặc `en`; nếu không đặt: tiếng Anh khi hệ điều hành dùng tiếng Anh, còn lại là tiếng Việt.",
    ),
    Setting(
        "zone",
        "ISO_QMS_ZONE",
        "Asia/Ho_Chi_Minh",
        "The time zone in which the office's days begin.",
        "Múi giờ tính ngày làm việc của cơ quan.",
    ),
    Setting(
        "by",
        "ISO_QMS_BY",
        None,
        "The account that acts where `--by` is not given.",
        "Tài khoản thực hiện khi không ghi `--by`.",
    ),
    Setting(
        "required_plugins",
        "ISO_QMS_REQUIRED_PLUGINS",
        None,
        "Plugins without which the register does not open, separated by commas.",
        "Các tiện ích bắt buộc, cách nhau bằng dấu phẩy; thiếu thì kho dữ liệu không mở.",
    ),
    Setting(
        "disabled_plugins",
        "ISO_QMS_DISABLED_PLUGINS",
        None,
        "Plugins that are left out, separated by commas; `*` for all. Each has its own table `[plugins.NAME]`.",
        "Các tiện ích không dùng, cách nhau bằng dấu phẩy; `*` là tất cả. Mỗi tiện ích có bảng riêng `[plugins.TÊN]`.",
    ),
    Setting(
        "log",
        "ISO_QMS_LOG",
        None,
        "The file that keeps the details of a defect; else `iso-qms-error.log` in the temporary folder.",
        "Tệp ghi chi tiết khi chương trình lỗi; mặc định là `iso-qms-error.log` trong thư mục tạm.",
    ),
    Setting(
        "–",
        "ISO_QMS_PASSWORD",
        None,
        "The password of whoever acts, for scripts; else it is asked for.",
        "Mật khẩu của người thực hiện, dùng cho kịch bản tự động; nếu không có thì chương trình hỏi.",
    ),
    Setting(
        "–",
        "ISO_QMS_OLD_PASSWORD",
        None,
        "The old password when a person changes their own.",
        "Mật khẩu cũ khi một người tự đổi mật khẩu.",
    ),
    Setting(
        "–",
        "ISO_QMS_KEY_PASSPHRASE",
        None,
        "The passphrase of the signing keys.",
        "Mật khẩu mở khóa ký.",
    ),
    Setting(
        "–",
        "ISO_QMS_DEBUG",
        None,
        "`1` shows the details of a defect on the screen.",
        "`1` để hiện chi tiết lỗi của chương trình ra màn hình.",
    ),
)
"""Everything that can be set, in the order of the reference page."""

FILE = "iso-qms.toml"


class Settings(NamedTuple):
    """What is set for this call; secrets are not part of it."""

    store: str
    files: str
    lang: str
    zone: str
    by: str | None = None
    log: str | None = None
    keys: str | None = None
    required_plugins: tuple[str, ...] = ()
    disabled_plugins: tuple[str, ...] = ()
    plugins: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


def load(options: Mapping[str, str | None], environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of one call from options, environment and file, in this order; `BadInput` for nonsense."""
    env = os.environ if environ is None else environ
    file = _file(env)
    found = {
        each.name: options.get(each.name) or env.get(each.variable) or file.get(each.name) or each.default
        for each in SETTINGS
        if each.name != "–"
    }
    lang = found["lang"] or system_language(env)
    if lang not in LANGUAGES:
        raise BadChoice(given=lang, field="lang", allowed=", ".join(LANGUAGES))
    return Settings(
        store=str(found["store"]),
        files=str(found["files"]),
        lang=lang,
        zone=str(found["zone"]),
        by=found["by"],
        log=found["log"],
        keys=found["keys"],
        required_plugins=_listed(found["required_plugins"]),
        disabled_plugins=_listed(found["disabled_plugins"]),
        plugins=file.get("plugins", {}),
    )


def _listed(names: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (names or "").split(",") if name.strip())


def system_language(environ: Mapping[str, str] | None = None) -> str:
    """`en` where the operating system's language is English, else `vi`: also when nothing is said at all."""
    environ = os.environ if environ is None else environ
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(variable):
            return "en" if environ[variable].lower().startswith("en") else "vi"
    return "vi"


def password() -> str | None:
    """The password of whoever acts, as the environment gives it."""
    return os.environ.get("ISO_QMS_PASSWORD") or None


def old_password() -> str | None:
    """The old password at a change of one's own, as the environment gives it."""
    return os.environ.get("ISO_QMS_OLD_PASSWORD") or None


def key_passphrase() -> str | None:
    """The passphrase of the signing keys, as the environment gives it."""
    return os.environ.get("ISO_QMS_KEY_PASSPHRASE") or None


def debugging() -> bool:
    """Whether the details of a defect are wanted on the screen."""
    return os.environ.get("ISO_QMS_DEBUG") == "1"


def account() -> str:
    """The operating-system account that runs this process; no variable can pretend another."""
    try:
        import pwd
    except ImportError:  # Windows asks its own system
        import getpass

        return getpass.getuser()
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


def _file(environ: Mapping[str, str]) -> dict[str, Any]:
    home = environ.get("XDG_CONFIG_HOME") or f"{environ.get('HOME', '')}/.config"
    for path in (FILE, f"{home}/iso-qms/{FILE}"):
        try:
            with open(path, "rb") as file:  # noqa: PTH123 - pathlib would double what this costs at every start
                return _checked(path, file.read())
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise BadInput(what=os_words.told(path, error)) from None
    return {}


def _checked(path: str, content: bytes) -> dict[str, Any]:
    import tomllib

    try:
        found: dict[str, Any] = tomllib.loads(content.decode("utf-8"))
    except ValueError as error:
        raise BadInput(what=f"{path}: {error}") from None
    known = [each.name for each in SETTINGS if each.name != "–"]
    for name, value in found.items():
        tables = name == "plugins" and isinstance(value, dict) and all(isinstance(t, dict) for t in value.values())
        if not tables and (name not in known or not isinstance(value, str)):
            raise BadChoice(given=name, field=path, allowed=", ".join([*known, "[plugins.…]"]))
    return found
