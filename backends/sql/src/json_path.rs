//! Paths into JSON as the `jsonpath` of PostgreSQL ("The SQL/JSON Path Language").

use toasty_dsl::statement::JsonAs;
use toasty_dsl::value::Value;

/// The path of these keys and numbers, to a value of that type. Strict, since the lax mode looks into arrays by itself.
pub fn json_path(segments: &[Value], as_what: JsonAs) -> String {
    let mut path = String::from("strict $");
    for segment in segments {
        match segment {
            Value::Int(number) => path.push_str(&format!("[{number}]")),
            // Strings of the path language are escaped as those of JSON.
            // No key of `jsonb` has this letter, and no path may name it.
            Value::Text(key) if key.contains('\0') => return "strict $ ? (1 == 2)".to_owned(),
            Value::Text(key) => {
                path.push('.');
                path.push_str(&serde_json::Value::from(key.as_str()).to_string());
            }
            _ => {}
        }
    }
    path.push_str(match as_what {
        JsonAs::Text => " ? (@.type() == \"string\")",
        JsonAs::Integer => {
            " ? (@.type() == \"number\" && @ >= -9223372036854775808 && @ <= 9223372036854775807 && @.floor() == @)"
        }
        JsonAs::Float => " ? (@.type() == \"number\" && @ >= -1.7976931348623157e308 && @ <= 1.7976931348623157e308)",
        JsonAs::Bool => " ? (@.type() == \"boolean\")",
        JsonAs::Existence => "",
    });
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_escaped_and_never_spliced() {
        let segments = [Value::Text("a\"].b \\".into()), Value::Int(0)];
        let path = json_path(&segments, JsonAs::Existence);
        assert_eq!(path, r#"strict $."a\"].b \\"[0]"#);
        let text = json_path(&segments[1..], JsonAs::Text);
        assert_eq!(text, r#"strict $[0] ? (@.type() == "string")"#);
    }
}
