"""Validates XML against the XSD, YAML and JSON Lines against the JSON Schema: validate.py SCHEMAS DIR"""

import json
import pathlib
import sys

import jsonschema
import lxml.etree
import xmlschema
import yaml


def main():
    schemas, directory = map(pathlib.Path, sys.argv[1:3])
    xsd = lxml.etree.XMLSchema(lxml.etree.parse(schemas / "cable.xsd"))
    strict = xmlschema.XMLSchema(str(schemas / "cable.xsd"))
    for path in sorted(directory.rglob("*.xml")):
        xsd.assertValid(lxml.etree.parse(path))
        strict.validate(str(path))
    validator = jsonschema.Draft202012Validator(json.loads((schemas / "cable.schema.json").read_text()))
    validator.check_schema(validator.schema)
    for path in sorted(directory.rglob("*.yaml")):
        with open(path, encoding="utf-8", newline="") as file:
            for document in yaml.load_all(file, Loader=yaml.CSafeLoader):
                validator.validate(document)
    for path in sorted(directory.rglob("*.jsonl")):
        with open(path, encoding="utf-8", newline="\n") as file:
            for line in file:
                validator.validate(json.loads(line))


if __name__ == "__main__":
    main()
