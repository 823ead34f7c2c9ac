//! The names of what hangs on a table: its key, its indexes, its references. They are made, not given, and made in one place,
//! so that what a database reports by name is found again in the model.

use toasty_dsl::schema::ModelDef;

/// The name of a model's key, as a constraint.
pub fn key_name(model: &ModelDef) -> String {
    shortened(format!("{}_pkey", model.table_name()))
}

/// The name of an index over some fields of a model.
pub fn index_name(model: &ModelDef, fields: &[u16], unique: bool) -> String {
    let suffix = if unique { "unique" } else { "index" };
    over(model, fields, suffix)
}

/// The name of a reference that some fields of a model hold, as a constraint.
pub fn reference_name(model: &ModelDef, fields: &[u16]) -> String {
    over(model, fields, "fkey")
}

fn over(model: &ModelDef, fields: &[u16], suffix: &str) -> String {
    let mut name = model.table_name().to_string();
    for column in model.columns_of_all(fields) {
        name.push('_');
        name.push_str(&model.columns[usize::from(column)].name());
    }
    name.push('_');
    name.push_str(suffix);
    shortened(name)
}

/// A long name is shortened instead of refused: its start, and a number that tells it from others with the same start
/// (FNV-1a, which is the same on every machine and for ever).
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
