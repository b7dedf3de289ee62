"""A package through those who take it in: bagit-python, lxml with both schemas, and rules of PREMIS as XPath."""

import csv
import hashlib
import pathlib
import sys

import bagit
import lxml.etree as etree

bag, premis_schema = map(pathlib.Path, sys.argv[1:3])

bagit.Bag(str(bag)).validate()

metadata = bag / "data/metadata"
schema = etree.XMLSchema(etree.parse(next(metadata.glob("submissionDocumentation/schema-v*/cable.xsd"))))
cables = list((bag / "data/objects/xml").rglob("*.xml"))
for cable in cables:
    schema.assertValid(etree.parse(cable))

premis = etree.parse(metadata / "premis.xml")
if premis_schema.exists():
    etree.XMLSchema(etree.parse(premis_schema)).assertValid(premis)
names = {"p": "http://www.loc.gov/premis/v3", "xsi": "http://www.w3.org/2001/XMLSchema-instance"}
find = lambda path: premis.xpath(path, namespaces=names)
assert find("/p:premis/@version") == ["3.0"]
identifiers = find("//p:object/p:objectIdentifier[p:objectIdentifierType='UUID']/p:objectIdentifierValue/text()")
assert len(identifiers) == len(set(identifiers))
known = set(identifiers) | set(find("//p:event/p:eventIdentifier/p:eventIdentifierValue/text()"))
for link in ["relatedObjectIdentifierValue", "linkingObjectIdentifierValue", "relatedEventIdentifierValue", "linkingEventIdentifierValue"]:
    missing = set(find(f"//p:{link}/text()")) - known
    assert not missing, (link, missing)
assert all(len(event.findall("p:linkingAgentIdentifier", names)) == 1 for event in find("//p:event"))
assert find("count(//p:event)") == 5
for file in find("//p:object[@xsi:type='file']"):
    name, digest = file.findtext("p:originalName", None, names), file.findtext(".//p:messageDigest", None, names)
    size = file.findtext(".//p:size", None, names)
    path = bag / "data" / name
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, name
    assert path.stat().st_size == int(size), name

with open(metadata / "metadata.csv", encoding="utf-8", newline="") as lines:
    rows = list(csv.DictReader(lines))
assert len(rows) == len(cables)
assert {row["filename"] for row in rows} == {str(cable.relative_to(bag)) for cable in cables}
print(len(cables), "cables,", len(identifiers), "objects")
