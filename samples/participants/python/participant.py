"""A saga participant in Python: plain JSON in, plain JSON out. Copy it, and put your own work in the card's place."""
import json, os, signal, sqlite3, sys, time, uuid
import pika

QUEUE = "payment-python"
db = sqlite3.connect(os.environ.get("PARTICIPANT_DB", "payment-python.db"), isolation_level=None)
db.execute("create table if not exists answer (idempotency_key text primary key, saga_id text, step text,"
           " direction text, kind text, content text, time text)")

def charge_card(command):
    if command["input"].get("faults", {}).get(command["step"]) == "fail":
        return "StepFailed", {"code": "CARD_DECLINED", "message": "The bank declined the card.", "retryable": False}
    return "StepSucceeded", {"result": {"chargeId": str(uuid.uuid4()), "amount": command["input"].get("amount")}}

def refund_card(command):  # command["results"] has what charge_card returned, where it came to that
    return "StepSucceeded", {}

WORK = {("charge-card", "Execute"): charge_card, ("charge-card", "Compensate"): refund_card}

def carry_out(direction, command):
    """At most once for each idempotency key: what is done and the answer to it are committed together."""
    key, step = command["idempotencyKey"], (command["sagaId"], command["step"])
    with db:
        db.execute("begin immediate")
        known = db.execute("select kind, content from answer where idempotency_key = ?", (key,)).fetchone()
        if known:
            return known[0], json.loads(known[1])
        undone = "select 1 from answer where saga_id = ? and step = ? and direction = 'Compensate'"
        if direction == "Execute" and db.execute(undone, step).fetchone():  # a late command must not have an effect
            kind, content = "StepFailed", {"code": "ALREADY_COMPENSATED", "message": "The step was undone before."}
        else:
            kind, content = WORK[command["step"], direction](command)
        db.execute("insert into answer values (?, ?, ?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ'))",
                   (key, *step, direction, kind, json.dumps(content)))
        return kind, content

def serve(channel):
    channel.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    channel.basic_qos(prefetch_count=10)
    channel.confirm_delivery()
    print(f"{QUEUE}: waiting for commands", flush=True)
    for method, properties, body in channel.consume(QUEUE):
        try:
            command, direction = json.loads(body), properties.type[:-len("Step")]  # ExecuteStep or CompensateStep
            kind, content = carry_out(direction, command)
        except Exception as error:  # no answer: where it was a command, the worker asks again after the step's timeout
            print(f"{QUEUE}: could not carry out a message: {error!r}", flush=True)
            channel.basic_reject(method.delivery_tag, requeue=False)
            continue
        answer = {"sagaId": command["sagaId"], "step": command["step"], "direction": direction,
                  "attempt": command["attempt"], **content}
        how = pika.BasicProperties(type=kind, content_type="application/json", delivery_mode=2)
        # To the worker's exchange, not the default one: so a broker need not let participants write to every queue.
        channel.basic_publish(properties.reply_to or "sagas", "", json.dumps(answer), how, mandatory=True)
        channel.basic_ack(method.delivery_tag)  # only now: a command whose answer is not confirmed comes again
        print(f"{QUEUE}: {direction} {command['step']} of {command['sagaId']}: {kind}", flush=True)

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True:
    try:
        serve(pika.BlockingConnection(pika.URLParameters(os.environ.get("AMQP_URL", "amqp://localhost"))).channel())
    except (pika.exceptions.AMQPError, OSError) as error:
        print(f"{QUEUE}: no broker, trying again in 2 s: {error!r}", flush=True)
        time.sleep(2)
