//! SeaORM 2 by its documented calls (`find_by_id`, `ActiveModel::update`, `Entity::load().with`,
//! `cursor_by`), over its default sqlx pool capped at one connection, with statement logging off.

use sea_orm::entity::prelude::*;
use sea_orm::{
    ActiveValue::{NotSet, Set, Unchanged},
    ConnectOptions, Database, QueryOrder, QuerySelect, TransactionTrait,
};

use crate::data::{NewPost, NewUser};
use crate::databases::Location;
use crate::digest::{Digest, digest_posts, digest_user};
use crate::peer::{Failure, Outcome, Peer};

mod user {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "users")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
        #[sea_orm(unique)]
        pub email: String,
        pub created_at: i64,
        #[sea_orm(has_many)]
        pub posts: HasMany<super::post::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

mod post {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "posts")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub user_id: i64,
        pub title: String,
        pub body: String,
        pub published: bool,
        pub views: i64,
        #[sea_orm(belongs_to, from = "user_id", to = "id")]
        pub author: BelongsTo<super::user::Entity>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// Rows of one INSERT of many: SQLite takes 32,766 parameters a statement, PostgreSQL 65,535; SeaORM
/// splits nothing.
const ROWS_PER_STATEMENT: usize = 5_000;

pub struct SeaOrm(DatabaseConnection);

fn active(post: &NewPost) -> post::ActiveModel {
    post::ActiveModel {
        id: NotSet,
        user_id: Set(post.user_id),
        title: Set(post.title.clone()),
        body: Set(post.body.clone()),
        published: Set(post.published),
        views: Set(post.views),
    }
}

#[cold]
fn missing() -> Failure {
    Failure("no such row".to_owned())
}

impl Peer for SeaOrm {
    async fn open(location: &Location) -> Outcome<Self> {
        let url = match location {
            Location::Memory => "sqlite::memory:".to_owned(),
            Location::File(path) => format!("sqlite://{}?mode=rwc", path.display()),
            #[cfg(feature = "postgresql")]
            Location::Postgresql(url) => url.clone(),
        };
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(1)
            .min_connections(1)
            .sqlx_logging(false);
        Ok(SeaOrm(Database::connect(options).await?))
    }

    async fn run_sql(&mut self, sql: &str) -> Outcome<()> {
        self.0.execute_unprepared(sql).await?;
        Ok(())
    }

    async fn user_by_id(&mut self, id: i64) -> Outcome<Digest> {
        let user = user::Entity::find_by_id(id)
            .one(&self.0)
            .await?
            .ok_or_else(missing)?;
        Ok(digest_user!(user))
    }

    async fn user_by_email(&mut self, email: &str) -> Outcome<Digest> {
        let user = user::Entity::find()
            .filter(user::Column::Email.eq(email))
            .one(&self.0)
            .await?
            .ok_or_else(missing)?;
        Ok(digest_user!(user))
    }

    async fn list_posts(&mut self, from_user: i64) -> Outcome<Digest> {
        let posts = post::Entity::find()
            .filter(post::Column::UserId.gte(from_user))
            .order_by_asc(post::Column::UserId)
            .limit(100)
            .all(&self.0)
            .await?;
        Ok(digest_posts!(posts))
    }

    async fn all_posts(&mut self) -> Outcome<Digest> {
        let posts = post::Entity::find().all(&self.0).await?;
        Ok(digest_posts!(posts))
    }

    async fn users_with_posts(&mut self, first: i64, last: i64) -> Outcome<Digest> {
        let users = user::Entity::load()
            .filter(user::Column::Id.gte(first))
            .filter(user::Column::Id.lte(last))
            .with(post::Entity)
            .all(&self.0)
            .await?;
        Ok(users.iter().fold(0, |digest: u64, user| {
            digest
                .wrapping_add(digest_user!(user))
                .wrapping_add(digest_posts!(user.posts))
        }))
    }

    async fn insert_user(&mut self, user: &NewUser) -> Outcome<i64> {
        let new = user::ActiveModel {
            id: NotSet,
            name: Set(user.name.clone()),
            email: Set(user.email.clone()),
            created_at: Set(user.created_at),
        };
        let inserted = user::Entity::insert(new).exec(&self.0).await?;
        Ok(inserted.last_insert_id)
    }

    async fn insert_posts(&mut self, posts: &[NewPost]) -> Outcome<()> {
        let transaction = self.0.begin().await?;
        for rows in posts.chunks(ROWS_PER_STATEMENT) {
            post::Entity::insert_many(rows.iter().map(active))
                .exec_without_returning(&transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    async fn update_user(&mut self, id: i64, name: &str) -> Outcome<()> {
        let changed = user::ActiveModel {
            id: Unchanged(id),
            name: Set(name.to_owned()),
            ..Default::default()
        };
        changed.update(&self.0).await?;
        Ok(())
    }

    async fn delete_user(&mut self, id: i64) -> Outcome<()> {
        user::Entity::delete_by_id(id).exec(&self.0).await?;
        Ok(())
    }

    async fn transaction(&mut self, post: &NewPost, ids: [i64; 4], views: i64) -> Outcome<Digest> {
        let transaction = self.0.begin().await?;
        let mut digest = 0u64;
        let inserted = post::Entity::insert(active(post))
            .exec(&transaction)
            .await?;
        for id in ids {
            let user = user::Entity::find_by_id(id)
                .one(&transaction)
                .await?
                .ok_or_else(missing)?;
            digest = digest.wrapping_add(digest_user!(user));
            let changed = post::ActiveModel {
                id: Unchanged(id),
                views: Set(views),
                ..Default::default()
            };
            changed.update(&transaction).await?;
        }
        post::Entity::delete_by_id(inserted.last_insert_id)
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(digest)
    }

    async fn walk_pages(&mut self, pages: usize, per_page: usize) -> Outcome<Digest> {
        let (mut digest, mut after) = (0u64, 0);
        for _ in 0..pages {
            let posts = post::Entity::find()
                .cursor_by(post::Column::Id)
                .after(after)
                .first(per_page as u64)
                .all(&self.0)
                .await?;
            digest = digest.wrapping_add(digest_posts!(posts));
            after = posts.last().map_or(after, |post| post.id);
        }
        Ok(digest)
    }
}
