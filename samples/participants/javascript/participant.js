// A saga participant in JavaScript: plain JSON in, plain JSON out. Copy it; your own work goes in the shipment's place.
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import amqp from 'amqplib';

const QUEUE = 'shipping-javascript';
const JOURNAL = process.env.PARTICIPANT_JOURNAL ?? 'shipping-javascript.jsonl'; // a line an answer; or your database
const lines = existsSync(JOURNAL) ? readFileSync(JOURNAL, 'utf8').split('\n').filter(Boolean) : [];
const answers = new Map(lines.map((line) => JSON.parse(line)).map((answer) => [answer.idempotencyKey, answer]));

const work = {
  'book-shipment': {
    Execute: ({ input, step }) => input.faults?.[step] === 'fail'
      ? { kind: 'StepFailed', content: { code: 'NO_CARRIER', message: 'No carrier goes there.', retryable: false } }
      : { kind: 'StepSucceeded', content: { result: { trackingNumber: randomUUID() } } },
    // The command's results have what Execute returned, where it came to that.
    Compensate: () => ({ kind: 'StepSucceeded', content: {} }),
  },
};

// At most once for each idempotency key: what is done and the answer to it are written together.
function carryOut(direction, command) {
  const { sagaId, step, idempotencyKey } = command;
  if (answers.has(idempotencyKey)) return answers.get(idempotencyKey);
  const isUndo = (a) => a.sagaId === sagaId && a.step === step && a.direction === 'Compensate';
  const isLate = direction === 'Execute' && [...answers.values()].some(isUndo);
  const outcome = isLate // it must not have an effect
    ? { kind: 'StepFailed', content: { code: 'ALREADY_COMPENSATED', message: 'The step was undone before.' } }
    : work[step][direction](command);
  const answer = { idempotencyKey, sagaId, step, direction, ...outcome, time: new Date() };
  appendFileSync(JOURNAL, `${JSON.stringify(answer)}\n`);
  answers.set(idempotencyKey, answer);
  return answer;
}

async function serve(channel, message) {
  let command, direction, answer;
  try {
    command = JSON.parse(message.content);
    direction = message.properties.type.replace(/Step$/, ''); // ExecuteStep or CompensateStep
    answer = carryOut(direction, command);
  } catch (error) { // no answer: where it was a command, the worker asks again after the step's timeout
    console.log(`${QUEUE}: could not carry out a message: ${error}`);
    return channel.nack(message, false, false);
  }
  const { sagaId, step, attempt } = command;
  const body = JSON.stringify({ sagaId, step, direction, attempt, ...answer.content });
  // To the worker's exchange, not the default one: so a broker need not let participants write to every queue.
  channel.publish(message.properties.replyTo ?? 'sagas', '', Buffer.from(body),
    { type: answer.kind, contentType: 'application/json', persistent: true });
  await channel.waitForConfirms();
  channel.ack(message); // only now: a command whose answer is not confirmed comes again
  console.log(`${QUEUE}: ${direction} ${step} of ${sagaId}: ${answer.kind}`);
}

process.on('SIGTERM', () => process.exit(0));
for (;;) {
  try {
    const connection = await amqp.connect(process.env.AMQP_URL ?? 'amqp://localhost');
    const lost = new Promise((_, reject) => {
      connection.on('error', reject);
      connection.on('close', () => reject(new Error('the connection was closed')));
    });
    lost.catch(() => {}); // it may be lost before anybody waits for it
    const giveUp = () => connection.close().catch(() => {});
    const channel = await connection.createConfirmChannel();
    channel.on('error', giveUp);
    await channel.assertQueue(QUEUE, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    await channel.prefetch(10);
    await channel.consume(QUEUE, (message) => serve(channel, message).catch(giveUp));
    console.log(`${QUEUE}: waiting for commands`);
    await lost;
  } catch (error) {
    console.log(`${QUEUE}: no broker, trying again in 2 s: ${error.message}`);
    await delay(2000);
  }
}
