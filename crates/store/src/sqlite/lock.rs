//! The right to write a store's file, held by a lock on a file beside it.

use super::connection::unavailable;
use engine::store::StoreError;
use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// How often the lock is tried when other servers give theirs up at the same moment.
const TRIES_MAX: usize = 8;

/// The one name by which a store is locked, whatever name led to it.
///
/// # Errors
/// When the file has a second name that cannot be told from its first: who opens it by that would not be kept away.
pub(super) fn only_name_of(path: &Path) -> Result<PathBuf, StoreError> {
    let Ok(resolved) = path.canonicalize() else { return Ok(path.to_owned()) };
    let is_named_twice = resolved.metadata().is_ok_and(|file| file.is_file() && file.nlink() > 1);
    if is_named_twice {
        let reason = format!("{} has several names (hard links); a store must have one", path.display());
        return Err(unavailable("open the store", reason));
    }
    // What is told to people is what they wrote.
    Ok(if path.is_symlink() { resolved } else { path.to_owned() })
}

/// Keeps other servers away for as long as it lives; a killed process loses it.
pub(super) struct StoreLock {
    file: File,
    place: PathBuf,
}

impl StoreLock {
    /// Takes the right to write the file at `path`.
    pub(super) fn take(path: &Path) -> Result<Self, StoreError> {
        let attempted = "lock the store";
        let in_use = || unavailable(attempted, format!("{} is in use by another server", path.display()));
        let place = path.with_added_extension("lock");
        for _ in 0..TRIES_MAX {
            let file = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(&place)
                .map_err(|error| unavailable("open the store", format!("{}: {error}", place.display())))?;
            file.try_lock().map_err(|error| match error {
                TryLockError::WouldBlock => in_use(),
                TryLockError::Error(error) => unavailable(attempted, error),
            })?;
            let lock = Self { file, place: place.clone() };
            if lock.is_in_its_place() {
                return Ok(lock);
            }
        }
        Err(in_use())
    }

    /// Whether the locked file is still the one that others find: who held it before may have removed it between
    /// our opening and our locking it.
    fn is_in_its_place(&self) -> bool {
        let same =
            |held: std::fs::Metadata, found: std::fs::Metadata| (held.dev(), held.ino()) == (found.dev(), found.ino());
        self.file.metadata().and_then(|held| Ok(same(held, std::fs::metadata(&self.place)?))).unwrap_or(false)
    }

    /// Gives the right up and leaves no lock file behind. Only who holds the lock may remove the file.
    pub(super) fn remove(self) {
        // What cannot be removed stays and does no harm.
        drop(std::fs::remove_file(&self.place));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn a_lock_that_is_held_is_refused_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("seatwright.db");
        let held = StoreLock::take(&store).unwrap();
        for _ in 0..2 {
            let refusal = StoreLock::take(&store).err().unwrap().to_string();
            assert!(refusal.ends_with("seatwright.db is in use by another server"), "{refusal}");
        }
        drop(held);
        StoreLock::take(&store).unwrap().remove();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_lock_that_was_removed_by_its_holder_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("seatwright.db");
        let lock = StoreLock::take(&store).unwrap();
        assert!(lock.is_in_its_place());
        std::fs::remove_file(&lock.place).unwrap();
        assert!(!lock.is_in_its_place());
        let _other = StoreLock::take(&store).unwrap();
        assert!(!lock.is_in_its_place());
    }

    #[test]
    fn of_many_that_come_and_go_one_holds_it_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("seatwright.db");
        let (holders, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let come_and_go = || {
            for _ in 0..2_000 {
                let Ok(lock) = StoreLock::take(&store) else { continue };
                assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0);
                taken.fetch_add(1, Ordering::SeqCst);
                assert_eq!(holders.fetch_sub(1, Ordering::SeqCst), 1);
                lock.remove();
            }
        };
        std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(come_and_go))));
        assert!(taken.into_inner() > 0);
    }
}
