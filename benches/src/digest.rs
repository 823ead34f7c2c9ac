//! Digests, by which the harness knows that every peer read the same rows, all fields of them.
//!
//! Each library has structs of its own with the same fields, hence macros.

pub type Digest = u64;

#[inline]
pub fn user(id: u64, name: &str, email: &str, created_at: i64) -> Digest {
    id.wrapping_mul(31)
        .wrapping_add((name.len() as u64) << 8)
        .wrapping_add((email.len() as u64) << 16)
        .wrapping_add(created_at as u64)
}

#[inline]
pub fn post(id: u64, user_id: u64, title: &str, body: &str, published: bool, views: i64) -> Digest {
    id.wrapping_mul(31)
        .wrapping_add(user_id.wrapping_mul(17))
        .wrapping_add((title.len() as u64) << 8)
        .wrapping_add((body.len() as u64) << 16)
        .wrapping_add(u64::from(published) << 24)
        .wrapping_add((views as u64) << 25)
}

/// The digest of one user of any peer.
macro_rules! digest_user {
    ($user:expr) => {{
        let user = &$user;
        $crate::digest::user(user.id as u64, &user.name, &user.email, user.created_at)
    }};
}

/// The digest of a slice of posts of any peer.
macro_rules! digest_posts {
    ($posts:expr) => {{
        let mut digest: $crate::digest::Digest = 0;
        for post in $posts.iter() {
            digest = digest.wrapping_add($crate::digest::post(
                post.id as u64,
                post.user_id as u64,
                &post.title,
                &post.body,
                post.published,
                post.views,
            ));
        }
        digest
    }};
}

pub(crate) use {digest_posts, digest_user};
