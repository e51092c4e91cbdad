//! What can be typed of deliveries.

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Subcommand};
use placet_review::{DeliveryId, DeliveryState};

use crate::duration;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Deliveries {
    #[command(flatten)]
    pub(crate) which: Which,
    /// Begin with the oldest
    #[arg(long)]
    pub(crate) oldest_first: bool,
    /// Only what comes after this one: the last of the list before
    #[arg(long, value_name = "DELIVERY")]
    pub(crate) past: Option<DeliveryId>,
    /// How many at most
    #[arg(long, default_value_t = 50)]
    pub(crate) limit: u32,
    #[command(subcommand)]
    pub(crate) command: Option<OneDelivery>,
}

/// Which deliveries are meant.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Only those in this state (again for more)
    #[arg(long, value_name = "STATE", value_parser = state_names())]
    pub(crate) state: Vec<String>,
    /// Only this engine's
    #[arg(long)]
    pub(crate) engine: Option<String>,
    /// Only those decided longer ago than this, such as 90m, 2h or "1d 12h"
    #[arg(long, value_name = "TIME", value_parser = duration::seconds)]
    pub(crate) older_than: Option<u32>,
    /// Only those decided within this time, such as 90m, 2h or "1d 12h"
    #[arg(long, value_name = "TIME", value_parser = duration::seconds)]
    pub(crate) newer_than: Option<u32>,
}

/// Stands for all the states that nothing moves on from but a person.
pub(crate) const NEEDS_YOU: &str = "needs-you";

fn state_names() -> PossibleValuesParser {
    let states = DeliveryState::ALL.into_iter().map(DeliveryState::name);
    PossibleValuesParser::new(states.chain([NEEDS_YOU]).map(PossibleValue::new))
}

#[derive(Debug, Subcommand)]
pub(crate) enum OneDelivery {
    /// Tell a delivery's whole story
    Show {
        /// Its id
        delivery: DeliveryId,
    },
    /// Try a delivery again now, or all that fit
    Retry(Retry),
    /// Say that the engine has it: you know that it got through
    Confirm {
        /// Its id
        delivery: DeliveryId,
    },
    /// List the receivers that are spared because they fail, or have one tried now
    Origins {
        /// Send the next delivery to this one now, such as https://host:8443
        #[arg(long, value_name = "ORIGIN")]
        r#try: Option<String>,
    },
    /// Take the decision back while it is held; nothing is sent, and its item waits again
    Withdraw {
        /// Its id
        delivery: DeliveryId,
    },
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["delivery", "all"]))]
pub(crate) struct Retry {
    /// Its id
    #[arg(conflicts_with_all = ["state", "engine", "older_than", "newer_than", "yes"])]
    pub(crate) delivery: Option<DeliveryId>,
    /// All that fit and can be tried again
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) which: Which,
    /// Do not ask before trying all of them
    #[arg(long)]
    pub(crate) yes: bool,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use crate::arguments::Arguments;

    #[test]
    fn one_is_tried_again_or_all_that_fit_and_never_both() {
        let id = "01890a5d-ac96-774b-bcce-b302099a8057";
        let parse = |words: &[&str]| {
            Arguments::try_parse_from([&["placet", "deliveries", "retry"], words].concat()).map(drop)
        };
        assert!(parse(&[id]).is_ok());
        assert!(parse(&["--all", "--engine", "faces", "--older-than", "2h", "--yes"]).is_ok());
        for wrong in [
            &[][..],
            &[id, "--all"],
            &[id, "--engine", "faces"],
            &["--engine", "faces"],
            &["17"],
            &[id, "--yes"],
        ] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
        let unknown =
            Arguments::try_parse_from(["placet", "deliveries", "--state", "lost"]).expect_err("no state");
        let words = unknown.to_string();
        assert!(
            words.contains("unconfirmed") && words.contains("needs-you"),
            "it names those there are: {words}"
        );
    }
}
