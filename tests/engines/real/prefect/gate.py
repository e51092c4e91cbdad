"""Flow runs that pause until a person says whether to go on, one by each name that is given, and end with what they heard.

What comes before a dash says which: a `patient` run takes what Placet sends, a `hasty` one has given up after a second,
and a `strict` one waits for something else.
"""

import sys
from threading import Thread
from typing import Any

from prefect import flow, pause_flow_run
from prefect.input import RunInput
from prefect.states import Completed


class Decision(RunInput):
    model_config = {"extra": "ignore"}

    id: str
    approved: bool
    answer: Any
    note: str | None
    by: str


class Score(RunInput):
    score: int


KINDS = {"patient": (Decision, 3_600), "hasty": (Decision, 1), "strict": (Score, 3_600)}


@flow
def gate(kind: str):
    wanted, seconds = KINDS[kind]
    heard = pause_flow_run(wait_for_input=wanted, timeout=seconds, poll_interval=1)
    return Completed(message=heard.model_dump_json())


for name in sys.argv[1:]:
    run = gate.with_options(flow_run_name=name)
    Thread(target=run, args=[name.partition("-")[0]]).start()
