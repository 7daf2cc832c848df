"""The sentences for what a person should look at in a document, by code, Vietnamese and English."""

from __future__ import annotations

from iso_qms.documents.blocks import Problem

_SENTENCES: dict[str, tuple[str, str]] = {
    # the file
    "macros": (
        "Tệp có macro; macro không được chạy và không thuộc nội dung tài liệu.",
        "The file holds macros; they are not run and are no part of the document.",
    ),
    "external-link": (
        "Tệp trỏ ra bên ngoài ({kind}: {target}); liên kết không được mở.",
        "The file points outside ({kind}: {target}); the link was not followed.",
    ),
    "embedded": (
        "Tệp có {count} đối tượng nhúng; nội dung bên trong không được đọc.",
        "The file has {count} embedded objects; what is inside them was not read.",
    ),
    "alt-chunk": (
        "Tệp chèn {count} đoạn ở định dạng khác (altChunk); các đoạn đó không được đọc.",
        "The file imports {count} chunks of another format (altChunk); they were not read.",
    ),
    "active-field": (
        "Tệp có trường lấy dữ liệu từ nơi khác ({field}); trường không được thực hiện.",
        "The file has a field that fetches from elsewhere ({field}); it was not carried out.",
    ),
    "signed": (
        "Tệp có chữ ký số; chữ ký chưa được kiểm tra.",
        "The file is digitally signed; the signature was not checked.",
    ),
    "tracked-changes": (
        "Còn {count} thay đổi theo dõi (track changes) chưa được chấp nhận hoặc từ chối.",
        "{count} tracked changes are neither accepted nor rejected.",
    ),
    "tracking-on": ("Chế độ theo dõi thay đổi đang bật.", "Change tracking is switched on."),
    "comments": ("Còn {count} nhận xét (comment) trong tệp.", "{count} comments remain in the file."),
    "hidden-text": (
        "Có {count} ký tự ở dạng chữ ẩn, không hiện khi in.",
        "{count} characters are hidden text that is not printed.",
    ),
    "protected": (
        "Tệp đặt chế độ hạn chế chỉnh sửa ({mode}).",
        "The file restricts editing ({mode}).",
    ),
    "missing-part": (
        "Tệp trỏ tới phần {name} không có trong gói.",
        "The file refers to part {name}, which the package lacks.",
    ),
    "unread-part": (
        "Không đọc được phần {name}; chữ trong phần đó bị bỏ qua.",
        "Part {name} could not be read; its text is skipped.",
    ),
    "legacy-font": (
        "Tệp dùng phông mã cũ ({font}); chữ có thể hiện sai, hãy chuyển sang Unicode.",
        "The file uses a font of a legacy encoding ({font}); convert it to Unicode.",
    ),
    "decoded": (
        "Chữ trong tệp theo bảng mã TCVN3 (phông .Vn…) đã được chuyển sang Unicode để đọc; hãy đối chiếu.",
        "The file's text is in TCVN3 (.Vn… fonts) and was made Unicode for reading; please compare.",
    ),
    "converted": (
        "Tệp {media} được LibreOffice chuyển đổi để đọc; bản gốc được giữ nguyên.",
        "The {media} file was converted by LibreOffice for reading; the original is kept as it is.",
    ),
    "empty": ("Tài liệu không có chữ nào.", "The document holds no text."),
    # PDF
    "no-text-layer": (
        "{pages} trang không có lớp chữ (bản quét hoặc ảnh).",
        "{pages} page(s) have no text layer (a scan or picture).",
    ),
    "ocr": (
        "Chữ được nhận dạng từ ảnh (OCR); phải đối chiếu với bản gốc.",
        "The text was recognised from pictures (OCR); compare it with the original.",
    ),
    "broken-fonts": (
        "Lớp chữ của PDF bị vỡ do phông chữ ({share} % từ chỉ có một chữ cái); hãy dùng tệp Word gốc.",
        "The PDF's text layer is broken by its fonts ({share} % one-letter words); use the Word original.",
    ),
    "active-content": (
        "PDF có nội dung hoạt động ({kinds}); không được thực hiện.",
        "The PDF has active content ({kinds}); it was not carried out.",
    ),
    "attachments": (
        "PDF có {count} tệp đính kèm; không được đọc.",
        "The PDF has {count} attachments; they were not read.",
    ),
    "pages-skipped": (
        "Chỉ đọc {read} trong {total} trang (giới hạn thời gian hoặc dung lượng).",
        "Only {read} of {total} pages were read (limit of time or size).",
    ),
    "structure": (
        "Cấu trúc PDF có lỗi nên không đọc được thông tin mô tả.",
        "The PDF's structure is faulty, so its metadata could not be read.",
    ),
    # fields
    "missing-field": ("Không tìm thấy {name_vi} trong tài liệu.", "No {name_en} was found in the document."),
    "contradiction": (
        "{name_vi} không thống nhất: “{one}” ({place_one}) và “{two}” ({place_two}).",
        "The {name_en} differs: “{one}” ({place_one}) and “{two}” ({place_two}).",
    ),
    "blank-day": (
        "{name_vi} để trống ngày: “{text}”.",
        "The {name_en} has a blank day: “{text}”.",
    ),
    "bad-date": ("{name_vi} không phải ngày có thật: “{text}”.", "The {name_en} is no real date: “{text}”."),
    "blank-field": (
        "{name_vi} có nhãn nhưng chưa điền giá trị.",
        "The {name_en} has a label but no value.",
    ),
    "one-counter": (
        "Tài liệu chỉ ghi lần sửa đổi ({text}); tạm dùng làm lần ban hành.",
        "The document states a revision number only ({text}); it was taken as the issue number too.",
    ),
    "odd-code": (
        "Mã hiệu “{text}” không theo dạng quen dùng; hãy kiểm tra.",
        "Code “{text}” does not follow the usual grammar; please check.",
    ),
    "page-total": (
        "Số trang ghi trong tài liệu là {stated}, Word đếm {counted}.",
        "The document states {stated} pages, Word counted {counted}.",
    ),
    "revision-later": (
        "Bảng sửa đổi có dòng ngày {latest}, sau ngày ghi trên trang bìa ({cover}).",
        "The revision table has a row of {latest}, later than the date on the cover ({cover}).",
    ),
    "lost-numbering": (
        "Các đề mục đều mang số “{number}”; có lẽ đánh số tự động đã mất.",
        "All headings carry the number “{number}”; automatic numbering was probably lost.",
    ),
    # process
    "no-step-table": ("Không tìm thấy bảng các bước thực hiện.", "No table of process steps was found."),
    "several-processes": (
        "Tài liệu có {count} bảng bước bắt đầu lại từ đầu; hãy tách thành từng quy trình.",
        "The document has {count} step tables that start anew; split them into one process each.",
    ),
    "steps-from-list": (
        "Không có bảng các bước; {count} bước được lấy từ các đoạn “Bước …”, hãy kiểm tra kỹ.",
        "There is no step table; {count} steps were taken from paragraphs “Bước …”, check them well.",
    ),
    "step-without-role": ("Bước {no} không ghi ai chịu trách nhiệm.", "Step {no} names nobody responsible."),
    "step-without-limit": (
        "Bước {no} không có thời hạn đọc được: “{text}”.",
        "Step {no} has no readable limit: “{text}”.",
    ),
    "day-kind": (
        "Bước {no}: “{text}” không nói rõ ngày làm việc hay ngày lịch; tạm tính ngày làm việc.",
        "Step {no}: “{text}” does not say working or calendar day; taken as working days.",
    ),
    "calendar-day": (
        "Bước {no}: “{text}” tính theo ngày lịch; số phút làm việc chỉ là ước tính.",
        "Step {no}: “{text}” counts calendar days; the working minutes are an estimate.",
    ),
    "several-limits": (
        "Bước {no}: “{text}” nêu nhiều thời hạn; tạm lấy thời hạn đầu.",
        "Step {no}: “{text}” gives several limits; the first was taken.",
    ),
    "row-without-task": (
        "Bảng bước có dòng không có nội dung công việc: “{text}”.",
        "A row of the step table has no task: “{text}”.",
    ),
    "step-sum": (
        "Các bước cộng lại {sum}, thời hạn công bố là {total}.",
        "The steps add up to {sum}, the announced time is {total}.",
    ),
    "unit-mix": (
        "Bảng bước dùng lẫn giờ và ngày.",
        "The step table mixes hours and days.",
    ),
    "step-numbers": ("Số thứ tự bước không liên tục: {numbers}.", "Step numbers are not consecutive: {numbers}."),
    "unknown-form": (
        "Bước {no} dùng biểu mẫu {form} không có trong danh mục biểu mẫu.",
        "Step {no} uses form {form}, which the list of forms lacks.",
    ),
}

FIELD_NAMES: dict[str, tuple[str, str]] = {
    "code": ("Mã hiệu", "code"),
    "title": ("Tên tài liệu", "title"),
    "issue": ("Lần ban hành", "issue number"),
    "revision": ("Lần sửa đổi", "revision number"),
    "issue_date": ("Ngày ban hành", "issue date"),
    "effective_date": ("Ngày hiệu lực", "effective date"),
    "decision": ("Quyết định ban hành", "issuing decision"),
    "page_total": ("Tổng số trang", "total of pages"),
    "drafter": ("Người soạn thảo", "drafter"),
    "reviewers": ("Người xem xét", "reviewer"),
    "approver": ("Người phê duyệt", "approver"),
}


def problem(code: str, place: str = "", **values: object) -> Problem:
    """The problem of a code, its sentences filled with values; ``field=`` fills in a field's name in both languages."""
    vietnamese, english = _SENTENCES[code]
    if "name" in values and values["name"] in FIELD_NAMES:
        values["name_vi"], values["name_en"] = FIELD_NAMES[str(values["name"])]
    return Problem(code, vietnamese.format(**values), english.format(**values), place)
