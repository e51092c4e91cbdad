//! The request of a delivery as a person may see it: how and where to it goes, and nothing that is secret.

use ::http::HeaderName;
use placet_review::{Delivery, Engine};

use crate::protocol::{Sending, without_secrets};
use crate::{protocol, signer};

/// What stands in place of what opens a door.
pub(crate) const HIDDEN: &str = "[hidden]";

/// What every attempt of a delivery sends, without its body and without a single value that could be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// Such as `POST`.
    pub method: String,
    /// The address; of its query the names.
    pub target: String,
    /// The names of the headers that Placet sets, by the engine's profile as it is now.
    pub headers: Vec<String>,
    /// The body, with `[hidden]` where it holds what opens a door. What is no text is shown as far as it is.
    pub body: String,
}

impl Outline {
    /// Nothing, if the callback cannot be sent as it is: attempts of it are parked and say why.
    pub fn of(delivery: &Delivery, engine: &Engine) -> Option<Self> {
        let protocol = protocol::named(&delivery.callback.protocol)?;
        let request = protocol.prepare(&Sending { delivery, engine, token: None }).ok()?;
        let mut target = without_secrets(request.url.clone());
        if let Some(token) = signer::query_parameter(&engine.signing) {
            let joined_by = if target.contains('?') { '&' } else { '?' };
            target = format!("{target}{joined_by}{token}=...");
        }
        let mut headers: Vec<String> = request.headers.keys().map(HeaderName::to_string).collect();
        headers.extend(signer::headers(&engine.signing).iter().map(HeaderName::to_string));
        headers.sort();
        headers.dedup();
        let mut secrets = request.secrets;
        secrets.extend(protocol.secrets(&delivery.callback));
        let body = hidden(&String::from_utf8_lossy(&request.body), &secrets);
        let target = hidden(&target, &secrets);
        Some(Self { method: request.method.to_string(), target, headers, body })
    }
}

/// The text with `[hidden]` in place of each secret, the longest first: one may hold another.
pub(crate) fn hidden(text: &str, secrets: &[String]) -> String {
    let mut secrets: Vec<&str> =
        secrets.iter().map(String::as_str).filter(|secret| !secret.is_empty()).collect();
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN))
}

#[cfg(test)]
mod tests {
    use placet_review::{
        DecisionId, DeliveryId, ItemId, JwtAlgorithm, JwtPlace, JwtSigning, Signing, Standing, Timestamp,
    };
    use serde_json::json;
    use uuid::Uuid;

    use super::{Delivery, Engine, Outline};

    fn delivery(callback: serde_json::Value) -> Delivery {
        Delivery {
            id: DeliveryId(Uuid::nil()),
            decision: DecisionId(Uuid::nil()),
            item: ItemId(1),
            engine: "faces".into(),
            task: "task".into(),
            callback: serde_json::from_value(callback).expect("a callback"),
            origin: "https://faces.example".into(),
            body: b"{}".to_vec(),
            standing: Standing::held_until(Timestamp::from_millis(0)),
            fence: 0,
        }
    }

    fn engine(signing: Signing) -> Engine {
        Engine { signing, ..Engine::new("faces", vec![]) }
    }

    fn jwt(place: JwtPlace) -> Signing {
        let key = "secret-key".to_owned();
        let jwt = JwtSigning {
            key,
            algorithm: JwtAlgorithm::EdDSA,
            kid: None,
            audience: None,
            place,
            published: vec![],
        };
        Signing { jwt: Some(jwt), ..Signing::by_webhook_key("faces") }
    }

    #[test]
    fn names_are_shown_and_values_are_not() {
        let callback =
            json!({ "protocol": "webhook", "url": "https://faces.example/done?run=s3cret", "method": "PUT" });
        let outline =
            Outline::of(&delivery(callback), &engine(jwt(JwtPlace::Bearer))).expect("it can be sent");
        assert_eq!(outline.method, "PUT");
        assert_eq!(outline.target, "https://faces.example/done?run=...");
        let signed = ["authorization", "webhook-id", "webhook-signature", "webhook-timestamp"];
        for name in ["content-type", "idempotency-key"].iter().chain(&signed) {
            assert_eq!(outline.headers.iter().filter(|header| header == name).count(), 1, "{name}");
        }
        assert!(!format!("{outline:?}").contains("s3cret"));
    }

    #[test]
    fn a_token_in_the_query_is_named_there() {
        for (url, target) in [
            ("https://faces.example/done", "https://faces.example/done?token=..."),
            ("https://faces.example/done?run=7", "https://faces.example/done?run=...&token=..."),
        ] {
            let callback = json!({ "protocol": "webhook", "url": url });
            let signing = jwt(JwtPlace::Query("token".into()));
            let outline = Outline::of(&delivery(callback), &engine(signing)).expect("it can be sent");
            assert_eq!(outline.target, target);
            assert!(!outline.headers.contains(&"authorization".to_owned()));
        }
    }

    #[test]
    fn what_cannot_be_sent_has_none() {
        let unknown = delivery(json!({ "protocol": "pigeon", "url": "https://faces.example/" }));
        assert_eq!(Outline::of(&unknown, &engine(Signing::default())), None);
    }
}
