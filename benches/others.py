"""What people use today for the same work, one way a run: `others.py WAY ARCHIVE OUT.parquet`.

copy     DuckDB's read_text, straight to Parquet: parses nothing.
regex    DuckDB's read_text with regular expressions for the columns of schema v1, as far as they reach (regex.sql).
loop     a loop in Python with the re module, for the fields that take one expression each.
"""

import hashlib
import json
import pathlib
import re
import sys

DTG = r"^(?:([FZOPRYM])(?: ([FZOPRYM]))? )?(\d{6}Z [A-Z]{3} \d{2})(.*)$"
PARAGRAPH = r"(?s)^(?:¶\s*)?(\d{1,2})\. ?(?:\(([A-Z/ ]{1,20})\))?\s+(.*?)(?:\n\s*\n|\z)"

COPY = """COPY (SELECT filename, size, content FROM read_text('ARCHIVE/**/*.txt'))
TO 'OUTPUT' (FORMAT parquet, COMPRESSION zstd)"""
REGEX = pathlib.Path(__file__).with_name("regex.sql").read_text()


def duckdb_query(query, archive, out):
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(query.replace("ARCHIVE", archive).replace("OUTPUT", out))


FIELDS = {
    "transmission_id": r"(VZCZC[A-Z]{3}\d+)",
    "station": r"(?m)^DE (\S+) #",
    "station_serial": r"(?m)^DE \S+ #(\d+)",
    "date_time_group": r"(?m)" + DTG,
    "originator": r"(?m)^FM (.*)$",
    "addressees": r"(?s)\nTO (.*?)\n(?: ?\n|E\.O)",
    "executive_order": r"(?m)^E\.?O\.? ?(\d{5}):? *(.*)$",
    "tags": r"(?m)^TAGS:? *(.*)$",
    "subject": r"(?s)\nSUBJECT: *(.*?)\n\n",
    "refs": r"(?s)\nREF: *(.*?)\n\n",
    "classified_by": r"(?s)\n(?i:classified by):? *(.*?)\n\n",
}
FIELDS = {name: re.compile(pattern) for name, pattern in FIELDS.items()}
PARAGRAPHS = re.compile(PARAGRAPH.replace(r"\z", r"\Z").replace("(?s)", "(?sm)"))
CAPTIONS = re.compile(r"(?m)^(SIPDIS|NOFORN|SENSITIVE|NODIS|EXDIS|LIMDIS)")
BLANKS = re.compile(r" +\n")
REDACTIONS = re.compile(r"XXX+")


def read_cable(path):
    content = path.read_bytes()
    text = content.decode("utf-8", "replace").replace("\r", "")
    mrn, title, date, classification, origin, body = (text.split("\n", 5) + [""] * 6)[:6]
    body = BLANKS.sub("\n", body)
    row = {name: (found.groups() if (found := field.search(body)) else None) for name, field in FIELDS.items()}
    row.update(mrn=mrn, title=title, date=date, classification=classification, origin=origin)
    row["captions"] = CAPTIONS.findall(body)
    row["redactions"] = len(REDACTIONS.findall(body))
    row["paragraphs"] = [
        {"number": number, "marking": marking, "text": text.replace("\n", " ")}
        for number, marking, text in PARAGRAPHS.findall(body)
    ]
    row.update(path=str(path), size=len(content), sha256=hashlib.sha256(content).hexdigest(), source_text=text)
    return row


def loop(archive, out):
    with open(out, "w") as lines:
        for path in sorted(pathlib.Path(archive).rglob("*.txt")):
            lines.write(json.dumps(read_cable(path)) + "\n")


if __name__ == "__main__":
    way, archive, out = sys.argv[1:]
    match way:
        case "copy":
            duckdb_query(COPY, archive, out)
        case "regex":
            duckdb_query(REGEX, archive, out)
        case "loop":
            loop(archive, out)
