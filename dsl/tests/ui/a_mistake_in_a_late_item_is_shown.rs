toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
    }
    pub enum Color0 { Red, Blue }
    pub enum Color1 { Red, Blue }
    pub enum Color2 { Red, Blue }
    pub enum Color3 { Red, Blue }
    pub enum Color4 { Red, Blue }
    pub enum Color5 { Red, Blue }
    pub enum Color6 { Red, Blue }
    pub enum Color7 { Red, Blue }
    pub enum Color8 { Red, Blue }
    pub enum Color9 { Red, Blue }
    pub enum Color10 { Red, Blue }
    pub enum Color11 { Red, Blue }
    pub enum Color12 { Red, Blue }
    pub enum Color13 { Red, Blue }
    pub enum Color14 { Red, Blue }
    pub enum Color15 { Red, Blue }
    pub enum Color16 { Red, Blue }
    pub enum Color17 { Red, Blue }
    pub enum Color18 { Red, Blue }
    pub enum Color19 { Red, Blue }
    pub enum Color20 { Red, Blue }
    pub enum Color21 { Red, Blue }
    pub enum Color22 { Red, Blue }
    pub enum Color23 { Red, Blue }
    pub enum Color24 { Red, Blue }
    pub enum Color25 { Red, Blue }
    pub enum Color26 { Red, Blue }
    pub enum Color27 { Red, Blue }
    pub enum Color28 { Red, Blue }
    pub enum Color29 { Red, Blue }
    pub model Todo [index(user_id)];
}

fn main() {}
