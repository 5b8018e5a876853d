//! Words from one node to the others, heard when the transaction that says them is committed (`LISTEN` and `NOTIFY`).

use sqlx::Executor as _;
use sqlx::postgres::PgListener;

use super::{Db, StoreError, Tx};

const CHANNEL: &str = "guildhall";
const TELL: &str = "SELECT pg_notify('guildhall', $1)";
const ARE_YOU_THERE: &str = "SELECT 1";

/// Tells all who listen, once this transaction is committed. Nothing on SQLite, where there is nobody else.
///
/// # Errors
/// When the database fails.
pub async fn tell(tx: &mut Tx, words: &str) -> Result<(), StoreError> {
    if let Tx::Postgres(tx) = tx {
        sqlx::query(TELL).bind(words).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Who listens, by a connection that nobody else uses.
pub struct Ears(PgListener);

impl Ears {
    /// Listens from now on.
    ///
    /// # Errors
    /// When the database cannot be reached, or on SQLite.
    pub async fn open(db: &Db) -> Result<Self, StoreError> {
        let Db::Postgres(pool) = db.aside()? else {
            return Err(StoreError::Open("SQLite tells nobody anything".into()));
        };
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.listen(CHANNEL).await?;
        Ok(Self(listener))
    }

    /// Waits for the next words. `None` when the connection was lost meanwhile: what was said then, nobody has heard.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn hear(&mut self) -> Result<Option<String>, StoreError> {
        Ok(self.0.try_recv().await?.map(|said| said.payload().to_owned()))
    }

    /// Makes sure that the other end is still there.
    ///
    /// # Errors
    /// When it is not.
    pub async fn check(&mut self) -> Result<(), StoreError> {
        self.0.execute(ARE_YOU_THERE).await?;
        Ok(())
    }
}
