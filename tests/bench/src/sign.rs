//! A signature by algorithm, beside the same one by a library that parses the key every time.

use std::hint::black_box;
use std::time::Instant;

use anyhow::{Context as _, Result, anyhow};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use placet_delivery::signer::{Subject, jwt, standard_webhooks};
use placet_review::{
    Callback, DecisionId, Delivery, DeliveryId, ItemId, JwtAlgorithm, JwtPlace, JwtSigning, Standing,
};
use secrecy::SecretString;
use standardwebhooks::Webhook;
use uuid::Uuid;

use crate::ROUNDS;
use crate::desk::moment;
use crate::row::{Goal, Row, median};

/// Signatures of a turn.
const TIMES: usize = 500;
const BODY_BYTES: usize = 600;

pub(crate) fn measure() -> Result<Vec<Row>> {
    let mut rows = vec![webhook()?];
    for algorithm in [JwtAlgorithm::HS256, JwtAlgorithm::EdDSA, JwtAlgorithm::ES256, JwtAlgorithm::RS256] {
        let row = token(algorithm)?;
        rows.push(if algorithm == JwtAlgorithm::EdDSA { row.wanted(Goal::ValueAtMost(10.0)) } else { row });
    }
    Ok(rows)
}

fn webhook() -> Result<Row> {
    let secret = format!("whsec_{}", BASE64_STANDARD.encode([7_u8; 32]));
    let body = vec![b'x'; BODY_BYTES];
    let id = Uuid::now_v7().to_string();
    let key =
        standard_webhooks::Key::parse(&SecretString::from(secret.clone())).map_err(|why| anyhow!(why))?;
    let turns = in_turns(
        || Ok(key.sign(&id, 1_800_000_000, &body)),
        || Ok(Webhook::new(&secret)?.sign(&id, 1_800_000_000, &body)?),
    )?;
    Ok(Row::new("sign", "Standard Webhooks v1", "us", turns))
}

fn token(algorithm: JwtAlgorithm) -> Result<Row> {
    let (pem, der) = private_key(algorithm)?;
    let key = jwt::Key::parse(&SecretString::from(pem), algorithm).map_err(|why| anyhow!(why))?;
    let delivery = delivery();
    let signing = JwtSigning {
        key: "bench".to_owned(),
        algorithm,
        kid: Some("2026-11".to_owned()),
        audience: None,
        place: JwtPlace::Bearer,
        published: vec![],
    };
    let ours = || {
        let claims = jwt::Claims::new(
            &Subject::from(&delivery),
            &delivery.body,
            &signing,
            "https://engine.example",
            moment(),
        );
        key.token(signing.kid.as_deref(), &claims).map_err(|why| anyhow!(why))
    };
    // Both know it by its registered name.
    let name: Algorithm = serde_json::from_value(serde_json::to_value(algorithm)?)?;
    let theirs = || {
        let claims = jwt::Claims::new(
            &Subject::from(&delivery),
            &delivery.body,
            &signing,
            "https://engine.example",
            moment(),
        );
        let header = Header { kid: signing.kid.clone(), ..Header::new(name) };
        Ok(jsonwebtoken::encode(&header, &claims, &der)?)
    };
    Ok(Row::new("sign", format!("JWT {algorithm:?}"), "us", in_turns(ours, theirs)?))
}

/// The medians of both, in microseconds each.
fn in_turns<T, U>(ours: impl Fn() -> Result<T>, theirs: impl Fn() -> Result<U>) -> Result<(f64, f64)> {
    let (mut one, mut other) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        one.push(microseconds(&ours)?);
        other.push(microseconds(&theirs)?);
    }
    Ok((median(one), median(other)))
}

fn microseconds<T>(sign: impl Fn() -> Result<T>) -> Result<f64> {
    let started = Instant::now();
    for _ in 0..TIMES {
        black_box(sign()?);
    }
    #[expect(clippy::cast_precision_loss, reason = "some hundreds")]
    let times = TIMES as f64;
    Ok(started.elapsed().as_secs_f64() * 1e6 / times)
}

type ReadPem = fn(&[u8]) -> jsonwebtoken::errors::Result<EncodingKey>;

/// A new key: as Placet reads it, and as the other library does.
fn private_key(algorithm: JwtAlgorithm) -> Result<(String, EncodingKey)> {
    let (pkcs8, read): (Vec<u8>, ReadPem) = match algorithm {
        JwtAlgorithm::HS256 => {
            let secret = "s".repeat(32);
            let key = EncodingKey::from_secret(secret.as_bytes());
            return Ok((secret, key));
        }
        JwtAlgorithm::ES256 => {
            let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)?;
            (pair.to_pkcs8v1()?.as_ref().to_vec(), EncodingKey::from_ec_pem)
        }
        JwtAlgorithm::RS256 => {
            let pair = RsaKeyPair::generate(KeySize::Rsa2048)?;
            (pair.as_der()?.as_ref().to_vec(), EncodingKey::from_rsa_pem)
        }
        JwtAlgorithm::EdDSA => {
            (Ed25519KeyPair::generate()?.to_pkcs8v1()?.as_ref().to_vec(), EncodingKey::from_ed_pem)
        }
        other => return Err(anyhow!("nothing is compared with {other:?}")),
    };
    let text = BASE64_STANDARD.encode(pkcs8);
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(std::str::from_utf8).collect::<Result<_, _>>().context("base64")?;
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
    let key = read(pem.as_bytes())?;
    Ok((pem, key))
}

fn delivery() -> Delivery {
    let parameters = [("url".to_owned(), "https://engine.example/resume".into())];
    Delivery {
        id: DeliveryId(Uuid::now_v7()),
        decision: DecisionId(Uuid::now_v7()),
        item: ItemId(1),
        engine: "bench".to_owned(),
        task: "task-1".to_owned(),
        origin: "https://receiver.example".into(),
        callback: Callback { protocol: "webhook".to_owned(), parameters: parameters.into_iter().collect() },
        body: vec![b'x'; BODY_BYTES],
        standing: Standing::held_until(moment()),
        fence: 1,
    }
}
