-- cablegram schema v1 in Spark SQL: views over a view named archive, which you make first:
--   CREATE TEMPORARY VIEW archive USING parquet OPTIONS (path 'cables/');

-- One row a cable; groups flattened, lists as they are.
CREATE OR REPLACE TEMPORARY VIEW `cables` AS
SELECT
  `mrn`,
  `mrn_as_found`,
  `year`,
  `post`,
  `serial`,
  `title`,
  `date`,
  `classification`,
  `controls`,
  `text_classification`,
  `origin`,
  `header_form`,
  `partial`,
  `truncated`,
  `corrected`,
  `action_request`,
  `transmission_id`,
  `action_precedence`,
  `info_precedence`,
  `date_time_group`,
  `sent_at`,
  `signals`,
  `routing`.`called_stations` AS `routing_called_stations`,
  `routing`.`call_precedence` AS `routing_call_precedence`,
  `routing`.`station` AS `routing_station`,
  `routing`.`station_serial` AS `routing_station_serial`,
  `routing`.`station_section` AS `routing_station_section`,
  `routing`.`filed_at` AS `routing_filed_at`,
  `routing`.`security_warning` AS `routing_security_warning`,
  `originator`,
  `addressees`,
  `distribution_offices`,
  `drafters`,
  `approvers`,
  `clearances`,
  `section_number`,
  `section_count`,
  `missing_sections`,
  `captions`,
  `passing_instructions`,
  `notes`,
  `executive_order`,
  `declassify_on`,
  `downgrade_on`,
  `declassified_on`,
  `exemptions`,
  `declassify_text`,
  `tags`,
  `subject`,
  `subject_marking`,
  `refs`,
  `classified_by`.`name` AS `classified_by_name`,
  `classified_by`.`position` AS `classified_by_position`,
  `classified_by`.`office` AS `classified_by_office`,
  `classified_by`.`text` AS `classified_by_text`,
  `derived_from`,
  `classification_reasons`,
  `summary`,
  `comments`,
  `action_paragraphs`,
  `paragraphs`,
  `signers`,
  `redaction_count`,
  `trailer`,
  `record_fields`,
  `diagnostics`,
  `source`.`dialect` AS `source_dialect`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`record` AS `source_record`,
  `source`.`start` AS `source_start`,
  `source`.`size` AS `source_size`,
  `source`.`sha256` AS `source_sha256`,
  `source`.`encoding` AS `source_encoding`,
  `source_text`
FROM archive;

-- Controls behind the level of the envelope, as written there.
CREATE OR REPLACE TEMPORARY VIEW `controls` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `control`
FROM archive LATERAL VIEW posexplode(`controls`) AS place, item;

-- Operating signals with their arguments, from the security and date-time group lines.
CREATE OR REPLACE TEMPORARY VIEW `signals` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `signal`
FROM archive LATERAL VIEW posexplode(`signals`) AS place, item;

-- Action and information addressees in the order of the header (format lines 7 to 9).
CREATE OR REPLACE TEMPORARY VIEW `addressees` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item.`role` AS `role`,
  item.`routing_indicator` AS `routing_indicator`,
  item.`to_post` AS `to_post`,
  item.`precedence` AS `precedence`,
  item.`continuity_number` AS `continuity_number`,
  item.`name` AS `name`,
  item.`offices` AS `offices`,
  item.`exclusions` AS `exclusions`
FROM archive LATERAL VIEW posexplode(`addressees`) AS place, item;

-- Offices of the office-distribution form.
CREATE OR REPLACE TEMPORARY VIEW `distribution_offices` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item.`role` AS `role`,
  item.`copy_count` AS `copy_count`,
  item.`office` AS `office`
FROM archive LATERAL VIEW posexplode(`distribution_offices`) AS place, item;

-- Drafters as found.
CREATE OR REPLACE TEMPORARY VIEW `drafters` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `drafter`
FROM archive LATERAL VIEW posexplode(`drafters`) AS place, item;

-- Approvers as found.
CREATE OR REPLACE TEMPORARY VIEW `approvers` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `approver`
FROM archive LATERAL VIEW posexplode(`approvers`) AS place, item;

-- Clearances as found.
CREATE OR REPLACE TEMPORARY VIEW `clearances` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `clearance`
FROM archive LATERAL VIEW posexplode(`clearances`) AS place, item;

-- Sections of m that this text is known not to hold.
CREATE OR REPLACE TEMPORARY VIEW `missing_sections` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `missing_section`
FROM archive LATERAL VIEW posexplode(`missing_sections`) AS place, item;

-- Captions such as SIPDIS or NOFORN, a set in order of first appearance (5 FAH-2).
CREATE OR REPLACE TEMPORARY VIEW `captions` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `caption`
FROM archive LATERAL VIEW posexplode(`captions`) AS place, item;

-- Passing instructions, joined over wraps.
CREATE OR REPLACE TEMPORARY VIEW `passing_instructions` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `passing_instruction`
FROM archive LATERAL VIEW posexplode(`passing_instructions`) AS place, item;

-- Header and preamble lines that no other column takes.
CREATE OR REPLACE TEMPORARY VIEW `notes` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `note`
FROM archive LATERAL VIEW posexplode(`notes`) AS place, item;

-- Exemption marks such as OADR, MR, GDS, X1.
CREATE OR REPLACE TEMPORARY VIEW `exemptions` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `exemption`
FROM archive LATERAL VIEW posexplode(`exemptions`) AS place, item;

-- TAGS, canonical, in order of first appearance, no repeats; a person is SURNAME, GIVEN.
CREATE OR REPLACE TEMPORARY VIEW `tags` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `tag`
FROM archive LATERAL VIEW posexplode(`tags`) AS place, item;

-- Items of the reference lines, in order.
CREATE OR REPLACE TEMPORARY VIEW `refs` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item.`label` AS `label`,
  item.`kind` AS `kind`,
  item.`cited_mrn` AS `cited_mrn`,
  item.`note` AS `note`,
  item.`text` AS `text`
FROM archive LATERAL VIEW posexplode(`refs`) AS place, item;

-- Reasons such as 1.4(b): paragraph of the executive order.
CREATE OR REPLACE TEMPORARY VIEW `classification_reasons` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `classification_reason`
FROM archive LATERAL VIEW posexplode(`classification_reasons`) AS place, item;

-- Texts of the comments.
CREATE OR REPLACE TEMPORARY VIEW `comments` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `comment`
FROM archive LATERAL VIEW posexplode(`comments`) AS place, item;

-- Paragraphs that carry the action request or that it names.
CREATE OR REPLACE TEMPORARY VIEW `action_paragraphs` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `action_paragraph`
FROM archive LATERAL VIEW posexplode(`action_paragraphs`) AS place, item;

-- Paragraphs: a numbered one with all its blocks, in unnumbered text a block.
CREATE OR REPLACE TEMPORARY VIEW `paragraphs` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item.`number` AS `number`,
  item.`marking` AS `marking`,
  item.`section` AS `section`,
  item.`heading_marking` AS `heading_marking`,
  item.`heading` AS `heading`,
  item.`text` AS `text`
FROM archive LATERAL VIEW posexplode(`paragraphs`) AS place, item;

-- Signers, upper case.
CREATE OR REPLACE TEMPORARY VIEW `signers` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `signer`
FROM archive LATERAL VIEW posexplode(`signers`) AS place, item;

-- Fields of the envelope or record that no other column takes, as found.
CREATE OR REPLACE TEMPORARY VIEW `record_fields` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item.`name` AS `name`,
  item.`value` AS `value`
FROM archive LATERAL VIEW posexplode(`record_fields`) AS place, item;

-- What was odd in the cable, in the order of the lines.
CREATE OR REPLACE TEMPORARY VIEW `diagnostics` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item.`code` AS `code`,
  item.`severity` AS `severity`,
  item.`line` AS `line`,
  item.`detail` AS `detail`
FROM archive LATERAL VIEW posexplode(`diagnostics`) AS place, item;

-- The text of each cable as it reads.
CREATE OR REPLACE TEMPORARY VIEW `bodies` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  array_join(transform(paragraphs, p -> concat_ws('\n', p.heading, concat_ws('. ', p.number, p.text))), '\n\n') AS body
FROM archive;
