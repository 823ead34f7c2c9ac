//! Tables, indexes, references, and types of the database's own.

use crate::dialect::TypeName;
use crate::names::{index_name, key_name, reference_name};
use crate::writer::Writer;
use crate::{Dialect, check_identifier};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use toasty_dsl::schema::{BelongsToDef, FieldKind, ModelDef, RelationDef, RelationKind};
use toasty_dsl::{Error, ErrorKind, Result};

/// The definitions of all that these models need, in an order in which they can be run.
///
/// # Errors
/// `Schema` for a name that cannot be one, and for two enums of one name with different labels.
pub fn define(models: &[&'static ModelDef], dialect: Dialect) -> Result<Vec<String>> {
    let types = own_types(models, dialect)?;
    let mut definitions: Vec<String> = types.into_iter().map(|one| one.definition).collect();
    definitions.extend(define_tables(models, dialect)?);
    Ok(definitions)
}

/// The definitions of these models' tables, indexes and references, in an order in which they can be run.
///
/// # Errors
/// As [`define`].
pub fn define_tables(models: &[&'static ModelDef], dialect: Dialect) -> Result<Vec<String>> {
    let mut definitions = Vec::new();
    for model in models {
        definitions.push(table(model, dialect)?);
    }
    for model in models {
        for (fields, unique) in model.all_indexes() {
            definitions.push(index(model, &fields, unique, dialect)?);
        }
    }
    match dialect {
        // A reference stands in its table; the other table need not be there yet ("SQLite Foreign Key Support", section 3).
        Dialect::Sqlite => {}
        // It must be there, so that models which refer to each other in a ring can only be tied when all are.
        Dialect::PostgreSql => {
            for model in models {
                for (relation, belongs) in references(model) {
                    definitions.push(late_reference(model, relation, &belongs, dialect)?);
                }
            }
        }
    }
    Ok(definitions)
}

/// A type of the database's own, as an enum of the program gives it a name.
#[derive(Debug, Clone)]
pub struct OwnType {
    /// Its name.
    pub name: &'static str,
    /// Its labels, in order.
    pub labels: &'static [&'static str],
    /// The first model that has a column of it.
    pub model: &'static ModelDef,
    /// What defines it.
    pub definition: String,
}

/// The types that the models' columns have and the database has not by itself: once a name.
///
/// # Errors
/// As [`define`].
pub fn own_types(models: &[&'static ModelDef], dialect: Dialect) -> Result<Vec<OwnType>> {
    let mut types: BTreeMap<&'static str, OwnType> = BTreeMap::new();
    for model in models {
        for column in model.columns {
            let TypeName::Own(own, name) = dialect.type_name(column.ty) else {
                continue;
            };
            match types.entry(name) {
                Entry::Vacant(free) => {
                    free.insert(OwnType {
                        name,
                        labels: own.labels,
                        model,
                        definition: own_type(name, own.labels, model, dialect)?,
                    });
                }
                Entry::Occupied(other) if other.get().labels == own.labels => {}
                Entry::Occupied(other) => {
                    return Err(Error::new(
                        ErrorKind::Schema,
                        format!(
                            "the type \"{name}\" has other labels here than in `{}`",
                            other.get().model.name
                        ),
                    )
                    .on_model(model.name)
                    .on_fields([column.path().join(".")])
                    .with_advice("give one of the two enums another name by `native(\"…\")`"));
                }
            }
        }
    }
    Ok(types.into_values().collect())
}

fn own_type(
    name: &'static str,
    labels: &'static [&'static str],
    model: &'static ModelDef,
    dialect: Dialect,
) -> Result<String> {
    // "Enumerated Types": a label is as long as a name at most, and what must not stand in a name must not in a label.
    for label in labels {
        check_identifier(label).map_err(|error| error.on_model(model.name))?;
    }
    let mut writer = Writer::new(dialect);
    writer.push("CREATE TYPE ");
    writer.push_identifier(name);
    writer.push(" AS ENUM (");
    writer.push_list(", ", labels, |writer, label| writer.push_label(label));
    writer.push(")");
    Ok(writer.finish(model.name)?.0)
}

fn table(model: &'static ModelDef, dialect: Dialect) -> Result<String> {
    let mut writer = Writer::new(dialect);
    let auto = model.auto_integer().map(|field| model.first_column(field));
    writer.push("CREATE TABLE ");
    writer.push_table(model);
    writer.push(" (\n  ");
    writer.push_list(
        ",\n  ",
        (0u16..).zip(model.columns),
        |writer, (number, column)| {
            writer.push_identifier(&column.name());
            writer.push(" ");
            writer.push_type(column.ty);
            writer.push(dialect.collation(column.ty));
            if Some(number) == auto {
                writer.push(match dialect {
                    // The key that SQLite makes by itself ("SQLite Autoincrement").
                    Dialect::Sqlite => " PRIMARY KEY",
                    // "By default": a key that is given by hand is taken.
                    Dialect::PostgreSql => " GENERATED BY DEFAULT AS IDENTITY",
                });
            }
            if !column.nullable {
                writer.push(" NOT NULL");
            }
        },
    );
    match dialect {
        Dialect::Sqlite if auto.is_some() => {}
        Dialect::Sqlite => push_key(&mut writer, model, ",\n  PRIMARY KEY ("),
        Dialect::PostgreSql => {
            writer.push(",\n  CONSTRAINT ");
            writer.push_identifier(&key_name(model));
            push_key(&mut writer, model, " PRIMARY KEY (");
        }
    }
    if dialect == Dialect::Sqlite {
        for (relation, belongs) in references(model) {
            writer.push(",\n  ");
            push_reference(&mut writer, model, relation, &belongs);
        }
    }
    writer.push("\n)");
    writer.push(dialect.table_suffix());
    Ok(writer.finish(model.name)?.0)
}

fn push_key(writer: &mut Writer, model: &ModelDef, words: &'static str) {
    writer.push(words);
    push_columns(writer, model, &model.key_columns());
    writer.push(")");
}

/// What a model refers to.
fn references(
    model: &'static ModelDef,
) -> impl Iterator<Item = (&'static RelationDef, BelongsToDef)> {
    (0u16..)
        .zip(model.fields)
        .filter_map(move |(number, field)| {
            let FieldKind::Relation(relation) = &field.kind else {
                return None;
            };
            match relation.kind {
                RelationKind::BelongsTo { .. } => Some((relation, model.belongs_to(number)?)),
                RelationKind::HasMany | RelationKind::HasOne => None,
            }
        })
}

fn push_reference(
    writer: &mut Writer,
    model: &'static ModelDef,
    relation: &RelationDef,
    belongs: &BelongsToDef,
) {
    let columns = model.columns_of_all(belongs.on.as_slice());
    writer.push("FOREIGN KEY (");
    push_columns(writer, model, &columns);
    writer.push(") REFERENCES ");
    writer.push_table(relation.target());
    writer.push(" (");
    push_columns(writer, relation.target(), &relation.target().key_columns());
    writer.push(")");
}

fn late_reference(
    model: &'static ModelDef,
    relation: &RelationDef,
    belongs: &BelongsToDef,
    dialect: Dialect,
) -> Result<String> {
    let mut writer = Writer::new(dialect);
    writer.push("ALTER TABLE ");
    writer.push_table(model);
    writer.push(" ADD CONSTRAINT ");
    writer.push_identifier(&reference_name(model, belongs.on.as_slice()));
    writer.push(" ");
    push_reference(&mut writer, model, relation, belongs);
    Ok(writer.finish(model.name)?.0)
}

fn index(
    model: &'static ModelDef,
    fields: &[u16],
    unique: bool,
    dialect: Dialect,
) -> Result<String> {
    let mut writer = Writer::new(dialect);
    writer.push(if unique {
        "CREATE UNIQUE INDEX "
    } else {
        "CREATE INDEX "
    });
    writer.push_identifier(&index_name(model, fields, unique));
    writer.push(" ON ");
    writer.push_table(model);
    writer.push(" (");
    writer.push_list(", ", model.columns_of_all(fields), |writer, column| {
        writer.push_column(model, column);
        // So that the index has the order in which rows are asked for.
        if !dialect.null_is_smallest() && model.columns[usize::from(column)].nullable {
            writer.push(" NULLS FIRST");
        }
    });
    writer.push(")");
    Ok(writer.finish(model.name)?.0)
}

fn push_columns(writer: &mut Writer, model: &ModelDef, columns: &[u16]) {
    writer.push_list(", ", columns, |writer, column| {
        writer.push_column(model, *column)
    });
}
