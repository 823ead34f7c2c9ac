//! What every case about values does with a value.

/// Writes each value into both models, reads it back by key, by an equal filter and in a list, and expects it equal.
macro_rules! round_trip {
    ( $db:ident, $field:ident, [ $( $value:expr ),* $(,)? ] ) => {{
        $(
            let value = $value;
            let written = create!(Everything { $field: value.clone() }).exec($db).await?;
            assert_eq!(written.$field, value);
            let read = Everything::get_by_id($db, written.id).await?;
            assert_eq!(read, written);
            assert_eq!(read.$field, value);
            let found = Everything::filter(|row| row.$field.eq(value.clone()) & row.id.eq(written.id)).one($db).await?;
            assert_eq!(found.$field, value);
            assert!(Everything::filter(|row| row.$field.in_list([value.clone()]) & row.id.eq(written.id)).exists($db).await?);

            let written = create!(Anything { $field: value.clone() }).exec($db).await?;
            assert_eq!(written.$field, Some(value.clone()));
            assert_eq!(Anything::get_by_id($db, written.id).await?, written);
            Anything::update_by_id(written.id).$field(None::<_>.or(Some(value.clone()))).exec($db).await?;
            assert_eq!(Anything::get_by_id($db, written.id).await?, written);
        )*
        let absent = create!(Anything {}).exec($db).await?;
        assert_eq!(absent.$field, None);
        assert_eq!(Anything::get_by_id($db, absent.id).await?.$field, None);
        assert_eq!(Anything::filter(|row| row.$field.is_null()).count($db).await?, 1);
    }};
}
pub(crate) use round_trip;
