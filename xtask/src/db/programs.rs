//! The programs of PostgreSQL: found, or installed from the distribution when we may.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::{is_root, succeed};

/// Where Debian puts the versions of PostgreSQL.
const VERSIONS: &str = "/usr/lib/postgresql";
/// Debian asks this program whether a package may start its service.
const POLICY: &str = "/usr/sbin/policy-rc.d";
/// The answer that it may not.
const NO_SERVICES: &str = "#!/bin/sh\nexit 101\n";
/// Who runs the server when root starts it: a user of this name comes with Debian's package.
const USER: &str = "postgres";

pub(super) struct Programs {
    folder: PathBuf,
}

impl Programs {
    pub(super) fn find_or_install() -> Result<Self> {
        if let Some(found) = Self::find()? {
            return Ok(found);
        }
        if !is_root() {
            bail!("there is no PostgreSQL; install it, on Debian with `apt-get install postgresql`");
        }
        install()?;
        Self::find()?.with_context(|| format!("PostgreSQL was installed, but is not in {VERSIONS}"))
    }

    /// The newest version; `None` when there is none.
    pub(super) fn find() -> Result<Option<Self>> {
        let Ok(versions) = fs::read_dir(VERSIONS) else { return Ok(None) };
        let mut newest = None;
        for version in versions {
            let version = version?;
            let number: Option<u32> = version.file_name().to_string_lossy().parse().ok();
            let folder = version.path().join("bin");
            if number.is_some() && folder.join("initdb").exists() {
                newest = newest.max(Some((number, folder)));
            }
        }
        Ok(newest.map(|(_, folder)| Self { folder }))
    }

    /// Whose the data must be, when it is not us.
    pub(super) fn owner(&self) -> Option<&'static str> {
        is_root().then_some(USER)
    }

    /// One of the programs, run as the owner of the data.
    pub(super) fn command(&self, name: &str) -> Command {
        let program = self.folder.join(name);
        match self.owner() {
            None => Command::new(program),
            Some(owner) => {
                let mut command = Command::new("runuser");
                command.args(["-u", owner, "--"]).arg(program);
                command
            }
        }
    }
}

fn install() -> Result<()> {
    eprintln!("installing the package postgresql");
    succeed(Command::new("apt-get").args(["update", "-q"]))?;
    let may_decide = !Path::new(POLICY).exists();
    if may_decide {
        fs::write(POLICY, NO_SERVICES)?;
        succeed(Command::new("chmod").args(["755", POLICY]))?;
    }
    let mut install = Command::new("apt-get");
    install.args(["install", "-y", "-q", "--no-install-recommends", "postgresql"]);
    let installed = succeed(install.env("DEBIAN_FRONTEND", "noninteractive"));
    if may_decide {
        fs::remove_file(POLICY)?;
    }
    installed.map(drop)
}
