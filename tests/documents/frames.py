"""Procedures in frames of many offices: labels, layouts and tables drawn by a seed, with the truth beside each.

Labels and layouts are those of real procedures (wards of Hà Nội and TP. Hồ Chí Minh, departments, enforcement offices)
and of the internal processes that provinces approve; people, codes and agencies are invented.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from tests.documents import wordxml as x

CODES = (
    "QT-01",
    "QT.TP.05",
    "QT/VP-03",
    "QT-VHXH-12",
    "QT-42-01",
    "QT-SGD-01",
    "QT- SGD – 01",
    "QT.ISO.02",
    "HD-KT-07",
    "QT-TTr-04",
)
CODE_LABELS = (
    "Mã hiệu",
    "MÃ SỐ",
    "Mã số",
    "Ký hiệu",
    "Mã tài liệu",
    "Số hiệu",
    "Mã QT",
    "Mã quy trình",
    "Số hiệu tài liệu",
)
ISSUE_LABELS = ("Lần ban hành", "Ban hành lần", "BH lần", "Phiên bản", "LẦN BAN HÀNH")
REVISION_LABELS = ("Lần sửa đổi", "Lần soát xét", "Sửa đổi lần", "SỬA ĐỔI LẦN")
DATE_LABELS = ("Ngày ban hành", "Ngày BH", "NGÀY BAN HÀNH", "Ngày tháng ban hành", "Ngày, tháng, năm ban hành")
EFFECT_LABELS = ("Ngày hiệu lực", "Ngày áp dụng", "Có hiệu lực từ ngày", "Ngày có hiệu lực")
PAGE_LABELS = ("Trang", "TRANG", "Số trang")
DRAFTER = ("Soạn thảo", "NGƯỜI SOẠN THẢO", "NGƯỜI VIẾT", "Người lập", "Biên soạn")
REVIEWER = ("Xem xét", "Soát xét", "Soát xét/ Xem xét", "NGƯỜI KIỂM TRA", "NGƯỜI SOÁT XÉT", "Kiểm tra", "Thẩm định")
APPROVER = ("Phê duyệt", "NGƯỜI DUYỆT", "Người phê duyệt", "Duyệt")
PEOPLE = (
    ("Nguyễn Thị Hoa", "Công chức Tư pháp - Hộ tịch"),
    ("Lê Quang Đạo", "Phó Chủ tịch"),
    ("Trần Văn Bình", "Chủ tịch"),
    ("Phạm Minh Châu", "Chuyên viên"),
    ("Đỗ Thị Thu Hà", "Thư ký ISO"),
    ("Hoàng Anh Tuấn", "Chánh Văn phòng"),
)
TITLES = (
    "CHỨNG THỰC BẢN SAO TỪ BẢN CHÍNH",
    "ĐĂNG KÝ KHAI SINH LƯU ĐỘNG",
    "KIỂM SOÁT THÔNG TIN DẠNG VĂN BẢN",
    "CẤP GIẤY PHÉP XÂY DỰNG NHÀ Ở RIÊNG LẺ",
    "TIẾP CÔNG DÂN VÀ XỬ LÝ ĐƠN THƯ",
    "HỖ TRỢ CHI PHÍ MAI TÁNG CHO ĐỐI TƯỢNG BẢO TRỢ XÃ HỘI",
)
AGENCIES = ("ỦY BAN NHÂN DÂN PHƯỜNG BÌNH AN", "UBND XÃ TÂN THÀNH", "CHI CỤC THỦY LỢI TỈNH HÒA AN")
TASKS = (
    "Tiếp nhận và kiểm tra thành phần hồ sơ, nhập phần mềm một cửa",
    "Chuyển hồ sơ về bộ phận chuyên môn",
    "Phân công thụ lý hồ sơ",
    "Thẩm định hồ sơ, xác minh thực tế; dự thảo kết quả giải quyết",
    "Xin ý kiến cơ quan liên quan (nếu cần)",
    "Xem xét, ký nháy văn bản dự thảo",
    "Ký duyệt kết quả",
    "Vào sổ, đóng dấu, phát hành văn bản",
    "Trả kết quả cho tổ chức/cá nhân và lưu hồ sơ",
)
ROLES = (
    "Tổ chức/cá nhân",
    "Bộ phận TN&TKQ",
    "Công chức Tư pháp - Hộ tịch",
    "Lãnh đạo UBND",
    "Trung tâm Phục vụ hành chính công",
    "Văn thư",
    "Phòng Nông nghiệp và Môi trường",
    "Trưởng phòng\nChuyên viên",
)
LAYOUTS = (
    *("pairs", "three columns", "head row", "paragraphs", "one line", "text box", "control"),
    *("label above value", "no colon", "broken label", "bilingual", "nested table", "dots"),
    *("next line", "tab before colon", "bars", "two pairs a row", "one row", "value below in list"),
)
ENGLISH = {"code": "Code", "issue": "Issue", "revision": "Revision", "date": "Date", "page": "Page"}
TIMES = (
    *(
        "0,5 ngày",
        "1/2 ngày làm việc",
        "½ ngày",
        "04 giờ làm việc",
        "01 ngày làm việc",
        "03 ngày làm việc",
        "Giờ hành chính",
    ),
    *("0,5 giờ làm việc", "30 phút", "02 giờ", "Không quá 03 ngày làm việc", "Trong ngày", "02 ngày", ""),
)
STEP_SHAPES = (
    *("iso", "six columns", "internal", "departments", "automatic numbers", "in controls", "flow chart", "no number"),
    *("two-row head", "shared time", "two tables", "head again", "groups"),
)
FORMS = (
    "BM.TP.05.01",
    "Mẫu số 01",
    "Sổ theo dõi hồ sơ",
    "Phiếu kiểm soát quá trình giải quyết hồ sơ",
    "",
    "Văn bản trả lời",
)


@dataclass(frozen=True)
class Row:
    no: str
    content: str
    who: str
    time: str
    form: str


@dataclass
class Truth:
    """What the file says, and the choices that made it (for the message of a failing test)."""

    code: str = ""
    title: str = ""
    issue: int | None = None
    revision: int | None = None
    issue_date: date | None = None
    effective_date: date | None = None
    drafter: str = ""
    reviewers: tuple[str, ...] = ()
    approver: str = ""
    revisions: int = 0
    components: int | None = None
    steps: list[Row] = field(default_factory=list)
    total: str = ""
    choices: dict[str, object] = field(default_factory=dict)


class Frame:
    """One drawn frame: `docx` is the file, `truth` what must be found in it."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.truth = Truth()
        self.headers: dict[str, str] = {}
        pairs = self._facts()
        body = self._identity(pairs) + self._signoff() + self._revisions() + self._sections()
        more = {**self.headers, "numbering": _numbering()}
        self.docx = x.docx(self._spelt(body), {name: self._spelt(content) for name, content in more.items()})

    def pick(self, name: str, options: Sequence[object]) -> object:
        """Draw one option and remember it."""
        chosen = self.draw.choice(list(options))
        self.truth.choices[name] = chosen
        return chosen

    def text(self, name: str, options: Sequence[str]) -> str:
        return str(self.pick(name, options))

    def _spelt(self, xml: str) -> str:
        if "decomposed" not in self.truth.choices:
            self.pick("decomposed", (False, False, False, True))
        return unicodedata.normalize("NFD", xml) if self.truth.choices["decomposed"] else xml

    def _facts(self) -> list[tuple[str, str]]:
        """Label and value of each field, in the order printed."""
        truth = self.truth
        truth.code = self.text("code", CODES)
        truth.title = self.text("title", TITLES)
        day = date(self.draw.randint(2016, 2026), self.draw.randint(1, 12), self.draw.randint(1, 28))
        pairs = [(self.text("code label", CODE_LABELS), truth.code)]
        truth.issue = self.draw.randint(1, 9)
        counters = self.pick("counters", ("issue", "both apart", "both in one"))
        if counters == "both in one":
            truth.revision = self.draw.randint(0, 4)
            pairs.append(("Lần ban hành/Lần sửa đổi", f"{truth.issue:02d}/{truth.revision:02d}"))
        else:
            pairs.append((self.text("issue label", ISSUE_LABELS), self._count(truth.issue)))
        if counters == "both apart":
            truth.revision = self.draw.randint(0, 4)
            pairs.append((self.text("revision label", REVISION_LABELS), f"{truth.revision:02d}"))
        if self.pick("date kind", ("issue", "issue", "effective")) == "issue":
            truth.issue_date = day
            pairs.append((self.text("date label", DATE_LABELS), self._day(day)))
        else:
            truth.effective_date = day
            pairs.append((self.text("date label", EFFECT_LABELS), self._day(day)))
        pairs.append((self.text("page label", PAGE_LABELS), "1/8"))
        return pairs

    def _count(self, value: int) -> str:
        words = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
        forms = (
            f"{value:02d}",
            str(value),
            f"Lần {value}",
            words[value],
            f"Lần thứ {'nhất' if value == 1 else words[value]}",
        )
        return self.text("count", forms)

    def _day(self, day: date) -> str:
        words = f"ngày {day.day:02d} tháng {day.month:02d} năm {day.year}"
        return self.text(
            "day",
            (
                f"{day:%d/%m/%Y}",
                f"{day.day}/{day.month}/{day.year}",
                f"{day:%d.%m.%Y}",
                f"{day:%d-%m-%Y}",
                f"{day:%d / %m / %Y}",
                words,
                words.capitalize(),
                f"{day:%d/%m/%y}",
            ),
        )

    def _identity(self, pairs: list[tuple[str, str]]) -> str:
        title, agency = self.truth.title, self.text("agency", AGENCIES)
        where = self.pick("where", ("cover", "header", "both", "first header", "footer"))
        layout = self.text("layout", LAYOUTS)
        block = self._laid(layout, pairs, title, agency)
        lead = self.text("lead", ("QUY TRÌNH", "", "QUY TRÌNH ISO 9001:2015"))
        cover = x.p(agency) + (x.p(lead) if lead else "") + self._titled(title)
        if where == "cover":
            return block + cover
        name = {"first header": "header2", "footer": "footer1"}.get(str(where), "header1")
        self.headers[name] = block if layout != "text box" else self._laid("pairs", pairs, title, agency)
        return cover + (self._laid("paragraphs", pairs, title, agency) if where == "both" else "")

    def _titled(self, title: str) -> str:
        shape = self.text("title shape", ("capitals", "two lines", "labelled", "small letters", "styled"))
        small = title.capitalize()
        if shape == "two lines":
            words = title.split(" ")
            return x.p(" ".join(words[:3])) + x.p(" ".join(words[3:]))
        if shape == "labelled":
            return x.p(f"{self.text('title label', ('Tên quy trình', 'Tên tài liệu', 'Tên thủ tục'))}: {small}")
        if shape == "small letters":
            self.truth.title = f"Quy trình {small}"
            return x.p(self.truth.title)
        return x.p(title if shape == "capitals" else small, style="" if shape == "capitals" else "Title")

    def _laid(self, layout: str, pairs: list[tuple[str, str]], title: str, agency: str) -> str:
        colon = self.text("colon", (":", " :", ": ", " : "))
        said = [f"{label}{colon}{value}" for label, value in pairs]
        if layout == "pairs":
            return x.table([[label + self.text("tail", ("", ":")), value] for label, value in pairs])
        if layout == "three columns":
            info = "\n".join(said)
            return x.table([[x.cell(agency), x.cell(f"QUY TRÌNH\n{title}"), x.cell(info)]])
        if layout == "head row":
            return x.table([[label for label, _ in pairs], [value for _, value in pairs]])
        if layout == "one line":
            return x.p("\t".join(said[:2])) + x.p("   ".join(said[2:]))
        if layout == "text box":
            return x.text_box(x.lines("\n".join(said)))
        if layout == "label above value":
            return x.table([[f"{label}\n{value}" for label, value in pairs]])
        if layout == "next line":
            return x.lines("\n".join(f"{label}:\n{value}" for label, value in pairs))
        if layout == "tab before colon":
            return x.lines("\n".join(f"{label}\t:\t{value}" for label, value in pairs))
        if layout == "bars":
            return x.p(" | ".join(f"{label}: {value}" for label, value in pairs))
        if layout == "two pairs a row":
            flat = [text for pair in pairs for text in pair]
            return x.table([flat[start : start + 4] for start in range(0, len(flat), 4)])
        if layout == "one row":
            return x.table([[text for pair in pairs for text in pair]])
        if layout == "value below in list":
            return x.table([[x.cell(raw=x.p(label) + x.p(value)) for label, value in pairs]])
        if layout == "no colon":
            return x.lines("\n".join(f"{label} {value}" for label, value in pairs))
        if layout == "broken label":
            broken = "\n".join(f"{label.replace(' ', chr(10), 1)}: {value}" for label, value in pairs)
            return x.table([[x.cell(agency), x.cell(raw=x.p(broken))]])
        if layout == "bilingual":
            return x.lines(
                "\n".join(
                    f"{label} ({name}): {value}" for (label, value), name in zip(pairs, ENGLISH.values(), strict=False)
                )
            )
        if layout == "nested table":
            inner = x.table([[label, value] for label, value in pairs]) + x.p()
            return x.table([[x.cell(agency), x.cell(raw=inner)]])
        if layout == "dots":
            return x.lines("\n".join(f"{label}: ....... {value}" for label, value in pairs))
        if layout == "control":
            return "".join(x.p(inner=x.run(f"{label}{colon}") + x.control(x.run(value))) for label, value in pairs)
        return x.lines("\n".join(said))

    def _signoff(self) -> str:
        truth = self.truth
        shape = self.text("sign-off", ("columns named", "columns", "rows", "none"))
        if shape == "none":
            return ""
        people = self.draw.sample(PEOPLE, 3)
        labels = [self.text("drafter", DRAFTER), self.text("reviewer", REVIEWER), self.text("approver", APPROVER)]
        truth.drafter, truth.reviewers, truth.approver = people[0][0], (people[1][0],), people[2][0]
        if shape == "rows":
            return x.table([[label, name, position] for label, (name, position) in zip(labels, people, strict=True)])
        if shape == "columns named":
            rows = [
                ["Trách nhiệm", *labels],
                [self.text("name row", ("Họ tên", "Họ và tên")), *(name for name, _ in people)],
                ["Chữ ký", "", "", ""],
                ["Chức vụ", *(position for _, position in people)],
            ]
            return x.table(rows)
        return x.table([labels, ["(ký)\n\n" + f"{name}\n{position}" for name, position in people]])

    def _revisions(self) -> str:
        shape = self.text("revision table", ("five columns", "old and new", "none"))
        if shape == "none":
            return ""
        self.truth.revisions = self.draw.randint(0, 3)
        count = self.truth.revisions
        heading = self.text("revision title", ("SỬA ĐỔI TÀI LIỆU", "BẢNG THEO DÕI SỬA ĐỔI TÀI LIỆU", "LÝ LỊCH SỬA ĐỔI"))
        if shape == "five columns":
            head = ["Yêu cầu sửa đổi/ bổ sung", "Trang / Phần liên quan việc sửa đổi", "Mô tả nội dung sửa đổi"]
            head += ["Lần ban hành / Lần sửa đổi", self.text("revision date", ("Ngày ban hành", "Ngày sửa đổi"))]
            rows = [
                ["Thay đổi phí", f"Mục 5.{n}", "Giảm thời gian còn 0,5 ngày", f"Lần {n + 1}", f"0{n + 1}/02/2019"]
                for n in range(count)
            ]
        else:
            head = ["Lần sửa đổi", "Vị trí", "Nội dung cũ", "Nội dung mới", "Ngày sửa đổi"]
            rows = [[f"0{n + 1}", f"Mục 5.{n}", "01 ngày", "0,5 ngày", f"0{n + 1}/02/2019"] for n in range(count)]
        blank = [[""] * 5 for _ in range(self.draw.randint(0, 3))]
        return x.p(heading) + x.table([head, *rows, *blank])

    def _sections(self) -> str:
        shape = self.pick("sections", ("1-7", "1-7", "I-III", "one table"))
        if shape == "I-III":
            return self._roman()
        if shape == "one table":
            return self._one_table()
        names = [
            "MỤC ĐÍCH",
            "PHẠM VI",
            "TÀI LIỆU VIỆN DẪN",
            "ĐỊNH NGHĨA/VIẾT TẮT",
            "NỘI DUNG QUY TRÌNH",
            "BIỂU MẪU",
            "HỒ SƠ CẦN LƯU",
        ]
        body = ""
        numbers = self.pick("headings", ("typed", "automatic"))
        for number, name in enumerate(names, 1):
            body += x.p(f"{number}. {name}") if numbers == "typed" else x.p(name, numbered=0)
            if number == 5:
                body += x.p("5.1 Thời gian xử lý: Theo quy định") + x.p("5.2 Quy trình xử lý công việc") + self._steps()
            else:
                body += x.p("Quy định thống nhất cách làm; mã hiệu, lần ban hành ghi ở đầu trang.")
        return body

    def _roman(self) -> str:
        papers = [["STT", "Tên hồ sơ", "Số lượng", "Ghi chú"], ["01", "Tờ khai theo mẫu", "01", "Bản chính"]]
        return (
            x.p("I. THÀNH PHẦN HỒ SƠ")
            + x.table(papers)
            + x.p("II. NƠI TIẾP NHẬN, TRẢ KẾT QUẢ, THỜI GIAN VÀ LỆ PHÍ")
            + x.p("Bộ phận một cửa.")
            + x.p("III. TRÌNH TỰ XỬ LÝ CÔNG VIỆC")
            + self._steps()
        )

    def _one_table(self) -> str:
        """A whole procedure set in one table, as wards of Hà Nội print it."""
        wide = [
            ["1", x.cell("Mục đích: Quy định trình tự giải quyết.", span=4)],
            ["2", x.cell("Phạm vi: Toàn phường.", span=4)],
        ]
        wide += [["3", x.cell("Nội dung quy trình", span=4)], ["3.1", x.cell("Cơ sở pháp lý", span=4)]]
        wide += [["", x.cell("Nghị định số 23/2015/NĐ-CP ngày 16/02/2015 của Chính phủ", span=4)]]
        wide += [["3.2", x.cell("Thành phần hồ sơ", span=2), "Bản chính", "Bản sao"]]
        wide += [["", x.cell("Tờ khai theo mẫu", span=2), "x", ""], ["", x.cell("Giấy tờ tùy thân", span=2), "", "x"]]
        wide += [["3.3", x.cell("Thời gian xử lý", span=4)], ["", x.cell("05 ngày làm việc", span=4)]]
        wide += [["3.4", x.cell("Lệ phí", span=4)], ["", x.cell("Không", span=4)]]
        wide += [["3.5", x.cell("Quy trình xử lý công việc", span=4)]]
        self.truth.components = 2
        self.truth.total = "05 ngày làm việc"
        rows = self._rows("one table", self.draw.randint(3, 8))
        self.truth.steps = rows
        wide += [["TT", "Trình tự", "Trách nhiệm", "Thời gian", "Biểu mẫu/Kết quả"]]
        wide += [[r.no, r.content, r.who, r.time, r.form] for r in rows]
        wide += [["4", x.cell("Biểu mẫu", span=4)], ["", x.cell("BM.TP.05.01", span=4)]]
        return x.table(wide)

    def _rows(self, shape: str, count: int) -> list[Row]:
        rows = []
        for number, task in enumerate(self.draw.sample(TASKS, count), 1):
            no = f"B{number}" if shape in ("six columns", "iso", "one table") else str(number)
            rows.append(Row(no, task, self.draw.choice(ROLES), self.draw.choice(TIMES), self.draw.choice(FORMS)))
        return rows

    def _steps(self) -> str:
        count = self.draw.randint(3, 8)
        shape = self.text("steps", STEP_SHAPES)
        rows = self._rows(shape, count)
        if shape == "internal":
            return self._internal(rows)
        if shape == "departments":
            return self._departments(rows)
        self.truth.steps = rows
        if shape == "six columns":
            head = ["Bước công việc", "Nội dung công việc", "Trách nhiệm", "Thời gian", "Hồ sơ/Biểu mẫu", "Diễn giải"]
            return x.table([head, *([r.no, r.content, r.who, r.time, r.form, "Theo quy chế"] for r in rows)])
        head = ["TT", "Trình tự", "Trách nhiệm", "Thời gian", "Biểu mẫu/Kết quả"]
        if shape == "flow chart":
            head = ["Trách nhiệm", "Lưu đồ", "Thời gian", "Mô tả/Biểu mẫu"]
            self.truth.steps = [Row(r.no, r.content, r.who, r.time, r.form) for r in rows]
            return x.table([head, *([r.who, r.content, r.time, r.form] for r in rows)])
        if shape == "no number":
            head = ["Nội dung công việc", "Người thực hiện", "Thời hạn"]
            self.truth.steps = [Row(r.no, r.content, r.who, r.time, "") for r in rows]
            return x.table([head, *([r.content, r.who, r.time] for r in rows)])
        if shape == "two-row head":
            top = [x.cell("STT", merge="restart"), x.cell("Nội dung công việc", merge="restart")]
            top += [x.cell("Trách nhiệm", merge="restart"), x.cell("Thời gian thực hiện", span=2)]
            under = [x.cell(merge="continue"), x.cell(merge="continue"), x.cell(merge="continue"), "Ngày", "Ghi chú"]
            self.truth.steps = [Row(r.no, r.content, r.who, r.time, "") for r in rows]
            return x.table([top, under, *([r.no, r.content, r.who, r.time, "x"] for r in rows)])
        if shape == "shared time":
            head = ["TT", "Trình tự", "Trách nhiệm", "Thời gian", "Biểu mẫu/Kết quả"]
            first, second, *others = rows
            self.truth.steps = [first, Row(second.no, second.content, second.who, first.time, second.form), *others]
            table = [head, [first.no, first.content, first.who, x.cell(first.time, merge="restart"), first.form]]
            table += [[second.no, second.content, second.who, x.cell(merge="continue"), second.form]]
            return x.table([*table, *([r.no, r.content, r.who, r.time, r.form] for r in others)])
        if shape in ("two tables", "head again", "groups"):
            return self._divided(shape, rows)
        if shape == "automatic numbers":
            listed = [[x.cell(raw=x.p(numbered=0, listed=2)), r.content, r.who, r.time, r.form] for r in rows]
            return x.table([head, *listed])
        if shape == "in controls":
            inner = x.table([head, *([r.no, r.content, r.who, r.time, r.form] for r in rows)])
            return x.control(inner)
        return x.table([head, *([r.no, r.content, r.who, r.time, r.form] for r in rows)])

    def _divided(self, shape: str, rows: list[Row]) -> str:
        head = ["STT", "Nội dung thực hiện", "Đơn vị thực hiện", "Thời gian", "Kết quả"]
        cells = [[r.no, r.content, r.who, r.time, r.form] for r in rows]
        if shape == "two tables":
            return x.table([head, *cells[:2]]) + x.p() + x.table(cells[2:])
        if shape == "head again":
            return x.table([head, *cells[:2], head, *cells[2:]])
        group = [x.cell("Giai đoạn thụ lý hồ sơ", span=5)]
        return x.table([head, [x.cell("Giai đoạn tiếp nhận", span=5)], *cells[:2], group, *cells[2:]])

    def _internal(self, rows: list[Row]) -> str:
        """The internal process of a decision: two merged number columns, sub-steps, merged responsible, a total."""
        head = [
            x.cell("Các bước thực hiện", span=2),
            "Nội dung công việc",
            "Đơn vị, người thực hiện",
            "Thời gian thực hiện",
        ]
        table = [head]
        self.truth.steps = []
        index, number = 0, 0
        while index < len(rows):
            number += 1
            if len(rows) - index >= 2 and self.draw.random() < 0.4:
                pair = rows[index : index + 2]
                for sub, row in enumerate(pair, 1):
                    merge = "restart" if sub == 1 else "continue"
                    left = x.cell(f"Bước {number}" if sub == 1 else "", merge=merge)
                    who = x.cell(pair[0].who if sub == 1 else "", merge=merge)
                    table.append([left, f"{number}.{sub}", row.content, who, row.time])
                    self.truth.steps.append(Row(f"{number}.{sub}", row.content, pair[0].who, row.time, ""))
                index += 2
                continue
            row = rows[index]
            table.append([x.cell(f"Bước {number}", span=2), row.content, row.who, row.time])
            self.truth.steps.append(Row(f"Bước {number}", row.content, row.who, row.time, ""))
            index += 1
        self.truth.total = "07 ngày làm việc"
        table.append([x.cell("Tổng thời gian giải quyết", span=4), self.truth.total])
        return x.table(table)

    def _departments(self, rows: list[Row]) -> str:
        """What one-stop software exports: from which department to which, and days."""
        head = ["STT", "Phòng ban chuyển", "Phòng ban xử lý", "Thời hạn (ngày)"]
        table = [head]
        self.truth.steps = []
        for number, row in enumerate(rows, 1):
            who, days = row.who.split("\n")[0], str(self.draw.randint(1, 9))
            table.append([str(number), "Bộ phận một cửa", who, days])
            self.truth.steps.append(Row(str(number), who, who, days, ""))
        return x.table(table)


def _numbering() -> str:
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    return (
        f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="1">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    )
