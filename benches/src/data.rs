//! The rows that workloads write and the keys that they look up, made before any clock starts.

/// Rows of `posts` per row of `users`.
pub const POSTS_PER_USER: i64 = 10;

/// A fixed point in time, in microseconds since the epoch.
pub const BASE_TIME: i64 = 1_700_000_000_000_000;

/// How the body of every post begins.
pub const BODY: &str = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, \
                        sed do eiusmod tempor incididunt ut labore ";

pub struct NewUser {
    pub name: String,
    pub email: String,
    pub created_at: i64,
}

impl NewUser {
    pub fn numbered(n: i64) -> Self {
        NewUser {
            name: format!("New User {n}"),
            email: format!("new{n}@example.com"),
            created_at: BASE_TIME + n,
        }
    }
}

pub struct NewPost {
    pub user_id: i64,
    pub title: String,
    pub body: String,
    pub published: bool,
    pub views: i64,
}

impl NewPost {
    pub fn numbered(n: i64, users: i64) -> Self {
        NewPost {
            user_id: 1 + n % users,
            title: format!("New post {n}"),
            body: format!("{BODY}{n}"),
            published: n % 3 != 0,
            views: (n * 7919) % 10007,
        }
    }
}

/// What every batch draws from. Keys are scattered by a stride that is prime to any round number,
/// and differ from round to round, the same for all peers.
pub struct Dataset {
    pub users: i64,
    pub bulk: Vec<NewPost>,
    emails: Vec<String>,
    names: Vec<String>,
}

/// How many names `update_one` has, and how many of them one round may use.
const NAMES: u64 = 512;
const NAMES_PER_ROUND: u64 = 16;

impl Dataset {
    pub fn new(users: i64, bulk_rows: i64) -> Self {
        let email = |n: i64| format!("user{}@example.com", 1 + (n * 7919) % users);
        Dataset {
            users,
            bulk: (0..bulk_rows)
                .map(|n| NewPost::numbered(n, users))
                .collect(),
            emails: (0..users.min(4096)).map(email).collect(),
            names: (0..NAMES).map(|n| format!("Renamed {n:03}")).collect(),
        }
    }

    #[inline]
    pub fn id(&self, operation: u64, round: u64) -> i64 {
        1 + ((operation * 7919 + round * 131) % self.users as u64) as i64
    }

    #[inline]
    pub fn email(&self, operation: u64, round: u64) -> &str {
        &self.emails[((operation + round * 131) % self.emails.len() as u64) as usize]
    }

    /// A name that the user of this operation does not have yet: SQLite does not write a row that
    /// stays as it was, which would make some rounds cheaper than others. All are of one length.
    #[inline]
    pub fn new_name(&self, operation: u64, round: u64) -> &str {
        let pass = operation / self.users as u64;
        &self.names[((round * NAMES_PER_ROUND + pass) % NAMES) as usize]
    }
}
