//! Telling other nodes of work, and hearing of it.

use super::connection::{Failure, Result, Target};
use super::pool::NOT_IN_TIME;
use std::future::poll_fn;
use std::pin::pin;
use tokio_postgres::AsyncMessage;

/// Tells every node that listens, with the commit. A commit with a `NOTIFY` in it waits for all others of the database
/// that have one, so nobody is told while work of the tenant waits already: who does that looks again when it is done.
pub(super) const TELL: &str = "SELECT pg_notify('seatwright_work', '') WHERE
    NOT EXISTS (SELECT 1 FROM pending_users WHERE tenant_id = $1)
    AND NOT EXISTS (SELECT 1 FROM pending_groups WHERE tenant_id = $1)
    AND NOT EXISTS (SELECT 1 FROM pending_rules WHERE tenant_id = $1)
    AND NOT EXISTS (SELECT 1 FROM pending_skus WHERE tenant_id = $1)";
/// Tells every node whatever waits.
pub(super) const TELL_ANYHOW: &str = "SELECT pg_notify('seatwright_work', '')";
const LISTEN: &str = "LISTEN seatwright_work";

/// Calls `wake` whenever a node was told of work, and first when it listens: something may have been missed before.
/// Ends when the connection does.
pub(super) async fn listen(target: &Target, wake: &(dyn Fn() + Send + Sync)) -> Result<()> {
    let mut too_late = pin!(tokio::time::sleep(target.connect_timeout()));
    let not_in_time = || Failure::Refused(NOT_IN_TIME.to_owned());
    let (client, mut connection) = tokio::select! {
        connected = target.config.connect(target.tls.clone()) => connected?,
        () = &mut too_late => return Err(not_in_time()),
    };
    let mut listening = pin!(client.batch_execute(LISTEN));
    let mut is_listening = false;
    loop {
        tokio::select! {
            listens = &mut listening, if !is_listening => {
                listens?;
                is_listening = true;
                wake();
            }
            () = &mut too_late, if !is_listening => return Err(not_in_time()),
            message = poll_fn(|context| connection.poll_message(context)) => match message {
                Some(Ok(AsyncMessage::Notification(_))) => wake(),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => return Err(Failure::Refused("the connection was closed".to_owned())),
            }
        }
    }
}
