//! The models of the suite, by subject.

pub mod accounts;
pub mod arrays;
pub mod figures;
pub mod keys;
pub mod people;
pub mod readings;
pub mod texts;
pub mod tree;
pub mod values;
pub mod views;
