-- cablegram schema v1 in DuckDB: views over a view named archive, which you make first:
--   CREATE VIEW archive AS SELECT * FROM 'cables.parquet';   -- or 'cables/**/*.parquet'

-- One row a cable; groups flattened, lists as they are.
CREATE OR REPLACE VIEW "cables" AS
SELECT
  "mrn",
  "mrn_as_found",
  "year",
  "post",
  "serial",
  "title",
  "date",
  "classification",
  "controls",
  "text_classification",
  "origin",
  "header_form",
  "partial",
  "truncated",
  "corrected",
  "action_request",
  "transmission_id",
  "action_precedence",
  "info_precedence",
  "date_time_group",
  "sent_at",
  "signals",
  "routing"."called_stations" AS "routing_called_stations",
  "routing"."call_precedence" AS "routing_call_precedence",
  "routing"."station" AS "routing_station",
  "routing"."station_serial" AS "routing_station_serial",
  "routing"."station_section" AS "routing_station_section",
  "routing"."filed_at" AS "routing_filed_at",
  "routing"."security_warning" AS "routing_security_warning",
  "originator",
  "addressees",
  "distribution_offices",
  "drafters",
  "approvers",
  "clearances",
  "section_number",
  "section_count",
  "missing_sections",
  "captions",
  "passing_instructions",
  "notes",
  "executive_order",
  "declassify_on",
  "downgrade_on",
  "declassified_on",
  "exemptions",
  "declassify_text",
  "tags",
  "subject",
  "subject_marking",
  "refs",
  "classified_by"."name" AS "classified_by_name",
  "classified_by"."position" AS "classified_by_position",
  "classified_by"."office" AS "classified_by_office",
  "classified_by"."text" AS "classified_by_text",
  "derived_from",
  "classification_reasons",
  "summary",
  "comments",
  "action_paragraphs",
  "paragraphs",
  "signers",
  "redaction_count",
  "trailer",
  "record_fields",
  "diagnostics",
  "source"."dialect" AS "source_dialect",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."record" AS "source_record",
  "source"."start" AS "source_start",
  "source"."size" AS "source_size",
  "source"."sha256" AS "source_sha256",
  "source"."encoding" AS "source_encoding",
  "source_text"
FROM archive;

-- Controls behind the level of the envelope, as written there.
CREATE OR REPLACE VIEW "controls" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "control"
FROM (SELECT *, unnest("controls") AS item, generate_subscripts("controls", 1) AS place FROM archive);

-- Operating signals with their arguments, from the security and date-time group lines.
CREATE OR REPLACE VIEW "signals" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "signal"
FROM (SELECT *, unnest("signals") AS item, generate_subscripts("signals", 1) AS place FROM archive);

-- Action and information addressees in the order of the header (format lines 7 to 9).
CREATE OR REPLACE VIEW "addressees" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item."role" AS "role",
  item."routing_indicator" AS "routing_indicator",
  item."to_post" AS "to_post",
  item."precedence" AS "precedence",
  item."continuity_number" AS "continuity_number",
  item."name" AS "name",
  item."offices" AS "offices",
  item."exclusions" AS "exclusions"
FROM (SELECT *, unnest("addressees") AS item, generate_subscripts("addressees", 1) AS place FROM archive);

-- Offices of the office-distribution form.
CREATE OR REPLACE VIEW "distribution_offices" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item."role" AS "role",
  item."copy_count" AS "copy_count",
  item."office" AS "office"
FROM (SELECT *, unnest("distribution_offices") AS item, generate_subscripts("distribution_offices", 1) AS place FROM archive);

-- Drafters as found.
CREATE OR REPLACE VIEW "drafters" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "drafter"
FROM (SELECT *, unnest("drafters") AS item, generate_subscripts("drafters", 1) AS place FROM archive);

-- Approvers as found.
CREATE OR REPLACE VIEW "approvers" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "approver"
FROM (SELECT *, unnest("approvers") AS item, generate_subscripts("approvers", 1) AS place FROM archive);

-- Clearances as found.
CREATE OR REPLACE VIEW "clearances" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "clearance"
FROM (SELECT *, unnest("clearances") AS item, generate_subscripts("clearances", 1) AS place FROM archive);

-- Sections of m that this text is known not to hold.
CREATE OR REPLACE VIEW "missing_sections" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "missing_section"
FROM (SELECT *, unnest("missing_sections") AS item, generate_subscripts("missing_sections", 1) AS place FROM archive);

-- Captions such as SIPDIS or NOFORN, a set in order of first appearance (5 FAH-2).
CREATE OR REPLACE VIEW "captions" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "caption"
FROM (SELECT *, unnest("captions") AS item, generate_subscripts("captions", 1) AS place FROM archive);

-- Passing instructions, joined over wraps.
CREATE OR REPLACE VIEW "passing_instructions" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "passing_instruction"
FROM (SELECT *, unnest("passing_instructions") AS item, generate_subscripts("passing_instructions", 1) AS place FROM archive);

-- Header and preamble lines that no other column takes.
CREATE OR REPLACE VIEW "notes" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "note"
FROM (SELECT *, unnest("notes") AS item, generate_subscripts("notes", 1) AS place FROM archive);

-- Exemption marks such as OADR, MR, GDS, X1.
CREATE OR REPLACE VIEW "exemptions" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "exemption"
FROM (SELECT *, unnest("exemptions") AS item, generate_subscripts("exemptions", 1) AS place FROM archive);

-- TAGS, canonical, in order of first appearance, no repeats; a person is SURNAME, GIVEN.
CREATE OR REPLACE VIEW "tags" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "tag"
FROM (SELECT *, unnest("tags") AS item, generate_subscripts("tags", 1) AS place FROM archive);

-- Items of the reference lines, in order.
CREATE OR REPLACE VIEW "refs" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item."label" AS "label",
  item."kind" AS "kind",
  item."cited_mrn" AS "cited_mrn",
  item."note" AS "note",
  item."text" AS "text"
FROM (SELECT *, unnest("refs") AS item, generate_subscripts("refs", 1) AS place FROM archive);

-- Reasons such as 1.4(b): paragraph of the executive order.
CREATE OR REPLACE VIEW "classification_reasons" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "classification_reason"
FROM (SELECT *, unnest("classification_reasons") AS item, generate_subscripts("classification_reasons", 1) AS place FROM archive);

-- Texts of the comments.
CREATE OR REPLACE VIEW "comments" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "comment"
FROM (SELECT *, unnest("comments") AS item, generate_subscripts("comments", 1) AS place FROM archive);

-- Paragraphs that carry the action request or that it names.
CREATE OR REPLACE VIEW "action_paragraphs" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "action_paragraph"
FROM (SELECT *, unnest("action_paragraphs") AS item, generate_subscripts("action_paragraphs", 1) AS place FROM archive);

-- Paragraphs: a numbered one with all its blocks, in unnumbered text a block.
CREATE OR REPLACE VIEW "paragraphs" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item."number" AS "number",
  item."marking" AS "marking",
  item."section" AS "section",
  item."heading_marking" AS "heading_marking",
  item."heading" AS "heading",
  item."text" AS "text"
FROM (SELECT *, unnest("paragraphs") AS item, generate_subscripts("paragraphs", 1) AS place FROM archive);

-- Signers, upper case.
CREATE OR REPLACE VIEW "signers" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "signer"
FROM (SELECT *, unnest("signers") AS item, generate_subscripts("signers", 1) AS place FROM archive);

-- Fields of the envelope or record that no other column takes, as found.
CREATE OR REPLACE VIEW "record_fields" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item."name" AS "name",
  item."value" AS "value"
FROM (SELECT *, unnest("record_fields") AS item, generate_subscripts("record_fields", 1) AS place FROM archive);

-- What was odd in the cable, in the order of the lines.
CREATE OR REPLACE VIEW "diagnostics" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item."code" AS "code",
  item."severity" AS "severity",
  item."line" AS "line",
  item."detail" AS "detail"
FROM (SELECT *, unnest("diagnostics") AS item, generate_subscripts("diagnostics", 1) AS place FROM archive);

-- The text of each cable as it reads.
CREATE OR REPLACE VIEW "bodies" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  array_to_string([concat_ws(chr(10), p.heading, concat_ws('. ', p.number, p.text)) FOR p IN paragraphs], chr(10) || chr(10)) AS body
FROM archive;
