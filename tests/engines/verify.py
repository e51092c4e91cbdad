"""Checks the signatures of callbacks as a receiver would, with packages that were not written here.

Reads a JSON list of requests from standard input and writes a list of answers in the same order: what was
found out about a genuine request, or {"refused": why}. A request is {"method", "url", "headers": {lower-case name:
value}, "body": base64, "check"}, where "check" is one of

    {"webhook": "whsec_..."}       by standardwebhooks
    {"svix": "whsec_..."}          by svix
    {"v1a": "whpk_..."}            by cryptography
    {"jwt": {"algorithm", "key": a public key as PEM or JWK or the shared secret, "audience", "query": name or null}}
                                   by PyJWT; "query" names the parameter that holds the token where it is not in the
                                   Authorization header
    {"joserfc": the same}          by joserfc
    {"message": {"algorithm", "key": a public key as PEM or the shared secret}}
                                   by http-message-signatures
    {"aws": {"region", "service", "id", "secret", "token": text or null}}
                                   by botocore, whose own signature of the request must be the same
"""

import base64
import datetime
import hashlib
import json
import sys
import types
from urllib.parse import parse_qs, urlsplit

import botocore.auth
import joserfc.jwk
import joserfc.jwt
import jwt
import standardwebhooks
import svix.webhooks
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver, algorithms


def by_webhook(request, body, secret):
    # The signature is over the bytes; whether they are JSON is no matter here.
    standardwebhooks.Webhook(secret).verify(body, request["headers"], json_parse=False)
    return {"id": request["headers"]["webhook-id"]}


def by_svix(request, body, secret):
    svix.webhooks.Webhook(secret).verify(body, request["headers"])
    return {"id": request["headers"]["webhook-id"]}


def by_v1a(request, body, public):
    headers = request["headers"]
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public.removeprefix("whpk_"), validate=True))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signatures = [one.removeprefix("v1a,") for one in headers["webhook-signature"].split(" ") if one.startswith("v1a,")]
    [signature] = signatures
    key.verify(base64.b64decode(signature, validate=True), signed)
    return {"id": headers["webhook-id"]}


def by_jwt(request, body, check):
    token, key = token_of(request, check["query"]), check["key"]
    claims = jwt.decode(
        token,
        jwt.PyJWK(key, check["algorithm"]).key if isinstance(key, dict) else key,
        algorithms=[check["algorithm"]],
        audience=check["audience"],
        options={"require": ["aud", "exp", "iat", "jti"]},
    )
    return said(claims, body, jwt.get_unverified_header(token))


def by_joserfc(request, body, check):
    key = check["key"]
    key = joserfc.jwk.import_key(key) if isinstance(key, dict) else joserfc.jwk.OctKey.import_key(key)
    token = joserfc.jwt.decode(token_of(request, check["query"]), key, algorithms=[check["algorithm"]])
    required = {"essential": True}
    claims = joserfc.jwt.JWTClaimsRegistry(
        aud={"essential": True, "value": check["audience"]}, exp=required, iat=required, jti=required
    )
    claims.validate(token.claims)
    return said(token.claims, body, token.header)


def said(claims, body, header):
    if claims["body_sha256"] != hashlib.sha256(body).hexdigest():
        raise ValueError("the token is of another body")
    return {"id": claims["jti"], "seconds": claims["exp"] - claims["iat"], "kid": header["kid"]}


def token_of(request, query):
    if query is None:
        scheme, token = request["headers"]["authorization"].split(" ")
        if scheme != "Bearer":
            raise ValueError(f"the Authorization scheme is {scheme}")
    else:
        [token] = parse_qs(urlsplit(request["url"]).query, strict_parsing=True)[query]
    return token


MESSAGE_ALGORITHMS = {
    "hmac-sha256": algorithms.HMAC_SHA256,
    "ed25519": algorithms.ED25519,
    "ecdsa-p256-sha256": algorithms.ECDSA_P256_SHA256,
    "ecdsa-p384-sha384": algorithms.ECDSA_P384_SHA384,
    "rsa-pss-sha512": algorithms.RSA_PSS_SHA512,
    "rsa-v1_5-sha256": algorithms.RSA_V1_5_SHA256,
}


def by_message(request, body, check):
    class Keys(HTTPSignatureKeyResolver):
        def resolve_public_key(self, key_id):
            return check["key"].encode()

    verifier = HTTPMessageVerifier(
        signature_algorithm=MESSAGE_ALGORITHMS[check["algorithm"]],
        key_resolver=Keys(),
    )
    message = types.SimpleNamespace(method=request["method"], url=request["url"], headers=request["headers"])
    [result] = verifier.verify(
        message, body=body, require_components=["@method", "@target-uri", "content-digest", "content-type", "webhook-id"]
    )
    return {"id": request["headers"]["webhook-id"], "kid": result.parameters["keyid"]}


def by_aws(request, body, check):
    headers = dict(request["headers"])
    theirs, date = headers.pop("authorization"), headers.pop("x-amz-date")
    headers.pop("x-amz-security-token", None)
    now = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda *_, **__: now
    again = AWSRequest(method=request["method"], url=request["url"], headers=headers, data=body)
    credentials = Credentials(check["id"], check["secret"], check["token"])
    botocore.auth.SigV4Auth(credentials, check["service"], check["region"]).add_auth(again)
    for name in ["authorization", "x-amz-date", "x-amz-security-token"]:
        if request["headers"].get(name) != again.headers.get(name):
            raise ValueError(f"botocore sets another {name}: {again.headers.get(name)}, not {theirs}")
    return {"id": request["headers"]["webhook-id"]}


WAYS = {
    "webhook": by_webhook,
    "svix": by_svix,
    "v1a": by_v1a,
    "jwt": by_jwt,
    "joserfc": by_joserfc,
    "message": by_message,
    "aws": by_aws,
}


def answer(request):
    [(way, check)] = request["check"].items()
    try:
        return WAYS[way](request, base64.b64decode(request["body"]), check)
    except Exception as error:  # A receiver trusts nothing that it cannot make sense of.
        return {"refused": f"{type(error).__name__}: {error}"}


json.dump([answer(request) for request in json.load(sys.stdin)], sys.stdout)
