//! Reads digits: multinomial logistic regression, learned from examples.

use anyhow::{Context as _, Result};
use linfa::DatasetBase;
use linfa::traits::Fit as _;
use linfa_logistic::{MultiFittedLogisticRegression, MultiLogisticRegression};
use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

use crate::digits::{Digit, FULL, SIDE};

/// The L2 penalty, which keeps the reader from trusting its few examples too far: with it, of what it is at
/// least 80 % sure of in hands it has never seen, 95 % is right; with a tenth of it, 93 %.
const PENALTY: f64 = 0.3;

/// A digit and what it is said to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Example {
    pub(crate) digit: &'static Digit,
    /// 0 to 9; from a person, it may be wrong.
    pub(crate) label: u8,
}

/// What the reader takes a digit for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Guess {
    /// 0 to 9.
    pub(crate) label: u8,
    /// 0 to 1, to four places: the same wherever it is computed.
    pub(crate) confidence: f64,
}

/// One who has learned to read digits.
#[derive(Debug)]
pub(crate) struct Reader {
    model: MultiFittedLogisticRegression<f64, u8>,
}

impl Reader {
    /// Learns from examples, of which there must be some.
    pub(crate) fn learn(examples: &[Example]) -> Result<Self> {
        let targets: Array1<u8> = examples.iter().map(|example| example.label).collect();
        let images = records(examples.iter().map(|example| example.digit));
        let model = MultiLogisticRegression::default()
            .alpha(PENALTY)
            .fit(&DatasetBase::new(images, targets))
            .context("the reader cannot learn from its examples")?;
        Ok(Self { model })
    }

    /// The two best guesses, the better first.
    pub(crate) fn read(&self, digit: &Digit) -> [Guess; 2] {
        let probabilities = self.model.predict_probabilities(&records(std::iter::once(digit)));
        let mut guesses: Vec<Guess> = probabilities
            .iter()
            .zip(self.model.classes())
            .map(|(probability, &label)| Guess { label, confidence: (probability * 1e4).round() / 1e4 })
            .collect();
        guesses.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
        [guesses[0], guesses[1]]
    }

    /// The part of the digits, 0 to 1, whose best guess is what was written.
    pub(crate) fn accuracy<'a>(&self, digits: impl Iterator<Item = &'a Digit>) -> f64 {
        let (mut all, mut right) = (0_u32, 0_u32);
        for digit in digits {
            all += 1;
            right += u32::from(self.read(digit)[0].label == digit.written);
        }
        f64::from(right) / f64::from(all.max(1))
    }
}

/// One row an image, one column a pixel, from 0 (paper) to 1 (ink).
fn records<'a>(digits: impl Iterator<Item = &'a Digit>) -> Array2<f64> {
    let values: Vec<f64> =
        digits.flat_map(|digit| digit.pixels.map(|ink| f64::from(ink) / f64::from(FULL))).collect();
    let rows = values.len() / (SIDE * SIDE);
    Array2::from_shape_vec((rows, SIDE * SIDE), values).expect("every image has as many pixels")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digits;

    fn as_written(digits: impl Iterator<Item = &'static Digit>) -> Vec<Example> {
        digits.map(|digit| Example { digit, label: digit.written }).collect()
    }

    #[test]
    fn it_reads_hands_it_has_never_seen_and_better_with_labels_on_what_it_was_unsure_of() {
        let mut examples = as_written(digits::to_learn());
        let reader = Reader::learn(&examples).expect("it learns");
        let before = reader.accuracy(digits::held_out());
        assert!(before > 0.7, "far above the 0.1 of chance: {before}");

        let unsure: Vec<_> =
            digits::to_read().filter(|digit| reader.read(digit)[0].confidence < 0.8).collect();
        assert!((100..800).contains(&unsure.len()), "some hundreds to ask about: {}", unsure.len());
        examples.extend(as_written(unsure.into_iter()));
        let after = Reader::learn(&examples).expect("it learns").accuracy(digits::held_out());
        assert!(after > before + 0.05, "from {before} to {after}");
    }

    #[test]
    fn where_it_is_sure_it_is_mostly_right() {
        let reader = Reader::learn(&as_written(digits::to_learn())).expect("it learns");
        let sure: Vec<_> =
            digits::to_read().filter(|digit| reader.read(digit)[0].confidence >= 0.8).collect();
        let accuracy = reader.accuracy(sure.into_iter());
        assert!(accuracy > 0.9, "what it does not ask about is right: {accuracy}");
    }

    #[test]
    fn its_two_guesses_differ_and_the_surer_comes_first() {
        let reader = Reader::learn(&as_written(digits::to_learn())).expect("it learns");
        for digit in digits::to_read() {
            let [first, second] = reader.read(digit);
            assert!(first.label != second.label && first.confidence >= second.confidence, "{digit:?}");
            assert!((0.0..=1.0).contains(&first.confidence) && (0.0..=1.0).contains(&second.confidence));
        }
    }
}
