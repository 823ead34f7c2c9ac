//! What has to be defined for some models' tables.

use crate::errors::On;
use crate::link::Standing;
use crate::session::PostgresqlConnection;
use toasty_dsl::error::{Error, ErrorKind, Result};
use toasty_dsl::schema::ModelDef;
use toasty_sql::{Dialect, around};

impl PostgresqlConnection {
    /// The definitions of these models' tables, less the types that are there already with the same labels.
    pub(crate) async fn definitions(&mut self, models: &[&'static ModelDef]) -> Result<String> {
        let types = toasty_sql::own_types(models, Dialect::PostgreSql)?;
        let mut all = Vec::new();
        if !types.is_empty() {
            let names: Vec<&str> = types.iter().map(|one| one.name).collect();
            self.ready()
                .await
                .map_err(|fault| self.explain_text(fault))?;
            self.link.stand(Standing::Loose);
            let written = self.link.pulse.written();
            let asked = self
                .link
                .timer
                .within(
                    self.limit,
                    self.link.client.query(around::OWN_TYPES, &[&names]),
                )
                .await;
            let there = self
                .link
                .done(asked, written, &On::Text)
                .map_err(|fault| self.explain_text(fault))?;
            for one in types {
                let labels: Vec<&str> = there
                    .iter()
                    .filter(|row| row.try_get::<_, &str>(0).is_ok_and(|name| name == one.name))
                    .filter_map(|row| row.try_get(1).ok())
                    .collect();
                if labels.is_empty() {
                    all.push(one.definition);
                } else if labels != one.labels {
                    return Err(Error::new(
                        ErrorKind::Schema,
                        format!(
                            "the database has the type \"{}\" already, with other labels",
                            one.name
                        ),
                    )
                    .on_model(one.model.name)
                    .with_advice(
                        "bring it to the enum's form by hand, or give the enum another name",
                    ));
                }
            }
        }
        all.extend(toasty_sql::define_tables(models, Dialect::PostgreSql)?);
        Ok(all.join(";\n"))
    }
}
