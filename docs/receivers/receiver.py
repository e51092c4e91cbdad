"""Receives decisions from Placet: `pip install standardwebhooks`, then

    PLACET_SECRET=whsec_... PORT=8000 python3 receiver.py
"""

import base64
import hashlib
import json
import os
import re
import sqlite3
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook(os.environ["PLACET_SECRET"])


def resume(answer):
    """Resume the task here. It is called once for each delivery."""
    print(answer["id"], answer["decision"]["verdict"], flush=True)


def heard(delivery, answer):
    """Resumes in the transaction that remembers the delivery: a second try of it finds its id there."""
    with sqlite3.connect(os.environ.get("DATABASE", "heard.sqlite3")) as database:
        database.execute("CREATE TABLE IF NOT EXISTS heard (id TEXT PRIMARY KEY)")
        if database.execute("INSERT OR IGNORE INTO heard VALUES (?)", [delivery]).rowcount:
            resume(answer)


def digest_fits(header, body):
    """RFC 9530. A header that is not there says nothing; what is signed is looked at below."""
    said = re.search(r"sha-256=:([^:]*):", header or "")
    return not header or bool(said) and said[1] == base64.b64encode(hashlib.sha256(body).digest()).decode()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        # The bytes as they came: JSON that is read and written again has another signature.
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            # Checks the signature, and that it was made within five minutes of now.
            webhook.verify(body, headers)
        except WebhookVerificationError:
            return self.answer(401)
        if not digest_fits(headers.get("content-digest"), body):
            return self.answer(400)
        heard(headers["webhook-id"], json.loads(body))
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Receiver).serve_forever()
