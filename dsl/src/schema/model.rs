//! One model: everything that is known of it before the program runs.

use super::{
    BelongsToDef, ColumnDef, FieldDef, FieldKind, FieldRef, Fields, IndexDef, IndexList, Join,
    RelationKind, is_id_of, same_text,
};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Range;

/// The description of a model: columns, key, indexes, relations. One `static` a model.
///
/// ```
/// use toasty_dsl::{Model, toasty};
///
/// toasty! { pub model OrderLine [key(order, number)] { order: u64, number: u32, item: String } }
///
/// # fn main() {
/// assert_eq!(OrderLine::DEF.table_name().to_string(), "order_line");
/// assert_eq!(OrderLine::DEF.columns[2].name(), "item");
/// assert_eq!(OrderLine::DEF.key_columns(), [0, 1]);
/// # }
/// ```
#[derive(Debug)]
pub struct ModelDef {
    /// Its name in Rust.
    pub name: &'static str,
    /// The path of the Rust module it stands in.
    pub module: &'static str,
    /// The name of its table, where `table("…")` gave one.
    pub table: Option<&'static str>,
    /// Its fields.
    pub fields: &'static [FieldDef],
    /// The columns that the fields make.
    pub columns: &'static [ColumnDef],
    /// The number of the first column of each field.
    pub(super) offsets: &'static [u16],
    /// The integer key that the database makes, if there is one: its field.
    auto_integer: Option<u16>,
    /// The field that counts versions, if there is one.
    version: Option<u16>,
    /// Its key.
    pub key: Fields,
    /// The indexes declared after its name.
    pub indexes: IndexList,
    /// How often a key was declared; the rules allow once.
    pub(super) keys_declared: usize,
    /// Whether its rows are those of a query, and no table's.
    of_query: bool,
}

impl ModelDef {
    /// A model with these fields and no options.
    pub const fn new(
        name: &'static str,
        module: &'static str,
        fields: &'static [FieldDef],
        columns: &'static [ColumnDef],
        offsets: &'static [u16],
    ) -> Self {
        let mut key = Fields::EMPTY;
        let mut keys_declared = 0;
        let mut auto_integer = None;
        let mut version = None;
        let mut at = 0;
        while at < fields.len() {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a model has far fewer fields"
            )]
            let number = at as u16;
            let field = &fields[at];
            if field.key {
                key = key.with(number);
                keys_declared += 1;
            }
            if field.version {
                version = Some(number);
            }
            if let (true, FieldKind::Column { ty, .. }) = (field.auto, field.kind)
                && ty.is_integer()
            {
                auto_integer = Some(number);
            }
            at += 1;
        }
        ModelDef {
            name: super::plain_name(name),
            module,
            table: None,
            fields,
            columns,
            offsets,
            auto_integer,
            version,
            key,
            indexes: IndexList::EMPTY,
            keys_declared,
            of_query: false,
        }
    }

    /// The rows of a query, described as if a table held them: it has no key and no index, and nothing is written to it.
    pub const fn of_query(
        name: &'static str,
        module: &'static str,
        fields: &'static [FieldDef],
        columns: &'static [ColumnDef],
        offsets: &'static [u16],
    ) -> Self {
        let mut rows = ModelDef::new(name, module, fields, columns, offsets);
        rows.of_query = true;
        rows
    }

    /// Whether its rows are those of a query, and no table's.
    pub const fn is_of_query(&self) -> bool {
        self.of_query
    }

    /// `table("name")`: the name of the table. Without it the model's name in snake case.
    #[must_use]
    pub const fn table(mut self, name: &'static str) -> Self {
        self.table = Some(name);
        self
    }

    /// `key(a, b)`: the key, made of several fields.
    #[must_use]
    pub const fn key(mut self, fields: &'static [FieldRef]) -> Self {
        self.key = Fields::of(fields);
        self.keys_declared += 1;
        self
    }

    /// `unique(a, b)`: no two rows have the same values in all of these.
    #[must_use]
    pub const fn unique(mut self, fields: &'static [FieldRef]) -> Self {
        self.indexes = self.indexes.with(IndexDef {
            fields,
            unique: true,
        });
        self
    }

    /// `index(a, b)`: rows are found quickly by the first, and by both.
    #[must_use]
    pub const fn index(mut self, fields: &'static [FieldRef]) -> Self {
        self.indexes = self.indexes.with(IndexDef {
            fields,
            unique: false,
        });
        self
    }

    /// The name of its table.
    pub const fn table_name(&self) -> TableName<'_> {
        TableName(self)
    }

    /// The number of the first column of a field.
    #[inline]
    pub const fn first_column(&self, field: u16) -> u16 {
        if (field as usize) < self.offsets.len() {
            self.offsets[field as usize]
        } else {
            0
        }
    }

    /// The numbers of a field's columns.
    #[inline]
    pub fn columns_of(&self, field: u16) -> Range<u16> {
        self.first_column(field)..self.first_column(field + 1).max(self.first_column(field))
    }

    /// The numbers of the columns of several fields, in order.
    pub fn columns_of_all(&self, fields: &[u16]) -> Vec<u16> {
        fields
            .iter()
            .flat_map(|field| self.columns_of(*field))
            .collect()
    }

    /// The numbers of the key's columns.
    pub fn key_columns(&self) -> Vec<u16> {
        self.columns_of_all(self.key.as_slice())
    }

    /// Every index but the key: of single fields first, in the order of the fields, then those declared after the name.
    pub fn all_indexes(&self) -> Vec<(Vec<u16>, bool)> {
        let mut all = Vec::new();
        for (number, field) in (0u16..).zip(self.fields) {
            if field.unique || field.index {
                all.push((vec![number], field.unique));
            }
        }
        for index in self.indexes.as_slice() {
            all.push((
                index.fields.iter().map(|field| field.0).collect(),
                index.unique,
            ));
        }
        all
    }

    /// Whether an equality on all of these columns finds one row at most: they hold the whole key, or a whole unique index.
    pub fn pins_one_row(&self, columns: &[u16]) -> bool {
        let holds = |fields: &[u16]| {
            self.columns_of_all(fields)
                .iter()
                .all(|column| columns.contains(column))
        };
        (!self.key.is_empty() && holds(self.key.as_slice()))
            || self.all_indexes().iter().any(|(fields, unique)| {
                *unique
                    && holds(fields)
                    && self
                        .columns_of_all(fields)
                        .iter()
                        .all(|c| !self.columns[usize::from(*c)].nullable)
            })
    }

    /// The integer key that the database makes, if there is one: its field.
    #[inline]
    pub fn auto_integer(&self) -> Option<u16> {
        self.auto_integer
    }

    /// The field that counts versions, if there is one.
    #[inline]
    pub fn version(&self) -> Option<u16> {
        self.version
    }

    /// A `BelongsTo` of this model, with the fields that hold its key: those of `on(…)`, else `<field>_id`.
    pub const fn belongs_to(&self, field: u16) -> Option<BelongsToDef> {
        let def = &self.fields[field as usize];
        match def.kind {
            FieldKind::Relation(relation)
                if matches!(relation.kind, RelationKind::BelongsTo { .. }) => {}
            _ => return None,
        }
        if !def.on.is_empty() {
            return Some(BelongsToDef {
                field,
                on: Fields::of(def.on),
            });
        }
        let mut at = 0;
        while at < self.fields.len() {
            if is_id_of(self.fields[at].name, def.name) {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a model has far fewer fields"
                )]
                return Some(BelongsToDef {
                    field,
                    on: Fields::EMPTY.with(at as u16),
                });
            }
            at += 1;
        }
        None
    }

    /// The `BelongsTo` of the other model that a `HasMany` or `HasOne` is the other side of: the one that `pair(…)`
    /// names, else the only one that leads here.
    pub fn paired(&self, field: u16) -> Option<BelongsToDef> {
        let relation = self.fields.get(usize::from(field))?.relation()?;
        self.paired_with(field, relation.target())
    }

    /// Where a relation meets the other model. None: the field is no relation whose two sides are known, which a rule of the
    /// language keeps from compiling.
    pub fn join(&self, field: u16) -> Option<Join> {
        let relation = self.fields.get(usize::from(field))?.relation()?;
        let other = relation.target();
        Some(match relation.kind {
            RelationKind::BelongsTo { .. } => Join {
                other,
                ours: self.belongs_to(field)?.on.as_slice().to_vec(),
                theirs: other.key.as_slice().to_vec(),
            },
            RelationKind::HasMany | RelationKind::HasOne => Join {
                other,
                ours: self.key.as_slice().to_vec(),
                theirs: self.paired(field)?.on.as_slice().to_vec(),
            },
        })
    }

    /// As [`ModelDef::join`], by the numbers of the columns.
    pub fn join_columns(&self, field: u16) -> Option<Join> {
        self.join(field).map(|join| Join {
            ours: self.columns_of_all(&join.ours),
            theirs: join.other.columns_of_all(&join.theirs),
            ..join
        })
    }

    /// As [`ModelDef::paired`], with the other model in hand.
    pub const fn paired_with(&self, field: u16, other: &ModelDef) -> Option<BelongsToDef> {
        let def = &self.fields[field as usize];
        let FieldKind::Relation(relation) = def.kind else {
            return None;
        };
        if !relation.leads_to(other) || matches!(relation.kind, RelationKind::BelongsTo { .. }) {
            return None;
        }
        let mut found = None;
        let mut at = 0;
        while at < other.fields.len() {
            let candidate = &other.fields[at];
            if let FieldKind::Relation(back) = candidate.kind
                && matches!(back.kind, RelationKind::BelongsTo { .. })
                && back.leads_to(self)
            {
                let wanted = match def.pair {
                    Some(name) => same_text(candidate.name, name),
                    None => true,
                };
                if wanted {
                    if found.is_some() {
                        return None;
                    }
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "a model has far fewer fields"
                    )]
                    {
                        found = other.belongs_to(at as u16);
                    }
                }
            }
            at += 1;
        }
        found
    }
}

/// The name of a model's table.
pub struct TableName<'a>(&'a ModelDef);

impl fmt::Display for TableName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        if let Some(name) = self.0.table {
            return f.write_str(name);
        }
        let mut before = None::<char>;
        let mut letters = self.0.name.chars().peekable();
        while let Some(letter) = letters.next() {
            // A word begins at a capital after a small letter, and at the last capital of several: `HTTPServer`.
            let small_after = letters.peek().is_some_and(char::is_ascii_lowercase);
            let begins = match before {
                Some(before) if before.is_ascii_uppercase() => small_after,
                Some(before) => before != '_',
                None => false,
            };
            if letter.is_ascii_uppercase() && begins {
                f.write_char('_')?;
            }
            f.write_char(letter.to_ascii_lowercase())?;
            before = Some(letter);
        }
        Ok(())
    }
}

/// A model, compared and hashed by its address: there is one `static` a model.
#[derive(Clone, Copy)]
pub struct ModelRef(pub &'static ModelDef);

impl PartialEq for ModelRef {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for ModelRef {}

impl Hash for ModelRef {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::from_ref(self.0).hash(state);
    }
}

impl fmt::Debug for ModelRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name)
    }
}

impl std::ops::Deref for ModelRef {
    type Target = ModelDef;

    #[inline]
    fn deref(&self) -> &'static ModelDef {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_named_after_its_model_in_snake_case() {
        for (name, table) in [
            ("User", "user"),
            ("LineItem", "line_item"),
            ("HTTPServer", "http_server"),
            ("ALongName", "a_long_name"),
            ("Place2Stay", "place2_stay"),
            ("Already_Split", "already_split"),
        ] {
            let model = ModelDef::new(name, "", &[], &[], &[]);
            assert_eq!(model.table_name().to_string(), table);
        }
    }
}
