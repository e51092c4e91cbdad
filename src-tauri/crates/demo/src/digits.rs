//! The digits to read: 1,797 handwritten ones that the binary carries (see `data/README.md`).

use std::io::Read as _;
use std::sync::LazyLock;

/// Rows and columns of an image.
pub(crate) const SIDE: usize = 8;
/// What a pixel says that is full of ink.
pub(crate) const FULL: u8 = 16;

/// How many images, from the first on, the reader learns from before it starts.
const LEARNED: usize = 250;
/// Of the others, every one of this many is held out: never learned from and never asked about.
const HELD_OUT_OF: usize = 3;

/// One handwritten digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Digit {
    /// Its place in the set, from 0.
    pub(crate) number: usize,
    /// Row by row, 0 to [`FULL`].
    pub(crate) pixels: [u8; SIDE * SIDE],
    /// What was written, 0 to 9.
    pub(crate) written: u8,
}

impl Digit {
    /// The engine's name of the task of reading it.
    pub(crate) fn task(&self) -> String {
        format!("digit-{:04}", self.number)
    }
}

/// All digits in the order of the set, which goes by writer: the first come from few hands, so that a
/// reader who learned from them meets hands it has never seen.
static ALL: LazyLock<Vec<Digit>> = LazyLock::new(|| {
    let mut text = String::new();
    flate2::read::GzDecoder::new(&include_bytes!("../data/digits.csv.gz")[..])
        .read_to_string(&mut text)
        .expect("the set that was built in unpacks");
    let digits = text.lines().enumerate().map(|(number, line)| parse(number, line));
    digits.collect::<Option<_>>().expect("the set that was built in has 65 small numbers a line")
});

fn parse(number: usize, line: &str) -> Option<Digit> {
    let values: Vec<u8> = line.split(',').map(str::parse).collect::<Result<_, _>>().ok()?;
    let (written, pixels) = values.split_last()?;
    Some(Digit { number, pixels: pixels.try_into().ok()?, written: *written })
}

/// What the reader learns from before it starts.
pub(crate) fn to_learn() -> impl Iterator<Item = &'static Digit> {
    ALL[..LEARNED].iter()
}

/// What the reader's accuracy is measured on.
pub(crate) fn held_out() -> impl Iterator<Item = &'static Digit> {
    ALL[LEARNED..].iter().filter(|digit| digit.number % HELD_OUT_OF == 0)
}

/// What is to be read.
pub(crate) fn to_read() -> impl Iterator<Item = &'static Digit> {
    ALL[LEARNED..].iter().filter(|digit| digit.number % HELD_OUT_OF != 0)
}

/// The digit that this task is to read.
pub(crate) fn of_task(task: &str) -> Option<&'static Digit> {
    let number: usize = task.strip_prefix("digit-")?.parse().ok()?;
    // Its name and nothing else that happens to parse to the same number.
    ALL.get(number).filter(|digit| digit.task() == task)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_whole_set_is_there() {
        assert_eq!(ALL.len(), 1797);
        assert!(ALL.iter().all(|digit| digit.written <= 9 && digit.pixels.iter().all(|&ink| ink <= FULL)));
    }

    #[test]
    fn no_image_has_two_uses() {
        let numbers =
            |part: &mut dyn Iterator<Item = &Digit>| part.map(|digit| digit.number).collect::<HashSet<_>>();
        let (learned, held, read) =
            (numbers(&mut to_learn()), numbers(&mut held_out()), numbers(&mut to_read()));
        assert!(learned.is_disjoint(&held) && held.is_disjoint(&read) && read.is_disjoint(&learned));
        assert_eq!(learned.len() + held.len() + read.len(), 1797);
    }

    #[test]
    fn a_task_names_its_digit_in_one_way_only() {
        assert_eq!(of_task("digit-0412").map(|digit| digit.number), Some(412));
        for other in ["digit-412", "digit-+412", "digit-9999", "letter-0412", ""] {
            assert_eq!(of_task(other), None, "{other}");
        }
    }
}
