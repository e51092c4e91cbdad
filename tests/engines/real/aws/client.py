"""What the tests ask of moto and ministack, asked by AWS's own client at the address and in the region of its arguments.

Reads JSON objects, one a line: `key`, and the name of a function below in `verb`, with its arguments in `with`. Writes what
the function returns, on a line.
"""

import functools
import json
import sys
import uuid

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

endpoint, region = sys.argv[1:]
key = {}


def client(service):
    return client_of(service, **key)


@functools.cache
def client_of(service, access_key_id, secret_access_key):
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    return boto3.client(
        service,
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        config=config.merge(Config(signature_version="s3v4")) if service == "s3" else config,
    )


def users(policies):
    """Makes users who may do so much each, and returns their keys. Makes what state machines are run as, too."""
    iam, keys = client("iam"), {}
    trusted = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "states.amazonaws.com"}}
    iam.create_role(RoleName="engine", AssumeRolePolicyDocument=policy(trusted))
    iam.put_role_policy(RoleName="engine", PolicyName="sends", PolicyDocument=allowing("sqs:*"))
    for user, actions in policies.items():
        iam.create_user(UserName=user)
        made = iam.create_access_key(UserName=user)["AccessKey"]
        keys[user] = {"access_key_id": made["AccessKeyId"], "secret_access_key": made["SecretAccessKey"]}
        if actions:
            iam.put_user_policy(UserName=user, PolicyName="may", PolicyDocument=allowing(actions))
    return keys


def allowing(actions):
    return policy({"Effect": "Allow", "Action": actions, "Resource": "*"})


def policy(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def start(review, about):
    """Starts an execution of a state machine that has this state, and then perhaps one named Refused."""
    states = {"Review": {"Type": "Task", "End": True, **review}, "Refused": {"Type": "Pass", "End": True}}
    if "Catch" not in review:
        del states["Refused"]
    definition = json.dumps({"StartAt": "Review", "States": states})
    engine, name = client("stepfunctions"), "review-" + uuid.uuid4().hex
    role = client("iam").get_role(RoleName="engine")["Role"]["Arn"]
    machine = engine.create_state_machine(name=name, definition=definition, roleArn=role)
    started = engine.start_execution(stateMachineArn=machine["stateMachineArn"], name=name, input=json.dumps(about))
    return started["executionArn"]


def pause(review, about):
    """Starts an execution that sends its task's token to a queue and waits for it to come back."""
    queues = client("sqs")
    queue = queues.create_queue(QueueName="tokens-" + uuid.uuid4().hex)["QueueUrl"]
    token = {
        "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": queue, "MessageBody": {"token.$": "$$.Task.Token"}},
    }
    execution = start({**token, **review}, about)
    return {"execution": execution, "token": sent_to(queues, queue, execution)}


def sent_to(queues, queue, execution):
    for _ in range(30):
        if messages := queues.receive_message(QueueUrl=queue, WaitTimeSeconds=2).get("Messages"):
            return json.loads(messages[0]["Body"])["token"]
    sys.exit(f"no token came from {execution}: {outcome(execution)}")


def pause_activity(review, about):
    """Starts an execution that waits for a worker of an activity, and takes its task as that worker."""
    engine = client("stepfunctions")
    activity = engine.create_activity(name="people-" + uuid.uuid4().hex)["activityArn"]
    execution = start({"Resource": activity, **review}, about)
    task = engine.get_activity_task(activityArn=activity, workerName="a-person")
    return {"execution": execution, "token": task["taskToken"]}


def outcome(execution):
    """How an execution stands."""
    told = client("stepfunctions").describe_execution(executionArn=execution)
    output = told.get("output")
    parts = {name: told.get(name) for name in ("status", "error", "cause")}
    return {**parts, "output": output and json.loads(output)}


def signed(headers, body, service):
    """The headers of a request, with those that sign it."""
    request = AWSRequest(method="POST", url=endpoint, headers=headers, data=body.encode())
    SigV4Auth(Credentials(key["access_key_id"], key["secret_access_key"]), service, region).add_auth(request)
    return dict(request.headers)


def slot(name, content_type):
    """An address to which an object of this type may be put once."""
    storage = client("s3")
    storage.create_bucket(Bucket="slots")
    wanted = {"Bucket": "slots", "Key": name, "ContentType": content_type}
    return storage.generate_presigned_url("put_object", Params=wanted, ExpiresIn=3600)


def stored(name):
    """What was put there, or nothing."""
    storage = client("s3")
    try:
        found = storage.get_object(Bucket="slots", Key=name)
    except storage.exceptions.NoSuchKey:
        return None
    return {"content_type": found["ContentType"], "text": found["Body"].read().decode()}


verbs = {verb.__name__: verb for verb in (users, pause, pause_activity, outcome, signed, slot, stored)}
for line in sys.stdin:
    asked = json.loads(line)
    key = asked["key"]
    print(json.dumps(verbs[asked["verb"]](**asked["with"])), flush=True)
