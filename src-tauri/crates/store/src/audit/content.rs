//! The digest of what was written.

use aws_lc_rs::digest;

use super::AuditKind;

/// Takes one column after another into a digest, so that no two sequences of columns look the same.
pub(crate) struct Content(digest::Context);

impl Content {
    pub(crate) fn of(kind: AuditKind) -> Self {
        Self(digest::Context::new(&digest::SHA256)).text(kind.name())
    }

    #[must_use]
    pub(crate) fn number(mut self, number: i64) -> Self {
        self.0.update(&[1]);
        self.0.update(&number.to_be_bytes());
        self
    }

    #[must_use]
    pub(crate) fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.update(&[2]);
        self.0.update(&(bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    #[must_use]
    pub(crate) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    #[must_use]
    pub(crate) fn number_if_any(self, number: Option<i64>) -> Self {
        match number {
            Some(number) => self.number(number),
            None => self.absent(),
        }
    }

    #[must_use]
    pub(crate) fn text_if_any(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.text(text),
            None => self.absent(),
        }
    }

    fn absent(mut self) -> Self {
        self.0.update(&[0]);
        self
    }

    pub(crate) fn digest(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.finish().as_ref());
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::Content;
    use crate::AuditKind;

    /// By Python: `sha256(b"\x02" + (5).to_bytes(8) + b"queue" + b"\x01" + (-7).to_bytes(8, signed=True) + b"\x00"
    /// + b"\x02" + (6).to_bytes(8) + "Größ".encode())`, of `hashlib`.
    #[test]
    fn is_what_anybody_would_compute() {
        let digest = Content::of(AuditKind::Queue).number(-7).text_if_any(None).text("Größ").digest();
        assert_eq!(hex::encode(digest), "c97c0a6a65e889863ce011993f43f620568e7203110d65b726ccb5f8445db0e5");
    }

    #[test]
    fn what_stands_in_one_column_never_counts_for_another() {
        let of = || Content::of(AuditKind::Queue);
        let all = [
            of().text("ab").text("c").digest(),
            of().text("a").text("bc").digest(),
            of().text("abc").text_if_any(None).digest(),
            of().text("abc").text("").digest(),
            of().text("abc").number(0).digest(),
            of().text("abc").digest(),
            Content::of(AuditKind::Engine).text("abc").digest(),
        ];
        for (place, digest) in all.iter().enumerate() {
            assert!(!all[..place].contains(digest), "number {place}");
        }
    }
}
