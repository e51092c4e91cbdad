"""Two DAGs that ask before they publish: `release` waits as long as it takes, `hasty` only seconds, and then fails."""

from datetime import timedelta

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Param, dag, task


@task
def publish(answer):
    return answer


@dag(schedule=None)
def release():
    asked = ApprovalOperator(
        task_id="approve",
        subject="Publish the release?",
        params={"comment": Param("", type="string", maxLength=40)},
    )
    publish(asked.output)


@dag(schedule=None)
def hasty():
    asked = ApprovalOperator(
        task_id="approve", subject="Publish at once?", response_timeout=timedelta(seconds=5)
    )
    publish(asked.output)


release()
hasty()
