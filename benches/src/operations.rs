//! The operations themselves: what is timed, and what afterwards shows that it was done.

use crate::batch::Batch;
use crate::data::{Dataset, NewUser};
use crate::peer::{Failure, Outcome, Peer};
use crate::schema;
use crate::workload::Workload;

/// The timed part. Loops are inside the arms, so that choosing the workload costs nothing.
pub async fn operate<P: Peer>(
    peer: &mut P,
    dataset: &Dataset,
    batch: Batch,
    new_users: &[NewUser],
) -> Outcome<u64> {
    let Batch {
        operations, round, ..
    } = batch;
    let mut digest = 0u64;
    match batch.workload {
        Workload::LookupByKey => {
            for i in 0..operations {
                let user = peer.user_by_id(dataset.id(i, round)).await?;
                digest = digest.wrapping_add(user);
            }
        }
        Workload::LookupByUnique => {
            for i in 0..operations {
                let user = peer.user_by_email(dataset.email(i, round)).await?;
                digest = digest.wrapping_add(user);
            }
        }
        Workload::List100 => {
            for i in 0..operations {
                let from_user = 1 + dataset.id(i, round) % (dataset.users - 20);
                digest = digest.wrapping_add(peer.list_posts(from_user).await?);
            }
        }
        Workload::ScanAll => {
            for _ in 0..operations {
                digest = digest.wrapping_add(peer.all_posts().await?);
            }
        }
        Workload::Include100x10 => {
            for i in 0..operations {
                let first = 1 + dataset.id(i, round) % (dataset.users - 100);
                let users = peer.users_with_posts(first, first + 99).await?;
                digest = digest.wrapping_add(users);
            }
        }
        Workload::InsertOne => {
            for user in new_users {
                digest += u64::from(peer.insert_user(user).await? > dataset.users);
            }
        }
        Workload::BulkInsert => {
            for _ in 0..operations {
                peer.insert_posts(&dataset.bulk).await?;
                digest += 1;
            }
        }
        Workload::UpdateOne => {
            for i in 0..operations {
                let name = dataset.new_name(i, round);
                peer.update_user(dataset.id(i, round), name).await?;
                digest += 1;
            }
        }
        Workload::DeleteOne => {
            for i in 0..operations {
                peer.delete_user(schema::DOOMED + 1 + i as i64).await?;
                digest += 1;
            }
        }
        Workload::Transaction10 => {
            for i in 0..operations {
                let ids = std::array::from_fn(|k| dataset.id(i * 4 + k as u64, round));
                let users = peer.transaction(&dataset.bulk[0], ids, i as i64).await?;
                digest = digest.wrapping_add(users);
            }
        }
        Workload::Pages50x20 => {
            for _ in 0..operations {
                digest = digest.wrapping_add(peer.walk_pages(50, 20).await?);
            }
        }
        Workload::BulkUpdate => {
            for i in 0..operations {
                // Other views each time, the same for all peers.
                let shift = (round * 31 + i) as i64 % 1000;
                let views: Vec<(i64, i64)> = (1..=dataset.bulk.len() as i64)
                    .map(|id| (id, id + shift))
                    .collect();
                peer.update_posts(&views).await?;
                digest += 1;
            }
        }
        Workload::Batch10 => {
            for i in 0..operations {
                let ids = std::array::from_fn(|k| dataset.id(i * 10 + k as u64, round));
                digest = digest.wrapping_add(peer.ten_users(ids).await?);
            }
        }
    }
    Ok(digest)
}

/// Digests what the batch wrote, through the peer itself; nothing for a batch that only read.
pub async fn read_back<P: Peer>(peer: &mut P, dataset: &Dataset, batch: Batch) -> Outcome<u64> {
    let last = batch.operations - 1;
    match batch.workload {
        Workload::InsertOne => {
            let user = NewUser::numbered(last as i64);
            peer.user_by_email(&user.email).await
        }
        Workload::UpdateOne => peer.user_by_id(dataset.id(last, batch.round)).await,
        Workload::DeleteOne => match peer
            .user_by_id(schema::DOOMED + batch.operations as i64)
            .await
        {
            Ok(_) => Err(Failure("the deleted user is still there".to_owned())),
            Err(_) => Ok(0),
        },
        Workload::BulkInsert | Workload::BulkUpdate | Workload::Transaction10 => {
            peer.all_posts().await
        }
        Workload::LookupByKey
        | Workload::LookupByUnique
        | Workload::List100
        | Workload::ScanAll
        | Workload::Include100x10
        | Workload::Pages50x20
        | Workload::Batch10 => Ok(0),
    }
}
