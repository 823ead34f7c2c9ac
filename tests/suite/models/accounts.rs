//! Accounts with payments of every kind of number, to be counted and summed per account.

use rust_decimal::Decimal;
use toasty::{BelongsTo, HasMany, HasOne, Model, ModelDef, toasty};

toasty! {
    #[derive(Clone, PartialEq)]
    pub model Account {
        id: u64 [key],
        owner: String,
        city: Option<String> [sensitive],
        budget: i64 = 0,
        spent: u64 = 0u64,
        payments: HasMany<Payment>,
        card: HasOne<Card>,
    }

    #[derive(Clone, PartialEq)]
    pub model Payment {
        id: u64 [key],
        account_id: u64 [index],
        account: BelongsTo<Account>,
        shop_id: Option<u64> [index],
        shop: Option<BelongsTo<Shop>>,
        cents: i64,
        points: u64 = 0u64,
        amount: Decimal = Decimal::ZERO,
        share: f64 = 0.0,
        memo: Option<String>,
    }

    #[derive(Clone, PartialEq)]
    pub model Shop {
        id: u64 [key],
        name: String,
        region: Option<String>,
        payments: HasMany<Payment>,
    }

    /// Nothing keeps an account from having two.
    #[derive(Clone, PartialEq)]
    pub model Card {
        id: u64 [key],
        account_id: u64 [index],
        account: BelongsTo<Account>,
        label: String,
        digits: Option<String>,
    }
}

pub const ACCOUNTS: &[&ModelDef] = &[Account::DEF, Payment::DEF, Shop::DEF, Card::DEF];
