use toasty_dsl::query::Sql;

fn find(name: &str) -> Sql {
    let text = format!("select id from user where name = '{name}'");
    Sql::new(&text)
}

fn main() {
    let _ = find("Ann");
}
