//! When a callback that failed is tried again.

use serde::{Deserialize, Serialize};

use crate::Timestamp;

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// When a callback that failed is tried again, and when it is given up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Schedule {
    /// Two retries at once, then 15 minutes doubling to 16 hours; given up 36 hours after the first try
    /// (VoiceBase developer documentation, "Callback retry logic").
    #[default]
    Voicebase,
    /// The example schedule of the Standard Webhooks specification, "Retry schedule": 5 s, 5 min, 30 min,
    /// 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
    StandardWebhooks,
    /// For engines on this machine: 1 s doubling to 60 s, for a day.
    Fast,
    /// Of the profile's own.
    Custom(CustomSchedule),
}

/// Waits that a profile names itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomSchedule {
    /// The wait after each try that failed, in seconds; when they are used up, the delivery is given up.
    pub waits_seconds: Vec<u32>,
    /// How long after the first try no further one starts, in seconds.
    pub give_up_after_seconds: u32,
}

impl CustomSchedule {
    /// So many waits at most.
    const WAITS: usize = 100;
    /// No longer wait, and no longer life of a series: thirty days, in seconds.
    const LONGEST_SECONDS: u32 = 30 * 24 * 60 * 60;

    fn check(&self) -> Result<(), String> {
        if self.waits_seconds.len() > Self::WAITS {
            return Err(format!("schedule.custom.waits_seconds: at most {} waits", Self::WAITS));
        }
        let longest = self.waits_seconds.iter().copied().max().unwrap_or(0).max(self.give_up_after_seconds);
        if longest > Self::LONGEST_SECONDS {
            return Err(format!("schedule.custom: nothing may last longer than {} s", Self::LONGEST_SECONDS));
        }
        Ok(())
    }
}

impl Schedule {
    /// The word in profiles and on the screen.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Voicebase => "voicebase",
            Self::StandardWebhooks => "standard-webhooks",
            Self::Fast => "fast",
            Self::Custom(_) => "custom",
        }
    }

    /// Says what is wrong with it, as a sentence that names the member to change.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Self::Voicebase | Self::StandardWebhooks | Self::Fast => Ok(()),
            Self::Custom(custom) => custom.check(),
        }
    }

    /// The wait after the `tries`-th try (counted from 1) in milliseconds, or `None` to give up.
    fn wait_ms(&self, tries: u32) -> Option<i64> {
        match self {
            Self::Voicebase => match tries {
                0..=2 => Some(0),
                3..=9 => Some((15 * MINUTE) << (tries - 3)),
                _ => None,
            },
            Self::StandardWebhooks => {
                const WAITS: [i64; 9] = [
                    5 * SECOND,
                    5 * MINUTE,
                    30 * MINUTE,
                    2 * HOUR,
                    5 * HOUR,
                    10 * HOUR,
                    14 * HOUR,
                    20 * HOUR,
                    24 * HOUR,
                ];
                WAITS.get(tries.saturating_sub(1) as usize).copied()
            }
            Self::Fast => Some((SECOND << tries.saturating_sub(1).min(6)).min(60 * SECOND)),
            Self::Custom(custom) => {
                let wait = custom.waits_seconds.get(tries.saturating_sub(1) as usize)?;
                Some(i64::from(*wait) * SECOND)
            }
        }
    }

    /// The longest wait between two tries, in milliseconds.
    pub fn longest_wait_ms(&self) -> i64 {
        let waits = match self {
            Self::Voicebase | Self::StandardWebhooks | Self::Fast => 10,
            Self::Custom(custom) => custom.waits_seconds.len(),
        };
        (1..=waits).filter_map(|tries| self.wait_ms(u32::try_from(tries).ok()?)).max().unwrap_or(0)
    }

    /// How long after the first try no further one starts, in milliseconds.
    fn horizon_ms(&self) -> i64 {
        match self {
            Self::Voicebase => 36 * HOUR,
            Self::StandardWebhooks => 4 * 24 * HOUR,
            Self::Fast => 24 * HOUR,
            Self::Custom(custom) => i64::from(custom.give_up_after_seconds) * SECOND,
        }
    }

    /// The next try after the `tries`-th one, which failed at `now`; `None` when it is time to give up.
    ///
    /// `jitter` is a random number from 0 to 1 and adds at most a tenth of the wait, never takes away.
    /// `retry_after_ms` is what the receiver asked for: a floor that is never undercut.
    pub fn next_try(
        &self,
        first_try: Timestamp,
        tries: u32,
        now: Timestamp,
        jitter: f64,
        retry_after_ms: Option<i64>,
    ) -> Option<Timestamp> {
        let wait = self.wait_ms(tries)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            reason = "hours in ms are small"
        )]
        let wait = wait + (wait as f64 * 0.1 * jitter.clamp(0.0, 1.0)) as i64;
        let next = now.plus_millis(wait.max(retry_after_ms.unwrap_or(0)));
        (next.millis_since(first_try) <= self.horizon_ms()).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{CustomSchedule, HOUR, MINUTE, Schedule};
    use crate::Timestamp;

    fn tries(schedule: &Schedule, jitter: f64) -> Vec<i64> {
        let first = Timestamp::from_millis(0);
        let mut at = vec![0];
        let mut now = first;
        for n in 1..200 {
            match schedule.next_try(first, n, now, jitter, None) {
                Some(next) => {
                    now = next;
                    at.push(now.as_millis());
                }
                None => break,
            }
        }
        at
    }

    #[test]
    fn voicebase_tries_three_times_at_once_and_then_up_to_sixteen_hours_apart() {
        let minutes: Vec<i64> = tries(&Schedule::Voicebase, 0.0).iter().map(|ms| ms / MINUTE).collect();
        assert_eq!(minutes, [0, 0, 0, 15, 45, 105, 225, 465, 945, 1905]);
    }

    #[test]
    fn standard_webhooks_tries_ten_times() {
        assert_eq!(tries(&Schedule::StandardWebhooks, 0.0).len(), 10);
    }

    #[test]
    fn fast_never_waits_longer_than_a_minute() {
        let at = tries(&Schedule::Fast, 0.0);
        assert!(at.windows(2).all(|pair| pair[1] - pair[0] <= MINUTE), "{at:?}");
        assert_eq!(&at[..4], [0, 1_000, 3_000, 7_000]);
    }

    #[test]
    fn a_profile_can_name_its_own_waits() {
        let custom = CustomSchedule { waits_seconds: vec![10, 60, 3_600], give_up_after_seconds: 3_600 };
        let schedule = Schedule::Custom(custom);
        assert_eq!(schedule.check(), Ok(()));
        assert_eq!(tries(&schedule, 0.0), [0, 10_000, 70_000], "the third retry would come after the hour");
        let read: Schedule =
            serde_json::from_str(r#"{"custom":{"waits_seconds":[10,60,3600],"give_up_after_seconds":3600}}"#)
                .expect("valid");
        assert_eq!(read, schedule);
        let month = CustomSchedule { waits_seconds: vec![40 * 86_400], give_up_after_seconds: 60 };
        assert!(Schedule::Custom(month).check().is_err_and(|words| words.contains("schedule.custom")));
    }

    #[test]
    fn the_longest_wait_is_the_longest_of_all() {
        let custom = CustomSchedule { waits_seconds: vec![10, 60, 5], give_up_after_seconds: 3_600 };
        let longest =
            [Schedule::Voicebase, Schedule::StandardWebhooks, Schedule::Fast, Schedule::Custom(custom)]
                .map(|schedule| schedule.longest_wait_ms());
        assert_eq!(longest, [16 * HOUR, 24 * HOUR, MINUTE, MINUTE]);
    }

    #[test]
    fn what_the_receiver_asked_for_is_a_floor() {
        let now = Timestamp::from_millis(0);
        let next = Schedule::Fast.next_try(now, 1, now, 0.0, Some(HOUR)).expect("within the day");
        assert_eq!(next.as_millis(), HOUR);
        assert_eq!(Schedule::Fast.next_try(now, 1, now, 0.0, Some(25 * HOUR)), None);
    }

    proptest! {
        #[test]
        fn jitter_only_adds_and_at_most_a_tenth(n in 1_u32..10, jitter in 0.0..=1.0) {
            let zero = Timestamp::from_millis(0);
            let plain = Schedule::Voicebase.next_try(zero, n, zero, 0.0, None).expect("a try");
            let moved = Schedule::Voicebase.next_try(zero, n, zero, jitter, None).expect("a try");
            let added = moved.millis_since(plain);
            prop_assert!(added >= 0 && added <= plain.as_millis() / 10);
        }
    }
}
