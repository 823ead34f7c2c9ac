//! Views of models that stand elsewhere.

use super::accounts::Payment;
use super::keys::Login;
use super::people::{Person, Task};
use super::values::{Address, Parcel};
use rust_decimal::Decimal;
use toasty::toasty;

toasty! {
    /// What a list of tasks shows; its fields stand in another order than the model's.
    #[derive(Clone, PartialEq)]
    pub view TaskTitle of Task { title: String, rank: Option<i64>, id: u64 }

    #[derive(Clone, PartialEq)]
    pub view PersonName of Person { name: String }

    #[derive(Clone, PartialEq)]
    pub view Secret of Login { name: String, password: String }

    /// With an embedded value, whose columns are not the first.
    #[derive(Clone, PartialEq)]
    pub view Receiver of Parcel { receiver: Address, id: u64 }

    #[derive(Clone, PartialEq)]
    pub view PaymentNote of Payment { memo: Option<String>, amount: Decimal, id: u64 }
}
