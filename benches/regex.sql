-- What DuckDB alone can make of the same files: the columns of schema v1, as far as regular expressions reach.
--
-- `others.py regex` puts the paths of the archive and of the output in place of the two words in capitals that stand
-- for them. Each step cuts a text once and names its parts, so that every expression searches the shortest text
-- that can hold its field. The steps are materialized: otherwise the engine computes a part anew for every
-- expression that names it, and takes five times as long.
COPY (
WITH raw AS (
    SELECT filename AS path, size, content,
        regexp_replace(replace(content, chr(13), ''), ' +\n', chr(10), 'g') AS text
    FROM read_text('ARCHIVE/**/*.txt')
), enveloped AS MATERIALIZED (
    SELECT *,
        split_part(text, chr(10), 1) AS mrn_as_found,
        regexp_extract(text, '\A(\d\d)([A-Z]+?)0*(\d{1,7})\n', ['yy', 'post', 'serial']) AS number,
        split_part(split_part(text, chr(10), 4), '//', 1) AS level,
        regexp_extract(text, '(?s)\A(?:[^\n]*\n){5}(.*)\z', 1) AS body
    FROM raw
), cut AS MATERIALIZED (
    SELECT *,
        regexp_extract(body, '(?s)\A(.*?)(?:UNCLAS|C O N F I D E N T I A L|CONFIDENTIAL|S E C R E T|SECRET|LIMITED OFFICIAL USE)', 1) AS header,
        regexp_replace(substr(body, length(header) + 1), '\n+[A-Z][A-Z .''/]{2,9} +\d{8} +\d{3}(?:\.\d)? +OF +\d{3} *\n+', chr(10), 'g') AS message,
        regexp_extract(message, '(?s)\A(.*?\n)¶?\s*1\. ', 1) AS preamble,
        substr(message, length(preamble) + 1) AS prose
    FROM enveloped
), lines AS MATERIALIZED (
    SELECT *,
        regexp_extract(header, '(?m)^(?:([FZOPR])(?: ([FZOPR]))? )?(\d{6}Z [A-Z]{3} \d{2})(.*)$', ['action', 'info', 'group', 'signals']) AS sent,
        regexp_extract(header, '(?m)^DE ([A-Z]{4,8}) #(\d{4})(?:/(\d\d))?(?: (\d{3} ?\d{4}))?', ['station', 'serial', 'section', 'filed']) AS filing,
        regexp_extract(header, '(?m)^([FZOPRYM])[FZOPRYM] ((?:[A-Z]{4,8}[ \n])+)', ['precedence', 'stations']) AS called,
        regexp_extract(header, '(?m)^(ZN[RY] [A-Z/]{5,11}) ?(.*)$', ['warning', 'signals']) AS security,
        regexp_extract(header, '(?s)\nTO (.*?)(?:\nINFO |\z)', 1) AS action_lines,
        regexp_extract(header, '(?s)\nINFO (.*?)\z', 1) AS info_lines,
        regexp_extract(preamble, '(?s)\nE\.?\s?O\.? ?(\d{5}):? *(.*?)\n(?:TAGS|SUBJECT|REF|\n)', ['number', 'rest']) AS ordered,
        regexp_extract(preamble, '(?s)\nTAGS:? *(.*?)\n(?:SUBJECT|REF|\n)', 1) AS tags_field,
        regexp_extract(preamble, '(?s)\nSUBJECT:? *(?:\(([A-Z/]+)\) *)?(.*?)\n(?:REF|\n|Classified)', ['marking', 'text']) AS subject_field,
        regexp_extract(preamble, '(?s)\nREFS?(?:TEL)?S?:? *(.*?)\n\n', 1) AS refs_field,
        regexp_replace(regexp_extract(preamble, '(?is)\nclassified by:? *(.*?)(?:\n\n|\z)', 1), '\s+', ' ', 'g') AS authority,
        list_filter(
            string_split(regexp_replace(prose, '\n¶', chr(10) || chr(10), 'g'), chr(10) || chr(10)),
            lambda block: regexp_matches(block, '\A(?:[^\n]+\n-{3,}[^\n]*\n)?¶?\s*\d{1,2}\. ')) AS numbered
    FROM cut
)
SELECT
    number.yy || number.post || number.serial AS mrn,
    mrn_as_found,
    TRY_CAST(number.yy AS INTEGER) + CASE WHEN number.yy < '30' THEN 2000 ELSE 1900 END AS year,
    number.post AS post,
    TRY_CAST(number.serial AS INTEGER) AS serial,
    split_part(text, chr(10), 2) AS title,
    try_strptime(regexp_replace(split_part(text, chr(10), 3), '^... (...) (\d\d) .* (\d{4})$', '\1 \2 \3'), '%b %d %Y')::DATE AS date,
    level AS classification,
    regexp_extract_all(split_part(text, chr(10), 4), '//([^/]+)', 1) AS controls,
    regexp_extract(message, '\A((?:[A-Z] ?)+?)(?: E F T O| SECTION| [A-Z]+ \d{6})', 1) AS text_classification,
    split_part(text, chr(10), 5) AS origin,
    CASE WHEN regexp_matches(header, 'VZCZC') THEN 'routed' WHEN regexp_matches(header, '\nFM ') THEN 'unrouted'
         WHEN regexp_matches(body, '(?m)^ACTION [A-Z]+-\d\d') THEN 'office' WHEN body = '' THEN 'empty' ELSE 'none' END AS header_form,
    regexp_matches(body, '(?i)extract of the original cable|full text of the original cable') AS partial,
    regexp_matches(body, '(?i)missing section') AS truncated,
    regexp_matches(message, '(?m)^C O R R E C T E D') AS corrected,
    regexp_matches(prose, '(?i)action request') AS action_request,
    regexp_extract(header, '(VZCZC[A-Z]{3}\d{3,4})', 1) AS transmission_id,
    sent.action AS action_precedence,
    sent.info AS info_precedence,
    sent."group" AS date_time_group,
    try_strptime(sent."group", '%d%H%MZ %b %y') AS sent_at,
    regexp_extract_all(security.signals || ' ' || sent.signals, '\b(Z[A-Z]{2}(?: [A-Z0-9]{4,})*)', 1) AS signals,
    {
        'called_stations': regexp_extract_all(called.stations, '[A-Z]{4,8}'), 'call_precedence': called.precedence,
        'station': filing.station, 'station_serial': TRY_CAST(filing.serial AS INTEGER),
        'station_section': TRY_CAST(filing.section AS INTEGER), 'filed_at': filing.filed, 'security_warning': security.warning
    } AS routing,
    regexp_extract(header, '(?m)^FM (.*)$', 1) AS originator,
    list_transform(
        list_concat(
            list_transform(string_split(action_lines, chr(10)), lambda line: {'role': 'action', 'line': line}),
            list_transform(string_split(info_lines, chr(10)), lambda line: {'role': 'info', 'line': line})),
        lambda a: {
            'role': a.role, 'routing_indicator': regexp_extract(a.line, '^([RQU][A-Z]{3,7})/', 1),
            'to_post': regexp_extract(a.line, '(?:AMEMBASSY|AMCONSUL|USMISSION|USINT) ([A-Z ]+?)(?: (?:NIACT|FLASH|IMMEDIATE|PRIORITY|ROUTINE)| \d|$)', 1),
            'precedence': regexp_extract(a.line, '\b(NIACT IMMEDIATE|FLASH|IMMEDIATE|PRIORITY|ROUTINE)\b', 1),
            'continuity_number': regexp_extract(a.line, ' (\d{4,})$', 1),
            'name': trim(regexp_replace(a.line, '^[RQU][A-Z]{3,7}/|//.*//|(?: (?:NIACT )?(?:FLASH|IMMEDIATE|PRIORITY|ROUTINE))?(?: \d{4,})?$', '', 'g')),
            'offices': string_split(regexp_extract(a.line, '//(.*)//', 1), '/')
        }) AS addressees,
    list_transform(
        regexp_extract_all(header, '\b([A-Z]{1,6}-\d\d)\b', 1),
        lambda o: {'copy_count': TRY_CAST(split_part(o, '-', 2) AS INTEGER), 'office': split_part(o, '-', 1)}) AS distribution_offices,
    regexp_extract_all(prose, '(?im)^drafted(?: by)?: *(.*)$', 1) AS drafters,
    regexp_extract_all(prose, '(?im)^approved(?: by)?: *(.*)$', 1) AS approvers,
    regexp_extract_all(prose, '(?im)^cleared(?: by)?: *(.*)$', 1) AS clearances,
    TRY_CAST(regexp_extract(message, 'SECTION (\d\d) OF \d\d', 1) AS INTEGER) AS section_number,
    TRY_CAST(regexp_extract(message, 'SECTION \d\d OF (\d\d)', 1) AS INTEGER) AS section_count,
    regexp_extract_all(body, '(?i)missing section (\d+)', 1) AS missing_sections,
    list_distinct(regexp_extract_all(preamble, '\b(SIPDIS|NOFORN|SENSITIVE|NODIS|EXDIS|LIMDIS|STADIS|TERREP|AIDAC|E F T O|[A-Z]+ CHANNEL)\b', 1)) AS captions,
    regexp_extract_all(preamble, '(?m)^([A-Z/ ]+ (?:FOR|ALSO FOR|PASS(?: TO)?|PLEASE PASS(?: TO)?) .*)$', 1) AS passing_instructions,
    ordered.number AS executive_order,
    COALESCE(try_strptime(regexp_extract(ordered.rest, '(\d\d?/\d\d?/\d{4})', 1), '%m/%d/%Y'), try_strptime(regexp_extract(ordered.rest, '(\d\d?/\d\d?/\d\d)', 1), '%m/%d/%y'))::DATE AS declassify_on,
    regexp_extract_all(ordered.rest, '\b(OADR|MR|X[1-8]|GDS)\b', 1) AS exemptions,
    regexp_replace(ordered.rest, '\s+', ' ', 'g') AS declassify_text,
    list_distinct(regexp_extract_all(tags_field, '([A-Z]{2,}(?:, [A-Z]+\b)?)', 1)) AS tags,
    regexp_replace(subject_field.text, '\s+', ' ', 'g') AS subject,
    subject_field.marking AS subject_marking,
    list_transform(
        regexp_extract_all(refs_field, '\s*((?:\(?[A-Z][.)] )?[^\n;]+)', 1),
        lambda r: {
            'label': regexp_extract(r, '^\(?([A-Z])[.)] ', 1),
            'kind': CASE WHEN regexp_matches(r, '(?i)e-?mail') THEN 'email' WHEN regexp_matches(r, '\d') THEN 'cable' ELSE 'other' END,
            'cited_mrn': regexp_replace(regexp_extract(r, '((?:\d\d )?[A-Z ]{4,20} ?\d{1,6})', 1), ' ', '', 'g'),
            'note': regexp_extract(r, '\((NOTAL|EXDIS|NODIS)\)', 1),
            'text': trim(regexp_replace(r, '^\(?[A-Z][.)] ', ''))
        }) AS refs,
    {
        'name': regexp_extract(authority, '^(?:[A-Za-z/]+ )?([A-Z][A-Za-z.]+ (?:[A-Z]\. )?[A-Z][A-Za-z''-]+)', 1),
        'position': regexp_extract(authority, '(?i)\b(ambassador|charg. d.affaires|deputy chief of mission|dcm|[a-z/]+ (?:counselor|chief|officer))\b', 1),
        'text': authority
    } AS classified_by,
    regexp_extract(preamble, '(?im)^derived from:? *(.*)$', 1) AS derived_from,
    list_transform(regexp_extract_all(authority, '\(([a-h])\)', 1), lambda r: regexp_extract(authority, '(1\.[45])', 1) || '(' || r || ')') AS classification_reasons,
    regexp_replace(regexp_extract(prose, '(?is)\bsummary\b[:.\s-]*(.*?)\bend (?:of )?summary', 1), '\s*\n\s*', ' ', 'g') AS summary,
    regexp_extract_all(prose, '(?is)\bcomment[:.]\s*(.*?)(?:end comment|\n\n|\z)', 1) AS comments,
    regexp_extract_all(prose, '(?is)action request.{0,40}\bpara(?:graph)?s? (\d+)', 1) AS action_paragraphs,
    list_transform(
        numbered,
        lambda p: {
            'number': TRY_CAST(regexp_extract(p, '(?:\A|\n)¶?\s*(\d{1,2})\. ', 1) AS INTEGER),
            'marking': regexp_extract(p, '\d{1,2}\. \(([A-Z/ ]{1,20})\)', 1),
            'heading': regexp_extract(p, '\A([^\n]+)\n-{3,}', 1),
            'text': regexp_replace(regexp_replace(p, '(?s)\A(?:.*?\n)??¶?\s*\d{1,2}\. (?:\([A-Z/ ]{1,20}\) *)?', ''), '\n', ' ', 'g')
        }) AS paragraphs,
    regexp_extract_all(body, '\n([A-Z][A-Z''-]+(?: [A-Z][A-Z''-]+)*)\s*\z', 1) AS signers,
    len(regexp_extract_all(body, '(?i)x{4,}|\[[a-z ]+ removed\]')) AS redaction_count,
    regexp_extract(body, '(?s)\n(NNNN.*)\z', 1) AS trailer,
    {'path': path, 'size': size, 'sha256': sha256(content)} AS source,
    content AS source_text
FROM lines
) TO 'OUTPUT' (FORMAT parquet, COMPRESSION zstd);
