use toasty_dsl::query::Sql;

fn main() {
    let _ = Sql::new("select name from user where id in (").bind(vec![1, 2]).push(")");
}
