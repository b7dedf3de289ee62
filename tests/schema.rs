//! The files under `schemas/` say what the code does, and those that are released never change.

use std::fs;
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Field};
use cablegram::contract::{XmlPlace, item_name};
use cablegram::diagnostic::Code;
use cablegram::schema::column::{ColumnKind, Description};
use cablegram::schema::files::Rendering;
use cablegram::schema::{Schema, core};
use cablegram::write::digest::hexadecimal;
use cablegram::write::hint::{self, Nature};
use parquet::arrow::ArrowSchemaConverter;
use parquet::schema::printer::print_schema;
use sha2::{Digest, Sha256};

use crate::records;

fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas")
}

#[test]
fn schema_files_are_rendered_from_the_columns() {
    for schema in Schema::all() {
        let folder = schemas().join(schema.version());
        for rendering in Rendering::ALL {
            let path = folder.join(rendering.file_name());
            let rendered = rendering.of(schema);
            if std::env::var_os("UPDATE").is_some() {
                fs::create_dir_all(&folder).unwrap();
                fs::write(&path, &rendered).unwrap();
            }
            let found = fs::read_to_string(&path).unwrap_or_default();
            assert!(found == rendered, "{} is not what the code renders; run the tests with UPDATE=1", path.display());
        }
    }
}

/// Every name of a schema that XML has: the place, and the element it is in.
fn names_in_xml(element: &str, members: &[Description], names: &mut Vec<(XmlPlace, String, String)>) {
    for member in members {
        names.push((member.place, element.to_owned(), member.name.to_owned()));
        match &member.kind {
            ColumnKind::Struct(members) => names_in_xml(member.name, members, names),
            ColumnKind::List(item) => {
                if let ColumnKind::Struct(members) = item.as_ref() {
                    names_in_xml(item_name(member.name), members, names);
                }
            }
            _ => {}
        }
    }
}

/// A marking, a warning or a letter that a text refers to may not be left out of what a reader sees.
#[test]
fn the_style_sheet_hides_nothing() {
    for schema in Schema::all() {
        let css = Rendering::Style.of(schema);
        let columns: Vec<Description> = schema.descriptions().cloned().collect();
        let mut names = Vec::new();
        names_in_xml("cable", &columns, &mut names);
        assert!(names.len() > 100);
        for (place, element, name) in names {
            let shown = match place {
                XmlPlace::Attribute => css.contains(&format!("var(--{element}-{name}, \"\")")),
                XmlPlace::Child if element == "cable" => {
                    css.contains(&format!("cable > {name}::before {{ content: \""))
                }
                _ => true,
            };
            assert!(shown, "{} does not show {name} of {element}", Rendering::Style.file_name());
        }
        let hidden: Vec<&str> = css.lines().filter(|line| line.contains("display: none")).collect();
        assert_eq!(hidden, ["cable > paragraphs::before { display: none; }"], "only a label is left out");
        assert!(Code::ALL.iter().all(|code| css.contains(code.meaning())));
    }
}

/// The guide explains every code, in the order of the document; `UPDATE=1` writes them.
#[test]
fn the_guide_names_every_code() {
    let path = schemas().join("GUIDE.md");
    let guide = fs::read_to_string(&path).unwrap();
    let text = guide.split_inclusive('\n').take_while(|line| !line.starts_with("| code |")).collect::<String>();
    let line = |code: &Code| format!("| `{}` | {} | {} |\n", code.name(), code.severity(), code.meaning());
    let codes: String = Code::ALL.iter().map(line).collect();
    let expected = format!("{text}| code | severity | meaning |\n|---|---|---|\n{codes}");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap();
    assert!(found == expected, "GUIDE.md does not list the codes that the code has; run the tests with UPDATE=1");
}

#[test]
fn the_parquet_schema_is_what_parquet_writes() {
    for schema in Schema::all() {
        let converted = ArrowSchemaConverter::new().convert(schema.arrow()).unwrap();
        let mut printed = Vec::new();
        print_schema(&mut printed, converted.root_schema());
        assert_eq!(String::from_utf8(printed).unwrap(), Rendering::Parquet.of(schema));
    }
}

#[test]
fn what_is_never_null_is_not_null_under_a_null_struct_either() {
    for schema in Schema::all() {
        let batch = schema.batch(&records::records(3));
        let mut under_null = 0;
        for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
            under_null += check_nulls(field, column);
        }
        assert!(under_null > 0, "no optional struct of these records is null");
    }
}

/// How many values that are never null lie under a struct that is null.
fn check_nulls(field: &Field, array: &ArrayRef) -> usize {
    assert!(field.is_nullable() || array.null_count() == 0, "{} holds nulls", field.name());
    match field.data_type() {
        DataType::Struct(fields) => {
            let array = array.as_struct();
            let children = || fields.iter().zip(array.columns());
            let required = children().filter(|(child, _)| !child.is_nullable()).count();
            array.null_count() * required + children().map(|(child, values)| check_nulls(child, values)).sum::<usize>()
        }
        DataType::List(element) => check_nulls(element, array.as_list::<i32>().values()),
        _ => 0,
    }
}

/// The columns that names of files, counts, proofs and jobs rely on are in every schema, and are what they were.
#[test]
fn every_schema_has_the_core_columns() {
    let kinds = |schema: &Schema, names: &[&str]| -> Vec<(String, DataType, bool)> {
        let field = |name: &&str| schema.arrow().field_with_name(name).unwrap().clone();
        names.iter().map(field).map(|f| (f.name().clone(), f.data_type().clone(), f.is_nullable())).collect()
    };
    for schema in Schema::all() {
        let first = Schema::v1();
        assert_eq!(kinds(schema, &core::COLUMNS), kinds(first, &core::COLUMNS), "{}", schema.version());
        for (list, members) in [(core::DIAGNOSTICS, &core::OF_DIAGNOSTICS[..]), (core::SOURCE, &core::OF_SOURCE[..])] {
            let field = schema.arrow().field_with_name(list).unwrap();
            let fields = match field.data_type() {
                DataType::Struct(fields) => fields.clone(),
                DataType::List(item) => match item.data_type() {
                    DataType::Struct(fields) => fields.clone(),
                    other => panic!("{list}: {other}"),
                },
                other => panic!("{list}: {other}"),
            };
            assert!(members.iter().all(|name| fields.find(name).is_some()), "{list} of {}", schema.version());
        }
    }
}

/// Version 2 is version 1 with columns between: who reads a column of both finds it of one type, in one order.
#[test]
fn version_2_has_the_columns_of_version_1_in_their_order() {
    let columns = |schema: &Schema| -> Vec<(String, DataType)> {
        schema.arrow().fields().iter().map(|field| (field.name().clone(), field.data_type().clone())).collect()
    };
    let (first, second) = (columns(Schema::v1()), columns(Schema::v2()));
    let kept: Vec<_> = second.iter().filter(|column| first.contains(column)).cloned().collect();
    assert_eq!(kept, first);
}

/// What `record` holds whole is repeated by version 1 alone.
#[test]
fn record_fields_are_all_in_version_1_and_the_others_in_version_2() {
    let fields = |schema: &Schema| {
        let batch = schema.batch(&records::records(1));
        batch.column_by_name("record_fields").unwrap().as_list::<i32>().value(0).len()
    };
    assert_eq!((fields(Schema::v1()), fields(Schema::v2())), (2, 1));
}

/// `from-v1.csv` names every column and member of version 2 and what became of it.
#[test]
fn what_became_of_each_column_is_written_down() {
    let listed = fs::read_to_string(schemas().join("v2/from-v1.csv")).unwrap();
    let mut rows: Vec<(&str, &str)> = listed
        .lines()
        .skip(1)
        .map(|line| {
            let mut cells = line.split(',');
            (cells.next().unwrap(), cells.next().unwrap())
        })
        .collect();
    let (first, second) = (names(Schema::v1()), names(Schema::v2()));
    for name in &second {
        let change = if first.contains(name) { "kept" } else { "added" };
        let place = rows.iter().position(|(listed, _)| listed == name);
        let (_, listed) = rows.remove(place.unwrap_or_else(|| panic!("from-v1.csv lacks {name}")));
        assert!(listed == change || (change, listed) == ("kept", "narrowed"), "{name}: {listed}, not {change}");
    }
    assert!(rows.is_empty(), "from-v1.csv names what is no column: {rows:?}");
}

/// Columns, and members of groups as `record.number`.
fn names(schema: &Schema) -> Vec<String> {
    let mut names = Vec::new();
    schema.descriptions().for_each(|column| put_names("", column, &mut names));
    names
}

fn put_names(above: &str, column: &Description, names: &mut Vec<String>) {
    let name = format!("{above}{}", column.name);
    let kind = if let ColumnKind::List(item) = &column.kind { item } else { &column.kind };
    if let ColumnKind::Struct(members) = kind {
        members.iter().for_each(|member| put_names(&format!("{name}."), member, names));
    }
    names.push(name);
}

#[test]
fn writers_find_the_hints_of_a_schema() {
    let field = |name: &str| Schema::newest().arrow().field_with_name(name).unwrap().clone();
    assert_eq!((hint::place(&field("mrn")), hint::nature(&field("mrn"))), (XmlPlace::Attribute, Nature::Key));
    assert_eq!(hint::place(&field("subject")), XmlPlace::Child);
    assert_eq!(hint::nature(&field("source_text")), Nature::Prose);
    assert_eq!(hint::version(Schema::newest().arrow()), "v2");
}

#[test]
fn released_files_never_change() {
    check_released(&schemas()).unwrap();
}

#[test]
fn a_changed_released_file_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let released = |text: &str| fs::write(folder.path().join("RELEASED"), text).unwrap();
    assert_eq!(check_released(folder.path()), Ok(()), "nothing is released");
    fs::create_dir(folder.path().join("v1")).unwrap();
    fs::write(folder.path().join("v1/cable.xsd"), "abc").unwrap();
    released("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  v1/cable.xsd\n");
    assert_eq!(check_released(folder.path()), Ok(()));
    fs::write(folder.path().join("v1/cable.xsd"), "abd").unwrap();
    assert!(check_released(folder.path()).unwrap_err().contains("v3"));
    fs::remove_file(folder.path().join("v1/cable.xsd")).unwrap();
    assert!(check_released(folder.path()).unwrap_err().contains("v1/cable.xsd"));
}

/// Compares the files that `RELEASED` lists, one `SHA-256  path` a line as `sha256sum` writes it.
fn check_released(schemas: &Path) -> Result<(), String> {
    let Ok(list) = fs::read_to_string(schemas.join("RELEASED")) else { return Ok(()) };
    for line in list.lines() {
        let (hash, path) = line.split_once("  ").ok_or_else(|| format!("RELEASED: {line:?} is no hash and path"))?;
        let found = fs::read(schemas.join(path)).map(|bytes| hexadecimal(&Sha256::digest(bytes)));
        if found.as_deref().ok() != Some(hash) {
            return Err(format!(
                "schemas/{path} is released, people build on it, and it must not change. Undo the change; or, to \
                 change the schema, make src/schema/v3.rs as v2.rs is made of v1, and give it to Schema::all."
            ));
        }
    }
    Ok(())
}
