//! Queries from the parameters of a request: what is on the list is asked, and all else is refused before anything is sent.

use crate::cases::{on_every_database, sorted};
use crate::models::figures::{FIGURES, Figure, Mood};
use crate::models::people::{PEOPLE, Person};
use crate::models::values::{Color, Everything, VALUES};
use toasty::{Db, ErrorKind, Filterable, ModelDef, Operator, Result, create};

const MODELS: &[&ModelDef] = &[
    FIGURES[0], PEOPLE[0], PEOPLE[1], PEOPLE[2], PEOPLE[3], VALUES[0],
];

async fn figures(db: &Db) -> Result<()> {
    for (id, shop, label, other) in [
        (1u64, "north", Some("a b"), Some(2)),
        (2, "north", None, None),
        (3, "south", Some("a+b"), Some(-7)),
        (4, "a,b", Some("ü&="), None),
    ] {
        create!(Figure {
            id,
            shop,
            label: label.map(String::from),
            other,
            done: id == 2,
            mood: if id == 3 { Mood::Angry } else { Mood::Calm },
        })
        .exec(db)
        .await?;
    }
    Ok(())
}

fn list() -> Filterable<Figure> {
    Figure::filterable()
        .field("id", |f| f.id)
        .field("shop", |f| f.shop)
        .field("label", |f| f.label)
        .field("other", |f| f.other)
        .field("done", |f| f.done)
        .field("mood", |f| f.mood)
        .field("tiny", |f| f.tiny)
        .sort("id", |f| f.id)
        .sort("shop", |f| f.shop)
}

async fn ids(db: &Db, text: &str) -> Result<Vec<u64>> {
    let rows = list().parse(text)?.all(db).await?;
    Ok(sorted(rows, |row| row.id)
        .into_iter()
        .map(|row| row.id)
        .collect())
}

async fn parameters_narrow_a_query(db: &Db) -> Result<()> {
    figures(db).await?;
    assert_eq!(ids(db, "").await?, [1, 2, 3, 4]);
    assert_eq!(ids(db, "shop=north").await?, [1, 2]);
    assert_eq!(ids(db, "?shop=north&other[gte]=2").await?, [1]);
    assert_eq!(ids(db, "shop[ne]=north&id[lt]=4").await?, [3]);
    assert_eq!(ids(db, "id[gt]=1&id[lte]=3").await?, [2, 3]);
    assert_eq!(ids(db, "other=-7").await?, [3]);
    assert_eq!(ids(db, "done=true").await?, [2]);
    assert_eq!(ids(db, "mood=Angry").await?, [3]);
    assert_eq!(ids(db, "mood[in]=Angry,Calm&done=0").await?, [1, 3, 4]);
    assert_eq!(ids(db, "other[is_null]=true").await?, [2, 4]);
    assert_eq!(ids(db, "other[is_null]=false").await?, [1, 3]);
    assert_eq!(
        ids(db, "shop[starts_with]=no&label[contains]=b").await?,
        [1]
    );
    Ok(())
}

async fn several_values_are_either(db: &Db) -> Result<()> {
    figures(db).await?;
    assert_eq!(ids(db, "id=1&id=3").await?, [1, 3]);
    assert_eq!(ids(db, "id[]=1&id[]=4").await?, [1, 4]);
    assert_eq!(ids(db, "id[in]=1,2&id[in]=4").await?, [1, 2, 4]);
    // A value with a comma is one value, where the parameter itself comes several times.
    assert_eq!(ids(db, "shop=a%2Cb&shop=south").await?, [3, 4]);
    Ok(())
}

async fn text_is_decoded(db: &Db) -> Result<()> {
    figures(db).await?;
    assert_eq!(ids(db, "label=a+b").await?, [1]);
    assert_eq!(ids(db, "label=a%20b").await?, [1]);
    assert_eq!(ids(db, "label=a%2Bb").await?, [3]);
    assert_eq!(ids(db, "label=%C3%BC%26%3D").await?, [4]);
    assert_eq!(ids(db, "label%5Bcontains%5D=%C3%BC").await?, [4]);
    let pairs = [("label", "a+b")];
    let rows = list().parse_pairs(pairs)?.all(db).await?;
    assert_eq!(
        rows[0].id, 3,
        "what a framework has decoded is not decoded again"
    );
    Ok(())
}

async fn values_of_every_type_are_read(db: &Db) -> Result<()> {
    let one = create!(Everything {
        truth: true,
        signed8: -128,
        signed16: 16i16,
        signed32: 32,
        signed64: i64::MIN,
        unsigned8: 255u8,
        unsigned16: 16u16,
        unsigned32: 32u32,
        unsigned64: 9_223_372_036_854_775_807u64,
        float32: 1.5f32,
        float64: -0.25,
        text: "t",
        uuid: uuid::Uuid::from_u128(7),
        instant: "2024-05-01T12:00:00.5Z".parse::<jiff::Timestamp>().unwrap(),
        date: jiff::civil::date(2024, 2, 29),
        time: jiff::civil::time(23, 59, 0, 0),
        date_time: jiff::civil::datetime(2024, 2, 29, 1, 2, 3, 0),
        decimal: rust_decimal::Decimal::new(1250, 2),
        color: Color::Green,
    })
    .exec(db)
    .await?;
    create!(Everything {}).exec(db).await?;
    let all = Everything::filterable()
        .field("truth", |e| e.truth)
        .field("signed8", |e| e.signed8)
        .field("signed16", |e| e.signed16)
        .field("signed32", |e| e.signed32)
        .field("signed64", |e| e.signed64)
        .field("unsigned8", |e| e.unsigned8)
        .field("unsigned16", |e| e.unsigned16)
        .field("unsigned32", |e| e.unsigned32)
        .field("unsigned64", |e| e.unsigned64)
        .field("float32", |e| e.float32)
        .field("float64", |e| e.float64)
        .field("text", |e| e.text)
        .field("uuid", |e| e.uuid)
        .field("instant", |e| e.instant)
        .field("date", |e| e.date)
        .field("time", |e| e.time)
        .field("date_time", |e| e.date_time)
        .field("decimal", |e| e.decimal)
        .field("color", |e| e.color);
    for text in [
        "truth=true",
        "signed8=-128",
        "signed16=16",
        "signed32=32",
        "signed64=-9223372036854775808",
        "unsigned8=255",
        "unsigned16=16",
        "unsigned32=32",
        "unsigned64=9223372036854775807",
        "float32=1.5",
        "float64=-0.25",
        "text=t",
        "uuid=00000000-0000-0000-0000-000000000007",
        "instant=2024-05-01T12:00:00.5Z",
        "instant=2024-05-01T14:00:00.5%2B02:00",
        "instant[gt]=2024-05-01T12:00:00Z",
        "date=2024-02-29",
        "time=23:59",
        "date_time=2024-02-29T01:02:03",
        "decimal=12.5",
        "color=gr%C3%BCn",
    ] {
        let found = all.parse(text)?.all(db).await?;
        let found: Vec<u64> = found.iter().map(|row| row.id).collect();
        assert_eq!(found, [one.id], "{text}");
    }
    for text in [
        "truth=yes",
        "signed8=128",
        "signed16=1e3",
        "unsigned8=-1",
        "unsigned64=18446744073709551616",
        "float32=1e39",
        "float64=NaN",
        "float64=inf",
        "uuid=7",
        "instant=2024-05-01T12:00:00",
        "instant=2024-05-01T14:00:00+02:00",
        "date=2024-02-30",
        "date=2024-02-29T01:02:03",
        "time=24:00",
        "time=2024-02-29T01:02:03",
        "date_time=2024-02-29T01:02:03Z",
        "date_time=2024-02-29T01:02:03%2B02:00",
        "decimal=0.00000000000000000000000000001",
        "decimal=1_000",
        "color=Green",
    ] {
        let error = all.parse(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidParameter, "{text}");
        let name = text.split_once('=').unwrap().0;
        assert_eq!(error.fields(), [name], "{text}");
    }
    Ok(())
}

async fn parameters_order_and_limit(db: &Db) -> Result<()> {
    figures(db).await?;
    let list = list().sort_by_default("-id").limit(2, 3);
    let ids = async |text: &str| -> Result<Vec<u64>> {
        let rows = list.parse(text)?.all(db).await?;
        Ok(rows.into_iter().map(|row| row.id).collect())
    };
    assert_eq!(ids("").await?, [4, 3]);
    assert_eq!(ids("sort=id").await?, [1, 2]);
    assert_eq!(ids("sort=-shop,id&limit=3").await?, [3, 1, 2]);
    let own = Figure::filter(|f| f.shop.eq("north")).limit(1);
    let rows = list.parse_onto(own, "sort=-id&limit=3")?.all(db).await?;
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [2]);
    for text in [
        "limit=4",
        "limit=0",
        "limit=x",
        "sort=name",
        "sort=id,-id",
        "sort=",
        "sort=id&sort=id",
    ] {
        let error = list.parse(text).unwrap_err();
        assert!(error.is_invalid_parameter(), "{text}: {error}");
    }
    Ok(())
}

async fn a_condition_of_ones_own_takes_a_typed_value(db: &Db) -> Result<()> {
    create!(Person { name: "Ann", tasks: [{ title: "Make pizza" }] })
        .exec(db)
        .await?;
    create!(Person { name: "Bob", tasks: [{ title: "Sleep" }] })
        .exec(db)
        .await?;
    let list = Person::filterable()
        .condition("task", |p, title: String| {
            p.tasks.any(|t| t.title.contains(title))
        })
        .condition(
            "named",
            |p, named: bool| if named { p.name.ne("") } else { p.name.eq("") },
        );
    let found = list.parse("task=pizza&named=true")?.one(db).await?;
    assert_eq!(found.name, "Ann");
    assert_eq!(list.parse("named=false")?.count(db).await?, 0);
    for text in ["named=maybe", "task[ne]=x", "task=a&task=b"] {
        assert!(
            list.parse(text).unwrap_err().is_invalid_parameter(),
            "{text}"
        );
    }
    Ok(())
}

/// What is wrong is said, and no value is.
async fn what_is_not_on_the_list_is_refused(db: &Db) -> Result<()> {
    figures(db).await?;
    let told = |text: &str| list().ignore("after").parse(text).unwrap_err().to_string();
    assert_eq!(
        told("shpo=CANARY"),
        "the parameter `shpo` is unknown; did you mean `shop`? [T0405]"
    );
    assert_eq!(
        told("password=CANARY"),
        "the parameter `password` is unknown; allowed: `id`, `shop`, `label`, `other`, `done`, `mood`, `tiny`, `sort` [T0405]"
    );
    assert_eq!(
        told("after=x&<script>CANARY</script>=1"),
        "the parameter number 2 is unknown; allowed: `id`, `shop`, `label`, `other`, `done`, `mood`, `tiny`, `sort` [T0405]"
    );
    assert_eq!(
        told("id[like]=CANARY"),
        "the parameter `id[like]` has an operator that is not allowed; the operators of `id` are `eq`, `ne`, `lt`, `lte`, \
         `gt`, `gte`, `in` [T0405]"
    );
    assert_eq!(
        told("tiny[in]=1,CANARY"),
        "the parameter `tiny[in]` is not an integer from 0 to 255; correct its value [T0405]"
    );
    assert_eq!(
        told("mood=CANARY"),
        "the parameter `mood` is not one of `Calm`, `Angry`; correct its value [T0405]"
    );
    assert_eq!(
        told("id[gt]=1&id[gt]=2"),
        "the parameter `id[gt]` comes twice; give it once [T0405]"
    );
    assert_eq!(
        told("label=%FF"),
        "the parameter `label` is not UTF-8; encode text as UTF-8, and then by % [T0405]"
    );
    let many = "id=1&".repeat(65);
    assert!(told(&many).starts_with("there are too many parameters"));
    let many = format!("id[in]={}", "1,".repeat(100) + "1");
    assert!(told(&many).contains("has too many values"));
    assert!(told(&"x".repeat(9_000)).starts_with("the parameters are too long"));
    let sent = Figure::filterable().parse("id=1").unwrap_err();
    assert_eq!(sent.advice(), Some("there is none that is allowed"));
    Ok(())
}

async fn an_operator_that_is_left_out_is_refused(db: &Db) -> Result<()> {
    figures(db).await?;
    let list = Figure::filterable().field_by("id", |f| f.id, [Operator::Equal]);
    assert_eq!(list.parse("id=1")?.one(db).await?.id, 1);
    for text in ["id[gt]=1", "id=1&id=2", "id[in]=1"] {
        assert!(
            list.parse(text).unwrap_err().is_invalid_parameter(),
            "{text}"
        );
    }
    let empty = Figure::filterable()
        .field("id", |f| f.id)
        .field("shop", |f| f.shop);
    assert!(empty.parse("id=").unwrap_err().is_invalid_parameter());
    assert_eq!(
        empty
            .skip_empty()
            .parse("id=&shop=south")?
            .one(db)
            .await?
            .id,
        3
    );
    let wrong = [
        Figure::filterable()
            .field("id", |f| f.id)
            .field("id", |f| f.tiny),
        Figure::filterable().field_by("id", |f| f.id, [Operator::Contains]),
        Figure::filterable()
            .sort("id", |f| f.id)
            .sort_by_default("shop"),
    ];
    for list in wrong {
        assert_eq!(list.parse("").unwrap_err().kind(), ErrorKind::Unsupported);
    }
    Ok(())
}

/// Clients write their parameters in any order, and the statement is one.
async fn the_order_of_the_parameters_makes_no_other_statement(_: &Db) -> Result<()> {
    let one = list().parse("shop=a&id[gt]=1&id[lt]=5")?.statement()?;
    let other = list().parse("id[lt]=7&id[gt]=2&shop=b")?.statement()?;
    assert_eq!(one.0, other.0);
    Ok(())
}

on_every_database! { MODELS;
    parameters_narrow_a_query,
    several_values_are_either,
    text_is_decoded,
    values_of_every_type_are_read,
    parameters_order_and_limit [dynamodb: "this order"],
    a_condition_of_ones_own_takes_a_typed_value [dynamodb: "a condition on the rows of a relation"],
    what_is_not_on_the_list_is_refused,
    an_operator_that_is_left_out_is_refused,
    the_order_of_the_parameters_makes_no_other_statement,
}
