//! Tables and indexes.

use crate::Dialect;
use crate::writer::Writer;
use toasty_dsl::Result;
use toasty_dsl::schema::{FieldKind, ModelDef, RelationKind};

/// The definitions of these models' tables and indexes, in an order in which they can be run.
///
/// # Errors
/// `Schema` for a name that cannot be one.
pub fn define(models: &[&'static ModelDef], dialect: Dialect) -> Result<Vec<String>> {
    let mut definitions = Vec::new();
    for model in models {
        definitions.push(table(model, dialect)?);
    }
    for model in models {
        for (fields, unique) in model.all_indexes() {
            definitions.push(index(model, &fields, unique, dialect)?);
        }
    }
    Ok(definitions)
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
            writer.push(dialect.column_type(column.ty));
            if Some(number) == auto {
                // The key that SQLite makes by itself ("SQLite Autoincrement").
                writer.push(" PRIMARY KEY");
            }
            if !column.nullable {
                writer.push(" NOT NULL");
            }
        },
    );
    if auto.is_none() {
        writer.push(",\n  PRIMARY KEY (");
        push_columns(&mut writer, model, &model.key_columns());
        writer.push(")");
    }
    for (number, field) in (0u16..).zip(model.fields) {
        let FieldKind::Relation(relation) = field.kind else {
            continue;
        };
        let (RelationKind::BelongsTo { .. }, Some(belongs)) =
            (relation.kind, model.belongs_to(number))
        else {
            continue;
        };
        writer.push(",\n  FOREIGN KEY (");
        push_columns(
            &mut writer,
            model,
            &model.columns_of_all(belongs.on.as_slice()),
        );
        writer.push(") REFERENCES ");
        writer.push_table(relation.target());
        writer.push(" (");
        push_columns(
            &mut writer,
            relation.target(),
            &relation.target().key_columns(),
        );
        writer.push(")");
    }
    writer.push("\n)");
    writer.push(dialect.table_suffix());
    Ok(writer.finish(model.name)?.0)
}

fn index(
    model: &'static ModelDef,
    fields: &[u16],
    unique: bool,
    dialect: Dialect,
) -> Result<String> {
    let mut writer = Writer::new(dialect);
    let columns = model.columns_of_all(fields);
    let mut name = model.table_name().to_string();
    for column in &columns {
        name.push('_');
        name.push_str(&model.columns[usize::from(*column)].name());
    }
    name.push_str(if unique { "_unique" } else { "_index" });
    writer.push(if unique {
        "CREATE UNIQUE INDEX "
    } else {
        "CREATE INDEX "
    });
    writer.push_identifier(&shortened(name));
    writer.push(" ON ");
    writer.push_table(model);
    writer.push(" (");
    push_columns(&mut writer, model, &columns);
    writer.push(")");
    Ok(writer.finish(model.name)?.0)
}

fn push_columns(writer: &mut Writer, model: &ModelDef, columns: &[u16]) {
    writer.push_list(", ", columns, |writer, column| {
        writer.push_column(model, *column)
    });
}

/// The name of an index is made, not given, so that a long one is shortened instead of refused: its start, and a number
/// that tells it from others with the same start (FNV-1a, which is the same on every machine and for ever).
fn shortened(name: String) -> String {
    const LONGEST: usize = 63;
    if name.len() <= LONGEST {
        return name;
    }
    let number = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut end = LONGEST - 17;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{number:016x}", &name[..end])
}
