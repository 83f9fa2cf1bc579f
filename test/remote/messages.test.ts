import { createHash, createHmac } from 'node:crypto';
import { toJsonSchema } from '@valibot/to-json-schema';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/bytes.js';
import { QuancunError } from '../../src/errors.js';
import { CLOCK_SKEW } from '../../src/signing/errors.js';
import { memoryGuard } from '../../src/server/index.js';
import {
  openQuestion,
  REMOTE_ENVELOPE,
  sealQuestion,
  sealUnsigned,
} from '../../src/remote/envelope.js';
import {
  parseRemoteInstruction,
  parseRemoteReport,
  type RemoteInstruction,
  type RemoteReport,
} from '../../src/remote/index.js';
import { isExpected, REMOTE_INSTRUCTION, REMOTE_REPORT } from '../../src/remote/messages.js';
import { REMOTE_SESSION } from '../../src/remote/session.js';
import { codeOf } from '../support/error-codes.js';
import { KEY } from '../support/hosts/remote.js';
import { manualEnv } from '../support/manual-env.js';

const REPORT: RemoteReport = {
  protocol: 1,
  sessionId: 'AB'.repeat(16),
  kind: 'ready',
  card: { kind: 'pcsc', atr: '3B00', contactless: false, canReset: true, sessionLeftMs: null },
  done: 3,
  result: { answers: ['9000'], failure: { code: 'TRANSPORT_LOST', sent: 'maybe' } },
  waitMs: 20_000,
};
const INSTRUCTIONS: readonly RemoteInstruction[] = [
  {
    ...{ protocol: 1, do: 'run', step: 4, withinMs: 10_000 },
    commands: [{ command: '00A40000023F00', expect: ['9000', '61xx'] }],
  },
  { protocol: 1, do: 'reset', step: 5, withinMs: 1 },
  { protocol: 1, do: 'wait' },
  { protocol: 1, do: 'stop' },
  { protocol: 1, do: 'refuse', error: { ...new QuancunError(CLOCK_SKEW).toJSON() } },
];
const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

describe('declarations', () => {
  test('each makes a JSON schema that says the same as its check', () => {
    const ajv = new Ajv({ strict: false });
    for (const [declared, parse, messages] of [
      [REMOTE_REPORT, parseRemoteReport, [REPORT]],
      [REMOTE_INSTRUCTION, parseRemoteInstruction, INSTRUCTIONS],
    ] as const) {
      const isValid = ajv.compile(toJsonSchema(declared, { target: 'draft-07' }) as object);
      for (const message of messages) {
        expect(isValid(copy(message))).toBe(true);
        for (const name of [...Object.keys(message), 'more']) {
          for (const value of [null, '', -1, 'zz', 'ab', {}, [], ['x'], true]) {
            const changed = { ...(copy(message) as Record<string, unknown>), [name]: value };
            // What ties two fields to each other, a schema of fields does not say.
            if (name === 'result' && value === null) continue;
            const isTaken = codeOf(() => parse(changed)) === undefined;
            expect(isValid(changed), `${name} ${JSON.stringify(value)}`).toBe(isTaken);
          }
        }
      }
    }
    expect(toJsonSchema(REMOTE_ENVELOPE)).toMatchObject({ additionalProperties: false });
    expect(toJsonSchema(REMOTE_SESSION)).toMatchObject({ additionalProperties: false });
  });
});

describe('validators', () => {
  test('what is well formed comes out as it went in', () => {
    expect(parseRemoteReport(copy(REPORT))).toEqual(REPORT);
    const first = { ...REPORT, done: 0, result: null };
    expect(parseRemoteReport(copy(first))).toEqual(first);
    for (const one of INSTRUCTIONS) expect(parseRemoteInstruction(copy(one))).toEqual(one);
  });

  test('law: any other JSON is MESSAGE_INVALID or PROTOCOL_VERSION, from both', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        for (const parse of [parseRemoteReport, parseRemoteInstruction]) {
          expect(['MESSAGE_INVALID', 'PROTOCOL_VERSION']).toContain(codeOf(() => parse(json)));
        }
      }),
    );
  });

  test.each([REPORT, ...INSTRUCTIONS])(
    'a field too many, too few or of another kind: %j',
    (message) => {
      const parse = 'do' in message ? parseRemoteInstruction : parseRemoteReport;
      for (const name of Object.keys(message)) {
        for (const value of [undefined, null, '', -1, 1e9, 'zz', {}, [], ['x'], 'a'.repeat(999)]) {
          const changed = { ...(copy(message) as Record<string, unknown>), [name]: value };
          if (JSON.stringify(changed) === JSON.stringify(message)) continue;
          const code = codeOf(() => parse(changed));
          // A span of any length, and steps above, are allowed.
          if (['withinMs', 'commands'].includes(name) && code === undefined) continue;
          expect(
            ['MESSAGE_INVALID', 'PROTOCOL_VERSION'],
            `${name} ${JSON.stringify(value)}`,
          ).toContain(code);
        }
      }
      expect(codeOf(() => parse({ ...message, more: 1 }))).toBe('MESSAGE_INVALID');
      expect(codeOf(() => parse({ ...message, protocol: 2, more: 1 }))).toBe('PROTOCOL_VERSION');
    },
  );

  test.each([
    ['9000', ['9000'], true],
    ['6110', ['9000', '61xx'], true],
    ['6A82', ['9000'], false],
    ['6A82', ['xxxx'], true],
    ['6a82', ['6A8X'], true],
    ['9000', [], false],
  ] as const)('%s is expected by %j: %s', (sw, expect_, is) => {
    expect(isExpected(fromHex(sw), expect_)).toBe(is);
  });
});

describe('the envelope', () => {
  const env = manualEnv();
  const limits = () => ({ nowMs: env.now(), maxSkewMs: 120_000 });
  const open = (text: string, guard = memoryGuard()) => openQuestion(text, [KEY], guard, limits());

  test('there and back', async () => {
    const asked = sealQuestion(KEY, 'question', env);
    const question = await open(asked.text);
    expect(question.body).toBe('question');
    expect(asked.open(question.seal('answer'))).toBe('answer');
  });

  test('law: any character changed on the way is noticed, both ways', async () => {
    const asked = sealQuestion(KEY, 'question', env);
    const reply = (await open(asked.text)).seal('{"do":"stop"}');
    const change = (text: string, place: number): string => {
      const at = place % text.length;
      const other = text[at] === 'a' ? 'b' : 'a';
      return text.slice(0, at) + other + text.slice(at + 1);
    };
    const bad = ['MESSAGE_INVALID', 'SIGNATURE_INVALID'];
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (place) => {
        const thrown = await open(change(asked.text, place)).catch((error: unknown) => error);
        expect(bad).toContain((thrown as { code?: unknown }).code);
        // What an answer carries besides its body and signature is not looked at.
        const changed = change(reply, place);
        const got = codeOf(() => expect(asked.open(changed)).toBe('{"do":"stop"}'));
        expect([undefined, ...bad]).toContain(got);
      }),
    );
  });

  test('an answer to another question, an unsigned instruction, a question sent again', async () => {
    const [one, other] = [sealQuestion(KEY, 'same', env), sealQuestion(KEY, 'same', env)];
    const guard = memoryGuard();
    const reply = (await open(one.text, guard)).seal('answer');
    expect(codeOf(() => other.open(reply))).toBe('SIGNATURE_INVALID');
    expect(codeOf(() => one.open(sealUnsigned('{"do":"stop"}')))).toBe('SIGNATURE_INVALID');
    expect(codeOf(() => one.open(sealUnsigned('{"do":"refuse"}')))).toBe('REMOTE_REFUSED_UNSIGNED');
    await expect(open(one.text, guard)).rejects.toMatchObject({ code: 'REQUEST_REPLAYED' });
  });

  test('a terminal of before asks under version 1, and is answered so', async () => {
    const parts = { path: '/remote/1', timestamp: String(env.now()), nonce: 'AB'.repeat(16) };
    const sign = (method: string, body: string): string => {
      const digest = createHash('sha256').update(body).digest('hex');
      const lines = ['QUANCUN1', method, parts.path, parts.timestamp, parts.nonce, digest];
      const secret = Buffer.from(KEY.secret, 'hex');
      return createHmac('sha256', secret).update(lines.join('\n')).digest('hex');
    };
    const { timestamp, nonce } = parts;
    const asked = { keyId: KEY.keyId, timestamp, nonce, signature: sign('ASK', 'q'), body: 'q' };
    const question = await open(JSON.stringify(asked));
    const reply = JSON.parse(question.seal('a')) as { readonly signature: string };
    expect(reply.signature).toBe(sign('ANSWER', 'a'));
  });

  test('another key, another secret, another time', async () => {
    const unknown = sealQuestion({ ...KEY, keyId: 'T2' }, 'question', env);
    await expect(open(unknown.text)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    const wrong = sealQuestion({ ...KEY, secret: '22'.repeat(32) }, 'question', env);
    await expect(open(wrong.text)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    const late = sealQuestion(KEY, 'question', env);
    env.advance(121_000);
    await expect(open(late.text)).rejects.toMatchObject({ code: 'CLOCK_SKEW' });
  });
});
