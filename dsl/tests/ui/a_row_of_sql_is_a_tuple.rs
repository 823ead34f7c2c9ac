use toasty_dsl::query::Sql;

fn main() {
    let _ = Sql::new("select name from user").as_rows::<String>();
}
