"""What people use today for the same work, one way a run: `others.py WAY ARCHIVE OUT.parquet`.

copy     DuckDB's read_text, straight to Parquet: parses nothing.
regex    DuckDB's read_text with regular expressions for the columns of schema v1 that they can reach.
loop     a loop in Python with the re module, for the same columns.
"""

import hashlib
import json
import pathlib
import re
import sys

DTG = r"^(?:([FZOPRYM])(?: ([FZOPRYM]))? )?(\d{6}Z [A-Z]{3} \d{2})(.*)$"
PARAGRAPH = r"(?s)^(?:¶\s*)?(\d{1,2})\. ?(?:\(([A-Z/ ]{1,20})\))?\s+(.*?)(?:\n\s*\n|\z)"

COPY = "COPY (SELECT filename, size, content FROM read_text('{files}')) TO '{out}' (FORMAT parquet, COMPRESSION zstd)"

REGEX = r"""
COPY (
  WITH raw AS (
    SELECT filename AS path, size, content, replace(content, chr(13), '') AS text FROM read_text('{files}')
  ), unwrapped AS (
    SELECT *, split_part(text, chr(10), 1) AS mrn, regexp_replace(text, ' +\n', chr(10), 'g') AS body FROM raw
  )
  SELECT
    mrn,
    2000 + TRY_CAST(regexp_extract(mrn, '^(\d\d)', 1) AS INTEGER) AS year,
    regexp_extract(mrn, '^\d\d([A-Z]+?)\d+$', 1) AS post,
    TRY_CAST(regexp_extract(mrn, '(\d+)$', 1) AS INTEGER) AS serial,
    split_part(text, chr(10), 2) AS title,
    split_part(text, chr(10), 3) AS date,
    split_part(split_part(text, chr(10), 4), '//', 1) AS classification,
    split_part(text, chr(10), 5) AS origin,
    regexp_extract(text, '(VZCZC[A-Z]{{3}}\d+)', 1) AS transmission_id,
    regexp_extract(text, '(?m)^DE (\S+) #', 1) AS station,
    TRY_CAST(regexp_extract(text, '(?m)^DE \S+ #(\d+)', 1) AS INTEGER) AS station_serial,
    regexp_extract(text, '(?m){dtg}', 1) AS action_precedence,
    regexp_extract(text, '(?m){dtg}', 2) AS info_precedence,
    regexp_extract(text, '(?m){dtg}', 3) AS date_time_group,
    regexp_extract(text, '(?m)^FM (.*)$', 1) AS originator,
    regexp_extract_all(regexp_extract(text, '(?s)\nTO (.*?)\n(?: ?\n|E\.O)', 1), '(?m)(?:INFO |^)(?:R[A-Z]{{3,6}}/)?([A-Z ]+)(?: \d{{4}})?', 1) AS addressees,
    regexp_extract_all(body, '(?m)^(SIPDIS|NOFORN|SENSITIVE|NODIS|EXDIS|LIMDIS)', 1) AS captions,
    regexp_extract(body, '(?m)^E\.?O\.? ?(\d{{5}})', 1) AS executive_order,
    regexp_extract(body, '(?m)^E\.?O\.? ?\d{{5}}:? *(.*)$', 1) AS declassify_text,
    string_split(regexp_extract(body, '(?m)^TAGS:? *(.*)$', 1), ' ') AS tags,
    replace(regexp_extract(body, '(?s)\nSUBJECT: *(.*?)\n\n', 1), chr(10), ' ') AS subject,
    string_split(regexp_extract(body, '(?s)\nREF: *(.*?)\n\n', 1), chr(10)) AS refs,
    replace(regexp_extract(body, '(?s)\n(?i:classified by):? *(.*?)\n\n', 1), chr(10), ' ') AS classified_by,
    regexp_extract_all(regexp_extract(body, '(?s)\n(?i:classified by):? *(.*?)\n\n', 1), '1\.[45] ?\(([a-h])\)', 1) AS classification_reasons,
    list_transform(
      regexp_extract_all(body, '(?sm){paragraph}', 0),
      lambda p: {{'number': regexp_extract(p, '(\d+)\.', 1), 'marking': regexp_extract(p, '^\S+ \(([A-Z/]+)\)', 1),
                  'text': replace(p, chr(10), ' ')}}) AS paragraphs,
    regexp_extract_all(text, '(?:XXX+)', 0) AS redactions,
    path, size, sha256(content) AS sha256, content AS source_text
  FROM unwrapped
) TO '{out}' (FORMAT parquet, COMPRESSION zstd)
"""

# RE2 knows no look-ahead, so a paragraph ends at a blank line.
SQL_PARAGRAPH = r"^(?:¶\s*)?\d{{1,2}}\. ?(?:\([A-Z/ ]{{1,20}}\))?\s.*?(?:\n\n|\z)".replace("{{", "{").replace("}}", "}")


def duckdb_query(query, archive, out):
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    files = f"{archive}/**/*.txt"
    connection.execute(query.format(files=files, out=out, dtg=DTG.replace("'", "''"), paragraph=SQL_PARAGRAPH))


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
