"""Lets in who has the key."""

import hmac
import os

from langgraph_sdk import Auth

door = Auth()


@door.authenticate
async def let_in(headers: dict) -> str:
    shown = headers.get(b"x-api-key", b"")
    if not hmac.compare_digest(shown, os.environ["REFUNDS_KEY"].encode()):
        raise Auth.exceptions.HTTPException(status_code=401, detail="That is not the key.")
    return "placet"
