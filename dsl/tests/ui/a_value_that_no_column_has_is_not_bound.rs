use toasty_dsl::query::Sql;

fn main() {
    let _ = Sql::new("select name from user where age > ").bind(std::time::Duration::from_secs(1));
}
