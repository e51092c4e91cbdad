"""Checks the signatures of callbacks as a receiver would, with packages that were not written here.

Reads a JSON list of requests from standard input and writes a list of answers in the same order: what was
found out about a genuine request, or {"refused": why}. A request is {"url", "headers": {lower-case name:
value}, "body": base64, "check"}, where "check" is one of

    {"webhook": "whsec_..."}
    {"jwt": {"algorithm", "key": a public key as PEM or the shared secret, "audience", "query": name or null}}

"query" names the parameter that holds the token where it is not in the Authorization header.
"""

import base64
import hashlib
import json
import sys
from urllib.parse import parse_qs, urlsplit

import jwt
from standardwebhooks import Webhook


def by_webhook(request, body, secret):
    Webhook(secret).verify(body, request["headers"])
    return {"id": request["headers"]["webhook-id"]}


def by_jwt(request, body, check):
    token = token_of(request, check["query"])
    claims = jwt.decode(
        token,
        check["key"],
        algorithms=[check["algorithm"]],
        audience=check["audience"],
        options={"require": ["aud", "exp", "iat", "jti"]},
    )
    if claims["body_sha256"] != hashlib.sha256(body).hexdigest():
        raise ValueError("the token is of another body")
    return {"id": claims["jti"], "seconds": claims["exp"] - claims["iat"], "kid": jwt.get_unverified_header(token)["kid"]}


def token_of(request, query):
    if query is None:
        scheme, token = request["headers"]["authorization"].split(" ")
        if scheme != "Bearer":
            raise ValueError(f"the Authorization scheme is {scheme}")
    else:
        [token] = parse_qs(urlsplit(request["url"]).query, strict_parsing=True)[query]
    return token


def answer(request):
    [(way, check)] = request["check"].items()
    try:
        return {"webhook": by_webhook, "jwt": by_jwt}[way](request, base64.b64decode(request["body"]), check)
    except Exception as error:  # A receiver trusts nothing that it cannot make sense of.
        return {"refused": f"{type(error).__name__}: {error}"}


json.dump([answer(request) for request in json.load(sys.stdin)], sys.stdout)
