//! The canaries: secrets that nobody could take for anything else, and where each may be.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use rand::RngExt as _;
use rand::rngs::StdRng;

/// Where something can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// What the server logs, at trace level.
    Log,
    /// What was refused, in words: standard error of commands, problems, the desk's errors.
    Errors,
    /// What commands and routes show when all is well.
    Output,
    /// The folder of the ledger, byte for byte: the ledger, what lies beside it, backups, attachments.
    Ledger,
    /// `running.json`, by which the command finds the server.
    Note,
    /// The arguments of the server's process.
    Arguments,
}

/// A secret, or something that is as good as one.
pub(super) struct Canary {
    /// Where it was planted.
    pub(super) planted: String,
    /// What is looked for: it, and it as encoders would leave it.
    forms: Vec<String>,
    /// Where it may be found, by design.
    may: Vec<Place>,
}

/// All canaries, and what draws more.
pub(super) struct Aviary {
    draw: StdRng,
    pub(super) canaries: Vec<Canary>,
}

impl Aviary {
    pub(super) fn new(draw: StdRng) -> Self {
        Self { draw, canaries: Vec::new() }
    }

    /// A new one that may be nowhere.
    pub(super) fn plant(&mut self, planted: &str) -> String {
        self.plant_but(planted, &[])
    }

    /// A new one that may be in these places only.
    pub(super) fn plant_but(&mut self, planted: &str, may: &[Place]) -> String {
        let token = format!("canary{}", hex::encode(self.draw.random::<[u8; 12]>()));
        self.watch(planted, &token, may);
        token
    }

    /// A new Standard Webhooks secret.
    pub(super) fn plant_webhook_secret(&mut self, planted: &str) -> String {
        let secret = BASE64_STANDARD.encode(self.draw.random::<[u8; 32]>());
        self.watch(planted, &secret, &[]);
        format!("whsec_{secret}")
    }

    /// A new Ed25519 private key: RFC 8410 section 7, whose only secret are 32 bytes.
    pub(super) fn plant_ed25519(&mut self, planted: &str) -> String {
        let mut der = hex::decode("302e020100300506032b657004220420").expect("hex digits");
        der.extend(self.draw.random::<[u8; 32]>());
        let pem = BASE64_STANDARD.encode(der);
        // The start is the same in every such key.
        self.watch(planted, &pem[24..], &[]);
        format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n")
    }

    /// One that somebody else made.
    pub(super) fn watch(&mut self, planted: &str, token: &str, may: &[Place]) {
        let bytes = token.as_bytes();
        let forms = vec![
            token.to_owned(),
            hex::encode(bytes),
            BASE64_STANDARD.encode(bytes),
            BASE64_URL_SAFE_NO_PAD.encode(bytes),
            // Behind a user's name, as in `Authorization: Basic`.
            BASE64_STANDARD.encode(format!("user:{token}")),
        ];
        self.canaries.push(Canary { planted: planted.to_owned(), forms, may: may.to_vec() });
    }
}

impl Canary {
    /// Whether it is in there.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.forms.iter().any(|form| text.contains(form))
    }

    /// Whether it may be in this place.
    pub(super) fn may_be_in(&self, place: Place) -> bool {
        self.may.contains(&place)
    }
}
