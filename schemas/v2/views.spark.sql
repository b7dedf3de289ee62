-- cablegram schema v2 in Spark SQL: views over a view named archive, which you make first:
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
  `highest_classification`,
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
  `relay_counter`,
  `sent_at`,
  `sent_at_basis`,
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
  `review_on`,
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
  `protect_paragraphs`,
  `paragraphs`,
  `signers`,
  `redaction_count`,
  `trailer`,
  `record`.`kind` AS `record_kind`,
  `record`.`number` AS `record_number`,
  `record`.`text_state` AS `record_text_state`,
  `record`.`recorded_at` AS `record_recorded_at`,
  `record`.`drafted_on` AS `record_drafted_on`,
  `record`.`released_on` AS `record_released_on`,
  `record`.`film_number` AS `record_film_number`,
  `record`.`office` AS `record_office`,
  `record`.`case_number` AS `record_case_number`,
  `record`.`release_document` AS `record_release_document`,
  `record`.`page_sha256` AS `record_page_sha256`,
  `record`.`page_size` AS `record_page_size`,
  `record`.`release_authority` AS `record_release_authority`,
  `record`.`release_exemptions` AS `record_release_exemptions`,
  `record`.`recipients` AS `record_recipients`,
  `record`.`restrictions` AS `record_restrictions`,
  `record`.`channels` AS `record_channels`,
  `record`.`concepts` AS `record_concepts`,
  `record`.`tags` AS `record_tags`,
  `record`.`cited_mrns` AS `record_cited_mrns`,
  `record`.`articles` AS `record_articles`,
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

-- Controls after the level of the envelope, or restrictions of the record when sent, as written there.
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

-- Routing indicators of the called stations (format line 2).
CREATE OR REPLACE TEMPORARY VIEW `routing_called_stations` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `called_station`
FROM archive LATERAL VIEW posexplode(`routing`.`called_stations`) AS place, item;

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

-- Paragraphs that hold the action request or that it names.
CREATE OR REPLACE TEMPORARY VIEW `action_paragraphs` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `action_paragraph`
FROM archive LATERAL VIEW posexplode(`action_paragraphs`) AS place, item;

-- Paragraphs that ask to protect a source.
CREATE OR REPLACE TEMPORARY VIEW `protect_paragraphs` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `protect_paragraph`
FROM archive LATERAL VIEW posexplode(`protect_paragraphs`) AS place, item;

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

-- Reasons for which something was not released, such as B1.
CREATE OR REPLACE TEMPORARY VIEW `record_release_exemptions` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `release_exemption`
FROM archive LATERAL VIEW posexplode(`record`.`release_exemptions`) AS place, item;

-- Addressees as the keeper's index has them.
CREATE OR REPLACE TEMPORARY VIEW `record_recipients` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `recipient`
FROM archive LATERAL VIEW posexplode(`record`.`recipients`) AS place, item;

-- Handling restrictions of the record as it is kept now; those when sent are in controls.
CREATE OR REPLACE TEMPORARY VIEW `record_restrictions` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `restriction`
FROM archive LATERAL VIEW posexplode(`record`.`restrictions`) AS place, item;

-- Channels, such as ROG.
CREATE OR REPLACE TEMPORARY VIEW `record_channels` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `channel`
FROM archive LATERAL VIEW posexplode(`record`.`channels`) AS place, item;

-- Subjects from the keeper's controlled vocabulary.
CREATE OR REPLACE TEMPORARY VIEW `record_concepts` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `concept`
FROM archive LATERAL VIEW posexplode(`record`.`concepts`) AS place, item;

-- TAGS as the keeper lists them, canonical.
CREATE OR REPLACE TEMPORARY VIEW `record_tags` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `tag`
FROM archive LATERAL VIEW posexplode(`record`.`tags`) AS place, item;

-- Canonical message reference numbers that the record lists as cited.
CREATE OR REPLACE TEMPORARY VIEW `record_cited_mrns` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `cited_mrn`
FROM archive LATERAL VIEW posexplode(`record`.`cited_mrns`) AS place, item;

-- Addresses of articles that used the cable.
CREATE OR REPLACE TEMPORARY VIEW `record_articles` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  place + 1 AS ordinal,
  item AS `article`
FROM archive LATERAL VIEW posexplode(`record`.`articles`) AS place, item;

-- Fields of the envelope or record that no other column holds whole, as found.
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

-- Records of the National Archives by the names of their attributes; null where a record says nothing.
CREATE OR REPLACE TEMPORARY VIEW `national_archives` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  `record`.`number` AS `Document Number`,
  `record`.`drafted_on` AS `Draft Date`,
  `origin` AS `From`,
  `record`.`recipients` AS `To`,
  `title` AS `Subject`,
  `record`.`tags` AS `TAGS`,
  `record`.`concepts` AS `Concepts`,
  `record`.`cited_mrns` AS `Reference`,
  `record`.`film_number` AS `Film Number`,
  `record`.`office` AS `Office`,
  get(filter(record_fields, f -> f.name = 'Locator'), 0).value AS `Locator`,
  `classification` AS `Original Classification`,
  `controls` AS `Original Handling Restrictions`,
  get(filter(record_fields, f -> f.name = 'Previous Classification'), 0).value AS `Previous Classification`,
  get(filter(record_fields, f -> f.name = 'Previous Handling Restrictions'), 0).value AS `Previous Handling Restrictions`,
  get(filter(record_fields, f -> f.name = 'Current Classification'), 0).value AS `Current Classification`,
  `record`.`restrictions` AS `Handling Restrictions`,
  `record`.`channels` AS `Channel Indicators`,
  get(filter(record_fields, f -> f.name = 'Previous Channel Indicators'), 0).value AS `Previous Channel Indicators`,
  get(filter(record_fields, f -> f.name = 'Drafter'), 0).value AS `Drafter`,
  get(filter(record_fields, f -> f.name = 'Executive Order'), 0).value AS `Executive Order`,
  get(filter(record_fields, f -> f.name = 'Enclosure'), 0).value AS `Enclosure`,
  get(filter(record_fields, f -> f.name = 'Disposition Action'), 0).value AS `Disposition Action`,
  `record`.`released_on` AS `Disposition Date`,
  `record`.`release_authority` AS `Disposition Authority`,
  `record`.`case_number` AS `Disposition Case Number`,
  get(filter(record_fields, f -> f.name = 'Disposition Comment'), 0).value AS `Disposition Comment`,
  get(filter(record_fields, f -> f.name = 'Review Action'), 0).value AS `Review Action`,
  get(filter(record_fields, f -> f.name = 'Review Date'), 0).value AS `Review Date`,
  get(filter(record_fields, f -> f.name = 'Review Authority'), 0).value AS `Review Authority`,
  `record`.`release_exemptions` AS `Review Exemptions`,
  get(filter(record_fields, f -> f.name = 'Review History'), 0).value AS `Review History`,
  get(filter(record_fields, f -> f.name = 'Review Withdrawn Fields'), 0).value AS `Review Withdrawn Fields`,
  get(filter(record_fields, f -> f.name = 'Markings'), 0).value AS `Markings`,
  get(filter(record_fields, f -> f.name = 'Copy'), 0).value AS `Copy`,
  get(filter(record_fields, f -> f.name = 'Document Source'), 0).value AS `Document Source`,
  get(filter(record_fields, f -> f.name = 'Errors'), 0).value AS `Errors`,
  get(filter(record_fields, f -> f.name = 'Line Count'), 0).value AS `Line Count`,
  get(filter(record_fields, f -> f.name = 'Page Count'), 0).value AS `Page Count`,
  get(filter(record_fields, f -> f.name = 'Legacy Key'), 0).value AS `Legacy Key`,
  get(filter(record_fields, f -> f.name = 'Status'), 0).value AS `Status`
FROM archive;

-- The text of each cable as it reads.
CREATE OR REPLACE TEMPORARY VIEW `bodies` AS
SELECT
  `mrn`,
  `source`.`path` AS `source_path`,
  `source`.`member` AS `source_member`,
  `source`.`start` AS `source_start`,
  array_join(transform(paragraphs, p -> concat_ws('\n', p.heading, concat_ws('. ', p.number, p.text))), '\n\n') AS body
FROM archive;
