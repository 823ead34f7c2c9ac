//! How a broken rule is found: const functions over the schema. What is told of it stands in [`super::checks`].

use super::checks::*;
use crate::schema::{
    BelongsToDef, FieldDef, FieldKind, ModelDef, RelationDef, RelationKind, same_text,
};
use crate::value::ColumnType;

/// Whether the columns of a model have different names. Asked once for a model, because each is compared with each; only
/// where they have not is the field looked for.
pub const fn has_distinct_columns(model: &ModelDef) -> bool {
    flat_enough(model.fields).len() < model.fields.len() || model.has_distinct_columns()
}

/// The rule that a model as a whole breaks.
pub const fn judge_model(model: &ModelDef, distinct: bool) -> u8 {
    if !model.has_key() {
        NO_KEY
    } else if !model.has_one_key() && count_keys(model.fields) == 0 {
        TWO_KEYS
    } else if !distinct && !any_field_shares_a_column(model) {
        SAME_COLUMNS
    } else {
        SOUND
    }
}

/// The rule that a field breaks; `target` is the other model, where it is a relation.
pub const fn judge_field(
    model: &ModelDef,
    distinct: bool,
    field: u16,
    target: Option<&ModelDef>,
) -> u8 {
    let def = &model.fields[field as usize];
    if def.key
        && !model.has_one_key()
        && (count_keys(model.fields) == 1 || count_keys(before(model, field)) > 0)
    {
        return SECOND_KEY;
    }
    if !model.auto_is_possible(field) {
        return NOT_AUTO;
    }
    if def.version {
        match def.kind {
            FieldKind::Column {
                ty: ColumnType::Int(64) | ColumnType::UInt(64),
                nullable: false,
            } if !def.key => {}
            _ => return NO_VERSION,
        }
        if count_versions(before(model, field)) > 0 {
            return SECOND_VERSION;
        }
    }
    if !def.on.is_empty()
        && !matches!(
            def.kind,
            FieldKind::Relation(RelationDef {
                kind: RelationKind::BelongsTo { .. },
                ..
            })
        )
    {
        return STRAY_ON;
    }
    if def.pair.is_some()
        && !matches!(
            def.kind,
            FieldKind::Relation(RelationDef {
                kind: RelationKind::HasMany | RelationKind::HasOne,
                ..
            })
        )
    {
        return STRAY_PAIR;
    }
    match def.kind {
        FieldKind::Column { nullable, ty } => {
            if ty.is_array() && model.is_looked_up(field) {
                ARRAY_IN_INDEX
            } else if nullable && !model.is_indexable(field) {
                OPTIONAL_KEY
            } else if !distinct && shares_a_column(model, field) {
                SAME_COLUMN
            } else {
                SOUND
            }
        }
        FieldKind::Embed(embed) if !embed.fits() => TOO_DEEP,
        FieldKind::Embed(_) => SOUND,
        FieldKind::Relation(_) if def.column.is_some() || def.sensitive => RELATION_IS_NO_COLUMN,
        FieldKind::Relation(_) if !model.is_indexable(field) => RELATION_IN_INDEX,
        FieldKind::Relation(relation) => match target {
            Some(target) => judge_relation(model, field, relation.kind, target),
            None => SOUND,
        },
    }
}

const fn judge_relation(model: &ModelDef, field: u16, kind: RelationKind, target: &ModelDef) -> u8 {
    match kind {
        RelationKind::BelongsTo { optional } => match model.belongs_to(field) {
            None => NO_KEY_FIELD,
            Some(def) => match (optional, any_nullable(model, &def)) {
                (false, true) => KEY_IS_OPTIONAL,
                (true, false) => KEY_IS_NOT_OPTIONAL,
                _ if !model.belongs_to_fits(field, Some(target)) => OTHER_KEY_TYPES,
                _ => SOUND,
            },
        },
        RelationKind::HasMany | RelationKind::HasOne => {
            if model.paired_with(field, target).is_some() {
                SOUND
            } else {
                let pair = model.fields[field as usize].pair;
                match count_ways(target, model, pair) {
                    0 if pair.is_some() => PAIR_LEADS_ELSEWHERE,
                    0 => NO_WAY_BACK,
                    // There is a way back, and it is broken itself: the error stands there.
                    1 => SOUND,
                    _ => SEVERAL_WAYS_BACK,
                }
            }
        }
    }
}

/// The fields, or none where an embedded value among them is too deep to have columns: the error is then that of the rule.
pub const fn flat_enough(fields: &[FieldDef]) -> &[FieldDef] {
    let mut at = 0;
    while at < fields.len() {
        if let FieldKind::Embed(embed) = fields[at].kind
            && !embed.fits()
        {
            return &[];
        }
        at += 1;
    }
    fields
}

/// The rule that a field of an embedded value breaks.
pub const fn judge_part(kind: FieldKind) -> u8 {
    match kind {
        FieldKind::Relation(_) => RELATION_IN_EMBED,
        FieldKind::Column { .. } | FieldKind::Embed(_) => SOUND,
    }
}

/// The rule that an enum breaks.
pub const fn judge_labels(labels: &[&str]) -> u8 {
    if super::are_distinct(labels) {
        SOUND
    } else {
        SAME_LABEL
    }
}

const fn before(model: &ModelDef, field: u16) -> &[FieldDef] {
    model.fields.split_at(field as usize).0
}

const fn count_keys(fields: &[FieldDef]) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < fields.len() {
        if fields[at].key {
            count += 1;
        }
        at += 1;
    }
    count
}

const fn count_versions(fields: &[FieldDef]) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < fields.len() {
        if fields[at].version {
            count += 1;
        }
        at += 1;
    }
    count
}

/// How many ways lead from one model to the other; of a certain name, where there is one.
const fn count_ways(from: &ModelDef, to: &ModelDef, name: Option<&str>) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < from.fields.len() {
        if let FieldKind::Relation(relation) = from.fields[at].kind
            && matches!(relation.kind, RelationKind::BelongsTo { .. })
            && relation.leads_to(to)
        {
            count += match name {
                Some(name) => same_text(from.fields[at].name, name) as usize,
                None => 1,
            };
        }
        at += 1;
    }
    count
}

const fn any_nullable(model: &ModelDef, def: &BelongsToDef) -> bool {
    let fields = def.on.as_slice();
    let mut at = 0;
    while at < fields.len() {
        if matches!(
            model.fields[fields[at] as usize].kind,
            FieldKind::Column { nullable: true, .. }
        ) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether an earlier field is a column of the same name. Only plain columns: those of embedded values are judged with the
/// model.
const fn shares_a_column(model: &ModelDef, field: u16) -> bool {
    let name = model.fields[field as usize].column_name();
    let mut at = 0;
    while at < field as usize {
        let other = &model.fields[at];
        if matches!(other.kind, FieldKind::Column { .. }) && is_same_name(other.column_name(), name)
        {
            return true;
        }
        at += 1;
    }
    false
}

/// The same name to a database: upper and lower case are one.
const fn is_same_name(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut at = 0;
    while at < a.len() {
        if !a[at].eq_ignore_ascii_case(&b[at]) {
            return false;
        }
        at += 1;
    }
    true
}

const fn any_field_shares_a_column(model: &ModelDef) -> bool {
    let mut at = 0u16;
    while (at as usize) < model.fields.len() {
        if matches!(model.fields[at as usize].kind, FieldKind::Column { .. })
            && shares_a_column(model, at)
        {
            return true;
        }
        at += 1;
    }
    false
}
