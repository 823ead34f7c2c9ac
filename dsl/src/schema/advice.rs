//! What to declare, in the words of the language.

use super::ModelDef;

impl ModelDef {
    /// The declaration of an index over these columns, as it stands in `toasty!`: an option of the field where it is one, else
    /// one of the model.
    ///
    /// ```
    /// use toasty_dsl::{Model, toasty};
    ///
    /// toasty! { pub model Task { id: u64 [key], person: u64, title: String } }
    ///
    /// # fn main() {
    /// assert_eq!(Task::DEF.index_to_declare(&[1]), "`person: … [index]` in `Task`");
    /// assert_eq!(Task::DEF.index_to_declare(&[1, 2]), "`model Task [index(person, title)]`");
    /// # }
    /// ```
    pub fn index_to_declare(&self, columns: &[u16]) -> String {
        let mut fields = Vec::new();
        for column in columns {
            let field = self
                .columns
                .get(usize::from(*column))
                .and_then(|column| self.fields.get(usize::from(column.field)));
            // A field of several columns is indexed as a whole.
            if let Some(field) = field
                && fields.last() != Some(&field.name)
            {
                fields.push(field.name);
            }
        }
        match fields.as_slice() {
            [field] => format!("`{field}: … [index]` in `{}`", self.name),
            fields => format!("`model {} [index({})]`", self.name, fields.join(", ")),
        }
    }

    /// Whether an equality or a range on this column is found by the key or an index, whose first it is.
    pub fn is_found_by(&self, column: u16) -> bool {
        let begins = |fields: &[u16]| self.columns_of_all(fields).first() == Some(&column);
        begins(self.key.as_slice()) || self.all_indexes().iter().any(|(fields, _)| begins(fields))
    }
}
