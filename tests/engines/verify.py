"""Checks the signatures of callbacks as a receiver would: with packages that were not written here.

Reads one JSON document from standard input, {"now"?, "requests": [...]}, and writes a list with one entry a
request: {"ok": true, "claims"?} or {"ok": false, "why"}. A request is
{"url", "headers": {lower-case name: value}, "body": base64, "key": how to check it}, where key is one of
{"webhook": "whsec_..."} and {"jwt": {"algorithm", "key", "audience", "query"?}}: `key` is a PEM public key,
or the shared secret of HS256 in base64, and `query` names the parameter that holds the token where it is not
in the Authorization header.
"""

import base64
import json
import sys
from urllib.parse import parse_qs, urlsplit

import jwt
from standardwebhooks import Webhook


def webhook(request, secret):
    body = base64.b64decode(request["body"])
    Webhook(secret).verify(body, request["headers"])
    return {}


def token_of(request, query):
    if query is None:
        scheme, token = request["headers"]["authorization"].split(" ")
        if scheme != "Bearer":
            raise ValueError(f"the Authorization scheme is {scheme}")
        return token
    [token] = parse_qs(urlsplit(request["url"]).query, strict_parsing=True)[query]
    return token


def json_web_token(request, check):
    algorithm, key = check["algorithm"], check["key"]
    claims = jwt.decode(
        token_of(request, check.get("query")),
        base64.b64decode(key) if algorithm == "HS256" else key,
        algorithms=[algorithm],
        audience=check["audience"],
        options={"require": ["aud", "iat", "exp", "jti"]},
    )
    header = jwt.get_unverified_header(token_of(request, check.get("query")))
    return {"claims": claims, "kid": header.get("kid")}


def verdict(request):
    check = request["key"]
    try:
        if "webhook" in check:
            return {"ok": True, **webhook(request, check["webhook"])}
        return {"ok": True, **json_web_token(request, check["jwt"])}
    except Exception as error:  # What a receiver cannot make sense of it does not trust either.
        return {"ok": False, "why": f"{type(error).__name__}: {error}"}


json.dump([verdict(request) for request in json.load(sys.stdin)["requests"]], sys.stdout)
