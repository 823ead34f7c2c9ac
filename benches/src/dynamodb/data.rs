//! The rows: what the tables hold before the rounds, and what is written in them.

/// Rows of `users`, and of `posts`, ten of each user.
pub const USERS: u64 = 100;
pub const POSTS: u64 = USERS * 10;

/// Whoever the posts belong to that the operations write, so that what is read stays as it is.
pub const NOBODY: u64 = 1_000_000;

pub struct NewUser {
    pub name: String,
    pub email: String,
}

pub struct NewPost {
    pub user_id: u64,
    pub title: String,
    pub body: String,
    pub published: bool,
    pub views: i64,
}

pub fn email(user: u64) -> String {
    format!("user{user}@example.com")
}

impl NewUser {
    pub fn numbered(id: u64) -> Self {
        NewUser {
            name: format!("User Number {id}"),
            email: email(id),
        }
    }
}

impl NewPost {
    pub fn numbered(id: u64, user_id: u64) -> Self {
        NewPost {
            user_id,
            title: format!("Post {id}"),
            body: format!(
                "Lorem ipsum dolor sit amet, consectetur adipiscing elit, \
                 sed do eiusmod tempor incididunt ut labore {id}"
            ),
            published: !id.is_multiple_of(3),
            views: 7,
        }
    }
}

/// The digest of one user of either side.
pub fn digest_user(id: u64, name: &str, email: &str) -> u64 {
    id.wrapping_mul(31)
        .wrapping_add((name.len() as u64) << 8)
        .wrapping_add((email.len() as u64) << 16)
}

/// The digest of one post of either side, without its id: both write the same posts with ids of their own.
pub fn digest_post(user_id: u64, title: &str, body: &str, published: bool, views: i64) -> u64 {
    user_id
        .wrapping_mul(17)
        .wrapping_add((title.len() as u64) << 8)
        .wrapping_add((body.len() as u64) << 16)
        .wrapping_add(u64::from(published) << 24)
        .wrapping_add((views as u64) << 25)
}
