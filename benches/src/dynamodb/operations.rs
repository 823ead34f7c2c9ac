//! The operations: their names, and what both sides must be able to do.

use crate::Outcome;
use crate::data::{NewPost, NewUser};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    GetByKey,
    GetByUnique,
    QueryByIndex,
    Create,
    CreateWithUnique,
    UpdateByKey,
    DeleteByKey,
    CreateMany25,
    CreateMany100,
    IncludeHasMany10,
    IncludeBelongsTo50,
}

impl Operation {
    pub const ALL: [Operation; 11] = [
        Operation::GetByKey,
        Operation::GetByUnique,
        Operation::QueryByIndex,
        Operation::Create,
        Operation::CreateWithUnique,
        Operation::UpdateByKey,
        Operation::DeleteByKey,
        Operation::CreateMany25,
        Operation::CreateMany100,
        Operation::IncludeHasMany10,
        Operation::IncludeBelongsTo50,
    ];

    pub fn named(name: &str) -> Option<Operation> {
        Self::ALL
            .into_iter()
            .find(|operation| operation.name() == name)
    }

    pub fn name(self) -> &'static str {
        match self {
            Operation::GetByKey => "get_by_key",
            Operation::GetByUnique => "get_by_unique",
            Operation::QueryByIndex => "query_by_index",
            Operation::Create => "create",
            Operation::CreateWithUnique => "create_with_unique",
            Operation::UpdateByKey => "update_by_key",
            Operation::DeleteByKey => "delete_by_key",
            Operation::CreateMany25 => "create_25",
            Operation::CreateMany100 => "create_100",
            Operation::IncludeHasMany10 => "include_has_many_10",
            Operation::IncludeBelongsTo50 => "include_belongs_to_50",
        }
    }

    /// The rows that one operation writes, each with an id of its own.
    pub fn new_rows(self) -> u64 {
        match self {
            Operation::Create | Operation::CreateWithUnique | Operation::DeleteByKey => 1,
            Operation::CreateMany25 => 25,
            Operation::CreateMany100 => 100,
            Operation::GetByKey
            | Operation::GetByUnique
            | Operation::QueryByIndex
            | Operation::UpdateByKey
            | Operation::IncludeHasMany10
            | Operation::IncludeBelongsTo50 => 0,
        }
    }

    /// Whether one of these is as much work as ten of the others.
    pub fn is_of_many(self) -> bool {
        matches!(
            self,
            Operation::CreateMany25
                | Operation::CreateMany100
                | Operation::IncludeHasMany10
                | Operation::IncludeBelongsTo50
        )
    }
}

/// One way to do all operations. What is read is made into structs with owned fields, and answered with a digest of them.
pub trait Side {
    async fn user_by_id(&self, id: u64) -> Outcome<u64>;
    async fn user_by_email(&self, email: &str) -> Outcome<u64>;
    async fn posts_of(&self, user: u64) -> Outcome<u64>;
    async fn create_post(&self, id: u64, post: &NewPost) -> Outcome<()>;
    async fn create_user(&self, id: u64, user: &NewUser) -> Outcome<()>;
    async fn set_views(&self, post: u64, views: i64) -> Outcome<()>;
    async fn delete_post(&self, id: u64) -> Outcome<()>;
    /// All or none, with the ids that follow `first`, which is theirs too.
    async fn create_posts(&self, first: u64, posts: &[NewPost]) -> Outcome<()>;
    async fn users_with_posts(&self, ids: &[u64]) -> Outcome<u64>;
    async fn posts_with_user(&self, ids: &[u64]) -> Outcome<u64>;
}

/// Rows that operations take, made before any clock starts.
pub struct Material {
    pub user: NewUser,
    pub posts: Vec<NewPost>,
}

/// Does one operation. `turn` chooses what is read and changed; `new` is the first id of what is written or deleted.
pub async fn operate(
    side: &impl Side,
    operation: Operation,
    material: &Material,
    turn: u64,
    new: u64,
) -> Outcome<u64> {
    use crate::data::{POSTS, USERS, email};
    let user = 1 + turn * 37 % USERS;
    let post = 1 + turn * 37 % POSTS;
    match operation {
        Operation::GetByKey => side.user_by_id(user).await,
        Operation::GetByUnique => side.user_by_email(&email(user)).await,
        Operation::QueryByIndex => side.posts_of(user).await,
        Operation::Create => side.create_post(new, &material.posts[0]).await.map(|()| 1),
        Operation::CreateWithUnique => {
            let user = NewUser {
                name: material.user.name.clone(),
                email: email(new),
            };
            side.create_user(new, &user).await.map(|()| 1)
        }
        Operation::UpdateByKey => {
            let views = i64::try_from(turn)?;
            side.set_views(post, views).await.map(|()| 1)
        }
        Operation::DeleteByKey => side.delete_post(new).await.map(|()| 1),
        Operation::CreateMany25 => side
            .create_posts(new, &material.posts[..25])
            .await
            .map(|()| 25),
        Operation::CreateMany100 => side
            .create_posts(new, &material.posts[..100])
            .await
            .map(|()| 100),
        Operation::IncludeHasMany10 => {
            let ids: Vec<u64> = (0..10).map(|n| 1 + (turn + n) * 37 % USERS).collect();
            side.users_with_posts(&ids).await
        }
        Operation::IncludeBelongsTo50 => {
            // Each of another user: there are more users than that, and ten posts of each.
            let ids: Vec<u64> = (0..50).map(|n| 1 + (turn + n) * 10 % POSTS).collect();
            side.posts_with_user(&ids).await
        }
    }
}
