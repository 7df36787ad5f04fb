"""Rows that people bring in a file, CSV or XLSX: read into text by the names of their columns, and written for them.

    COLUMNS = [SheetColumn("email", _("E-mail"), example="…"), SheetColumn("name", _("Name"), example="…")]
    sheet = read_sheet(content, name="khach-hang.xlsx", columns=COLUMNS, most=2000, language="vi")
    sheet.rows[0].line, sheet.rows[0].cells["email"]

What cannot be read for certain is refused with a sentence that says what to do; nothing is guessed.
"""
