#!/usr/bin/env python3
"""Write the crates of which run.sh measures how long they take to compile.

Usage: generate.py OUT [LIBRARY...]

OUT/LIBRARY is a crate whose models.rs has 50 models of 12 columns, each with one belongs-to and
one has-many relation, as that library's guide writes them; `plain` is the bare structs. To add a
library, write a function that returns its whole models.rs and give it a line in LIBRARIES.
"""

import pathlib
import shutil
import sys

MODELS = 50
# Relations run in rings of five: a model belongs to the one before it in its ring and has many of
# the one after it. (In one ring of all fifty SeaORM 2.0.4 meets the compiler's recursion limit.)
RING = 5
# After `id` and `parent_id`: ten more.
COLUMNS = [
    ("name", "String"),
    ("email", "String"),
    ("kind", "String"),
    ("age", "i32"),
    ("score", "f64"),
    ("active", "bool"),
    ("created_at", "i64"),
    ("updated_at", "i64"),
    ("note", "Option<String>"),
    ("rank", "Option<i64>"),
]
UNIQUE = "email"

BENCHES = pathlib.Path(__file__).resolve().parent.parent


def parent(model: int) -> int:
    return model - 1 if model % RING else model + RING - 1


def child(model: int) -> int:
    return model + 1 if (model + 1) % RING else model + 1 - RING


def columns(indent: str, line: str = "pub {name}: {type},", unique: str = "") -> str:
    """One line for each of COLUMNS, with `unique` before that of the unique one."""
    text = ""
    for name, type in COLUMNS:
        if unique and name == UNIQUE:
            text += f"{indent}{unique}\n"
        text += indent + line.format(name=name, type=type) + "\n"
    return text


def plain() -> str:
    text = ""
    for model in range(MODELS):
        text += f"""
#[derive(Clone, Debug)]
pub struct Model{model} {{
    pub id: i64,
    pub parent_id: i64,
{columns("    ")}}}
"""
    return text


def diesel() -> str:
    sql = {
        "String": "Text",
        "i32": "Integer",
        "f64": "Double",
        "bool": "Bool",
        "i64": "BigInt",
        "Option<String>": "Nullable<Text>",
        "Option<i64>": "Nullable<BigInt>",
    }
    table = "".join(f"        {name} -> {sql[type]},\n" for name, type in COLUMNS)
    borrowed = columns("    ").replace("String", "&'a str")
    text = "use diesel::prelude::*;\n"
    for model in range(MODELS):
        text += f"""
diesel::table! {{
    model{model} (id) {{
        id -> BigInt,
        parent_id -> BigInt,
{table}    }}
}}
diesel::joinable!(model{model} -> model{parent(model)} (parent_id));

#[derive(Debug, Queryable, Selectable, Identifiable, Associations, AsChangeset)]
#[diesel(table_name = model{model}, belongs_to(Model{parent(model)}, foreign_key = parent_id))]
pub struct Model{model} {{
    pub id: i64,
    pub parent_id: i64,
{columns("    ")}}}

#[derive(Insertable)]
#[diesel(table_name = model{model})]
pub struct NewModel{model}<'a> {{
    pub parent_id: i64,
{borrowed}}}
"""
    # All tables in one call, as `diesel print-schema` writes it.
    tables = ", ".join(f"model{model}" for model in range(MODELS))
    return text + f"\ndiesel::allow_tables_to_appear_in_same_query!({tables});\n"


def sea_orm() -> str:
    text = ""
    for model in range(MODELS):
        text += f"""
pub mod model{model} {{
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "model{model}")]
    pub struct Model {{
        #[sea_orm(primary_key)]
        pub id: i64,
        pub parent_id: i64,
{columns("        ", unique="#[sea_orm(unique)]")}        #[sea_orm(belongs_to, from = "parent_id", to = "id")]
        pub parent: BelongsTo<super::model{parent(model)}::Entity>,
        #[sea_orm(has_many)]
        pub children: HasMany<super::model{child(model)}::Entity>,
    }}

    impl ActiveModelBehavior for ActiveModel {{}}
}}
"""
    return text


def toasty_published() -> str:
    text = "use toasty::Deferred;\n"
    for model in range(MODELS):
        text += f"""
#[derive(Debug, toasty::Model)]
pub struct Model{model} {{
    #[key]
    #[auto]
    pub id: u64,
    #[index]
    pub parent_id: u64,
{columns("    ", unique="#[unique]")}    #[belongs_to(key = parent_id, references = id)]
    pub parent: Deferred<Model{parent(model)}>,
    #[has_many(pair = parent)]
    pub children: Deferred<Vec<Model{child(model)}>>,
}}
"""
    return text


def ours() -> str:
    text = "use toasty::{BelongsTo, HasMany};\n\ntoasty::toasty! {"
    for model in range(MODELS):
        fields = columns("        ", "{name}: {type},")
        fields = fields.replace(f"{UNIQUE}: String,", f"{UNIQUE}: String [unique],")
        text += f"""
    pub model Model{model} {{
        id: i64 [key, auto],
        parent_id: i64 [index],
{fields}        parent: BelongsTo<Model{parent(model)}> [on(parent_id)],
        children: HasMany<Model{child(model)}>,
    }}
"""
    return text + "}\n"


# Each with its models.rs and its dependencies, features as in the benches themselves.
LIBRARIES = {
    "plain": (plain, ""),
    "diesel": (diesel, 'diesel = { version = "2.3", features = ["sqlite"] }'),
    "sea-orm": (
        sea_orm,
        'sea-orm = { version = "2", default-features = false, features = '
        '["macros", "runtime-tokio", "sqlx-sqlite", "sqlite-use-returning-for-3_35"] }',
    ),
    "toasty-published": (toasty_published, 'toasty = { version = "0.11", features = ["sqlite"] }'),
    "ours": (ours, f'toasty = {{ path = "{BENCHES.parent}" }}'),
}


def write_crate(out: pathlib.Path, library: str) -> None:
    models, dependencies = LIBRARIES[library]
    source = out / library / "src"
    source.mkdir(parents=True, exist_ok=True)
    (source / "lib.rs").write_text("pub mod models;\npub mod other;\n")
    (source / "models.rs").write_text(models())
    (source / "other.rs").write_text("pub fn answer() -> u64 {\n    42\n}\n")
    (out / library / "Cargo.toml").write_text(
        f'[package]\nname = "models-{library}"\nversion = "0.0.0"\nedition = "2024"\n\n'
        f"[workspace]\n\n[dependencies]\n{dependencies}\n"
    )
    # The versions that the benches run with; Cargo drops what this crate does not need.
    shutil.copy(BENCHES / "Cargo.lock", out / library)


def main() -> None:
    out, libraries = pathlib.Path(sys.argv[1]), sys.argv[2:] or list(LIBRARIES)
    for library in libraries:
        write_crate(out, library)


if __name__ == "__main__":
    main()
