//! Embedded values, in columns of their own and by path; names that are words of SQL or odd.

use crate::cases::on_every_database;
use crate::models::keys::{Order, Select};
use crate::models::values::{Address, City, PARCELS, Parcel, address};
use toasty::{Db, Model, ModelDef, Result, create};

const MODELS: &[&ModelDef] = &[PARCELS[0], Select::DEF];

async fn an_embedded_value_comes_back_whole(db: &Db) -> Result<()> {
    let sender = Address {
        zip: Some("3000".into()),
        ..address("1 Main St", "Bern", 134_000)
    };
    let parcel = create!(Parcel {
        sender: &sender,
        receiver: address("", "", u32::MAX)
    })
    .exec(db)
    .await?;
    let read = Parcel::get_by_id(db, parcel.id).await?;
    assert_eq!(read, parcel);
    assert_eq!(read.sender, sender);
    assert_eq!(
        read.receiver,
        Address {
            street: String::new(),
            city: City {
                name: String::new(),
                population: u32::MAX
            },
            zip: None
        }
    );
    Ok(())
}

async fn an_embedded_value_is_flattened_into_columns(db: &Db) -> Result<()> {
    let names: Vec<_> = Parcel::DEF
        .columns
        .iter()
        .map(|column| column.name())
        .collect();
    let expected = [
        "id",
        "sender_street",
        "sender_city_name",
        "sender_city_population",
        "sender_postcode",
    ];
    assert_eq!(names[..5], expected);
    assert_eq!(
        names[5..],
        [
            "to_street",
            "to_city_name",
            "to_city_population",
            "to_postcode"
        ]
    );
    create!(Parcel {
        sender: address("a", "b", 1),
        receiver: address("c", "d", 2)
    })
    .exec(db)
    .await?;
    Ok(())
}

async fn the_database_has_a_column_for_each_part(db: &Db) -> Result<()> {
    db.run_sql("SELECT sender_city_population, to_postcode FROM parcel")
        .await
}

async fn an_embedded_value_is_filtered_by_its_path(db: &Db) -> Result<()> {
    create!(Parcel {
        sender: address("a", "Bern", 1),
        receiver: address("b", "Basel", 2)
    })
    .exec(db)
    .await?;
    create!(Parcel {
        sender: address("c", "Basel", 3),
        receiver: address("d", "Bern", 4)
    })
    .exec(db)
    .await?;
    let from = Parcel::filter(|parcel| parcel.sender.city.name.eq("Bern"))
        .one(db)
        .await?;
    assert_eq!(from.receiver.street, "b");
    let to = Parcel::filter(|parcel| {
        parcel.receiver.city.population.gt(3) & parcel.receiver.zip.is_null()
    })
    .one(db)
    .await?;
    assert_eq!(to.sender.street, "c");
    let crossed = Parcel::filter(|parcel| parcel.sender.city.name.eq(parcel.receiver.city.name))
        .count(db)
        .await?;
    assert_eq!(crossed, 0, "column to column, across two embedded values");
    Ok(())
}

async fn an_embedded_value_orders_by_its_path(db: &Db) -> Result<()> {
    for population in [2, 4, 3] {
        create!(Parcel {
            sender: address("a", "Bern", 1),
            receiver: address("b", "Basel", population)
        })
        .exec(db)
        .await?;
    }
    let order = Parcel::all()
        .order_by(|parcel| parcel.receiver.city.population.desc())
        .all(db)
        .await?;
    assert_eq!(order[0].receiver.city.population, 4);
    Ok(())
}

async fn an_embedded_value_is_replaced_as_a_whole(db: &Db) -> Result<()> {
    let parcel = create!(Parcel {
        sender: address("a", "Bern", 1),
        receiver: address("b", "Basel", 2)
    })
    .exec(db)
    .await?;
    parcel
        .update()
        .receiver(address("z", "Zug", 9))
        .exec(db)
        .await?;
    let read = Parcel::get_by_id(db, parcel.id).await?;
    assert_eq!(
        (read.sender, read.receiver),
        (parcel.sender, address("z", "Zug", 9))
    );
    Ok(())
}

async fn names_of_columns_that_are_words_of_a_language_or_odd_are_no_trouble(
    db: &Db,
) -> Result<()> {
    let row = create!(Select {
        r#type: "select",
        group: 5,
        from: "from"
    })
    .exec(db)
    .await?;
    assert_eq!(Select::get_by_id(db, row.id).await?, row);
    let found = Select::filter(|row| {
        row.r#type.eq("select") & row.group.gt(4) & row.from.starts_with("fr")
    })
    .one(db)
    .await?;
    assert_eq!(found.id, row.id);
    row.update().r#type("update").exec(db).await?;
    assert_eq!(
        Select::filter(|row| row.r#type.eq("update"))
            .delete()
            .exec(db)
            .await?,
        1
    );
    Ok(())
}

async fn the_name_of_a_table_that_is_odd_is_no_trouble(db: &Db) -> Result<()> {
    db.create_tables_of(&[Order::DEF]).await?;
    let order = create!(Order {
        r#type: "select",
        group: 5,
        select: "from"
    })
    .exec(db)
    .await?;
    assert_eq!(Order::get_by_id(db, order.id).await?, order);
    let found = Order::filter(|order| {
        order.r#type.eq("select") & order.group.gt(4) & order.select.starts_with("fr")
    })
    .one(db)
    .await?;
    assert_eq!(found.id, order.id);
    order.update().r#type("update").exec(db).await?;
    assert_eq!(
        Order::filter(|order| order.r#type.eq("update"))
            .delete()
            .exec(db)
            .await?,
        1
    );
    Ok(())
}

on_every_database! { MODELS;
    an_embedded_value_comes_back_whole,
    an_embedded_value_is_flattened_into_columns,
    the_database_has_a_column_for_each_part [dynamodb: "SQL of your own"],
    an_embedded_value_is_filtered_by_its_path,
    an_embedded_value_orders_by_its_path [dynamodb: "this order"],
    an_embedded_value_is_replaced_as_a_whole,
    names_of_columns_that_are_words_of_a_language_or_odd_are_no_trouble,
    the_name_of_a_table_that_is_odd_is_no_trouble [dynamodb: "the name of its table"],
}
