//! What `cargo xtask soak` puts Placet through, and how often.

use clap::ValueEnum;

/// A trial, by the name it has on the command line and in its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Trial {
    /// The life of deliveries under a virtual clock, with random faults, crashes, sleeps and clock jumps
    Sim,
    /// kill -9 of the real process while items come in, decisions are made and answers go out
    Kill,
    /// Loss of power after every write of the ledger, un-synced writes dropped or torn
    Power,
    /// Secrets in every place where one can be, looked for where none may be
    Canary,
    /// What is acknowledged was synced before, seen in the system calls of the real process
    Fsync,
    /// A ledger's history tampered with by somebody who can write its file and has not the key
    Audit,
    /// Receivers with every fault there is, each of which has its state and its words
    Faults,
    /// URLs that must not connect, seen by those to whom they would
    Ssrf,
    /// Inputs of others through every door: the kept ones again, and new ones sought for so many seconds a target
    Fuzz,
    /// Tasks of a real Airflow answered in time, twice, too late and wrongly; needs two gigabytes, and minutes to install
    Airflow,
}

impl Trial {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sim => "sim",
            Self::Kill => "kill",
            Self::Power => "power",
            Self::Canary => "canary",
            Self::Fsync => "fsync",
            Self::Audit => "audit",
            Self::Faults => "faults",
            Self::Ssrf => "ssrf",
            Self::Fuzz => "fuzz",
            Self::Airflow => "airflow",
        }
    }

    /// How often in `cargo xtask test`.
    pub fn check_size(self) -> u64 {
        match self {
            Self::Sim => 20_000,
            Self::Kill => 500,
            Self::Power => 2,
            Self::Canary => 1,
            Self::Fsync => 20,
            Self::Audit => 2_000,
            Self::Faults | Self::Ssrf => 1,
            Self::Fuzz | Self::Airflow => 0,
        }
    }

    /// How often before a release.
    pub fn release_size(self) -> u64 {
        match self {
            Self::Sim => 2_000_000,
            Self::Kill => 20_000,
            Self::Power => 5_000,
            Self::Canary => 10,
            Self::Fsync => 1_000,
            Self::Audit => 100_000,
            Self::Faults => 100,
            Self::Ssrf => 10,
            Self::Fuzz => 60,
            Self::Airflow => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_is_asked_for_by_its_name() {
        for trial in Trial::value_variants() {
            assert_eq!(Trial::from_str(trial.name(), false), Ok(*trial));
        }
    }
}
