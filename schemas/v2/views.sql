-- cablegram schema v2 in DuckDB: views over a view named archive, which you make first:
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
  "highest_classification",
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
  "relay_counter",
  "sent_at",
  "sent_at_basis",
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
  "review_on",
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
  "protect_paragraphs",
  "paragraphs",
  "signers",
  "redaction_count",
  "trailer",
  "record"."kind" AS "record_kind",
  "record"."number" AS "record_number",
  "record"."text_state" AS "record_text_state",
  "record"."recorded_at" AS "record_recorded_at",
  "record"."drafted_on" AS "record_drafted_on",
  "record"."released_on" AS "record_released_on",
  "record"."film_number" AS "record_film_number",
  "record"."office" AS "record_office",
  "record"."case_number" AS "record_case_number",
  "record"."release_document" AS "record_release_document",
  "record"."page_sha256" AS "record_page_sha256",
  "record"."page_size" AS "record_page_size",
  "record"."release_authority" AS "record_release_authority",
  "record"."release_exemptions" AS "record_release_exemptions",
  "record"."recipients" AS "record_recipients",
  "record"."restrictions" AS "record_restrictions",
  "record"."channels" AS "record_channels",
  "record"."concepts" AS "record_concepts",
  "record"."tags" AS "record_tags",
  "record"."cited_mrns" AS "record_cited_mrns",
  "record"."articles" AS "record_articles",
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

-- Controls after the level of the envelope, or restrictions of the record when sent, as written there.
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

-- Routing indicators of the called stations (format line 2).
CREATE OR REPLACE VIEW "routing_called_stations" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "called_station"
FROM (SELECT *, unnest("routing"."called_stations") AS item, generate_subscripts("routing"."called_stations", 1) AS place FROM archive);

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

-- Paragraphs that hold the action request or that it names.
CREATE OR REPLACE VIEW "action_paragraphs" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "action_paragraph"
FROM (SELECT *, unnest("action_paragraphs") AS item, generate_subscripts("action_paragraphs", 1) AS place FROM archive);

-- Paragraphs that ask to protect a source.
CREATE OR REPLACE VIEW "protect_paragraphs" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "protect_paragraph"
FROM (SELECT *, unnest("protect_paragraphs") AS item, generate_subscripts("protect_paragraphs", 1) AS place FROM archive);

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

-- Reasons for which something was not released, such as B1.
CREATE OR REPLACE VIEW "record_release_exemptions" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "release_exemption"
FROM (SELECT *, unnest("record"."release_exemptions") AS item, generate_subscripts("record"."release_exemptions", 1) AS place FROM archive);

-- Addressees as the keeper's index has them.
CREATE OR REPLACE VIEW "record_recipients" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "recipient"
FROM (SELECT *, unnest("record"."recipients") AS item, generate_subscripts("record"."recipients", 1) AS place FROM archive);

-- Handling restrictions of the record as it is kept now; those when sent are in controls.
CREATE OR REPLACE VIEW "record_restrictions" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "restriction"
FROM (SELECT *, unnest("record"."restrictions") AS item, generate_subscripts("record"."restrictions", 1) AS place FROM archive);

-- Channels, such as ROG.
CREATE OR REPLACE VIEW "record_channels" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "channel"
FROM (SELECT *, unnest("record"."channels") AS item, generate_subscripts("record"."channels", 1) AS place FROM archive);

-- Subjects from the keeper's controlled vocabulary.
CREATE OR REPLACE VIEW "record_concepts" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "concept"
FROM (SELECT *, unnest("record"."concepts") AS item, generate_subscripts("record"."concepts", 1) AS place FROM archive);

-- TAGS as the keeper lists them, canonical.
CREATE OR REPLACE VIEW "record_tags" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "tag"
FROM (SELECT *, unnest("record"."tags") AS item, generate_subscripts("record"."tags", 1) AS place FROM archive);

-- Canonical message reference numbers that the record lists as cited.
CREATE OR REPLACE VIEW "record_cited_mrns" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "cited_mrn"
FROM (SELECT *, unnest("record"."cited_mrns") AS item, generate_subscripts("record"."cited_mrns", 1) AS place FROM archive);

-- Addresses of articles that used the cable.
CREATE OR REPLACE VIEW "record_articles" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  place AS ordinal,
  item AS "article"
FROM (SELECT *, unnest("record"."articles") AS item, generate_subscripts("record"."articles", 1) AS place FROM archive);

-- Fields of the envelope or record that no other column holds whole, as found.
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

-- Records of the National Archives by the names of their attributes; null where a record says nothing.
CREATE OR REPLACE VIEW "national_archives" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  "record"."number" AS "Document Number",
  "record"."drafted_on" AS "Draft Date",
  "origin" AS "From",
  "record"."recipients" AS "To",
  "title" AS "Subject",
  "record"."tags" AS "TAGS",
  "record"."concepts" AS "Concepts",
  "record"."cited_mrns" AS "Reference",
  "record"."film_number" AS "Film Number",
  "record"."office" AS "Office",
  [f.value FOR f IN record_fields IF f.name = 'Locator'][1] AS "Locator",
  "classification" AS "Original Classification",
  "controls" AS "Original Handling Restrictions",
  [f.value FOR f IN record_fields IF f.name = 'Previous Classification'][1] AS "Previous Classification",
  [f.value FOR f IN record_fields IF f.name = 'Previous Handling Restrictions'][1] AS "Previous Handling Restrictions",
  [f.value FOR f IN record_fields IF f.name = 'Current Classification'][1] AS "Current Classification",
  "record"."restrictions" AS "Handling Restrictions",
  "record"."channels" AS "Channel Indicators",
  [f.value FOR f IN record_fields IF f.name = 'Previous Channel Indicators'][1] AS "Previous Channel Indicators",
  [f.value FOR f IN record_fields IF f.name = 'Drafter'][1] AS "Drafter",
  [f.value FOR f IN record_fields IF f.name = 'Executive Order'][1] AS "Executive Order",
  [f.value FOR f IN record_fields IF f.name = 'Enclosure'][1] AS "Enclosure",
  [f.value FOR f IN record_fields IF f.name = 'Disposition Action'][1] AS "Disposition Action",
  "record"."released_on" AS "Disposition Date",
  "record"."release_authority" AS "Disposition Authority",
  "record"."case_number" AS "Disposition Case Number",
  [f.value FOR f IN record_fields IF f.name = 'Disposition Comment'][1] AS "Disposition Comment",
  [f.value FOR f IN record_fields IF f.name = 'Review Action'][1] AS "Review Action",
  [f.value FOR f IN record_fields IF f.name = 'Review Date'][1] AS "Review Date",
  [f.value FOR f IN record_fields IF f.name = 'Review Authority'][1] AS "Review Authority",
  "record"."release_exemptions" AS "Review Exemptions",
  [f.value FOR f IN record_fields IF f.name = 'Review History'][1] AS "Review History",
  [f.value FOR f IN record_fields IF f.name = 'Review Withdrawn Fields'][1] AS "Review Withdrawn Fields",
  [f.value FOR f IN record_fields IF f.name = 'Markings'][1] AS "Markings",
  [f.value FOR f IN record_fields IF f.name = 'Copy'][1] AS "Copy",
  [f.value FOR f IN record_fields IF f.name = 'Document Source'][1] AS "Document Source",
  [f.value FOR f IN record_fields IF f.name = 'Errors'][1] AS "Errors",
  [f.value FOR f IN record_fields IF f.name = 'Line Count'][1] AS "Line Count",
  [f.value FOR f IN record_fields IF f.name = 'Page Count'][1] AS "Page Count",
  [f.value FOR f IN record_fields IF f.name = 'Legacy Key'][1] AS "Legacy Key",
  [f.value FOR f IN record_fields IF f.name = 'Status'][1] AS "Status"
FROM archive;

-- The text of each cable as it reads.
CREATE OR REPLACE VIEW "bodies" AS
SELECT
  "mrn",
  "source"."path" AS "source_path",
  "source"."member" AS "source_member",
  "source"."start" AS "source_start",
  array_to_string([concat_ws(chr(10), p.heading, concat_ws('. ', p.number, p.text)) FOR p IN paragraphs], chr(10) || chr(10)) AS body
FROM archive;
