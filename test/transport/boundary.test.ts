/** Transports that anybody wrote: whatever form their bytes and their failures have. */
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '../../src/bytes.js';
import { envFrom } from '../../src/env.js';
import { QuancunError } from '../../src/errors.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { readCard } from '../../src/terminal/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import {
  transmitAll,
  type Transport,
  withFaults,
  withGetResponse,
  withQueue,
  withTimeLimit,
  withTrace,
} from '../../src/transport/index.js';

const env = envFrom(globalThis);
const SELECT = fromHex('00A40000021001');
const ANSWER = [0x6f, 0x00, 0xff, 0x90, 0x00];

/** A transport whose `transmit` gives back whatever it likes. */
function stranger(transmit: (command: Uint8Array) => unknown): Transport {
  return {
    info: { kind: 'own', maxBatch: 1 },
    transmit,
    close: async () => undefined,
  } as Transport;
}

/** Every way of the library to ask a transport, wrappers included. */
const WAYS: Readonly<Record<string, (transport: Transport) => Promise<Uint8Array | undefined>>> = {
  transmitAll: async (one) => (await transmitAll(one, [SELECT]))[0],
  withTimeLimit: (one) => withTimeLimit(one, { env }).transmit(SELECT),
  withQueue: (one) => withQueue(one, env).transmit(SELECT),
  withGetResponse: (one) => withGetResponse(one).transmit(SELECT),
  withTrace: (one) => withTrace(one, () => undefined).transmit(SELECT),
  withFaults: (one) => withFaults(one, []).transmit(SELECT),
};

/** What bytes look like in hosts, and nothing else. */
const FORMS: Readonly<Record<string, unknown>> = {
  'number[]': ANSWER,
  'numbers with a sign': [0x6f, 0, -1, -112, 0],
  ArrayBuffer: Uint8Array.from(ANSWER).buffer,
  'ArrayBuffer of another realm': runInNewContext(
    'Uint8Array.of(0x6f, 0, 0xff, 0x90, 0).buffer',
  ) as unknown,
  'Uint8Array of another realm': runInNewContext(
    'Uint8Array.of(0x6f, 0, 0xff, 0x90, 0)',
  ) as unknown,
  DataView: new DataView(Uint8Array.from([1, ...ANSWER, 2]).buffer, 1, 5),
  Buffer: Buffer.from(ANSWER),
  'a part of a buffer': Uint8Array.from([1, ...ANSWER, 2]).subarray(1, 6),
  Int8Array: Int8Array.from(ANSWER),
  Uint8ClampedArray: Uint8ClampedArray.from(ANSWER),
  'hex text': '6F00FF9000',
  'hex text in small letters with blanks': '6f00 ff 90 00',
};

/** What could be bytes in two ways, or is none. */
const NONE: Readonly<Record<string, unknown>> = {
  'an object': { data: [0x90, 0x00] },
  'a number': 0x9000,
  true: true,
  'text that is not hex': 'kAA=',
  'half a byte of hex': '900',
  'hex with 0x': '0x9000',
  'numbers above a byte': [0x90, 256],
  'numbers below a byte': [-129, 0],
  fractions: [0x90, 0.5],
  'texts in a list': ['90', '00'],
  'a list with a hole': [0x90, undefined, 0],
  'numbers of two bytes each': Uint16Array.of(0x90, 0x00),
};

describe.each(Object.keys(WAYS))('%s', (way) => {
  const ask = (transport: Transport) => WAYS[way]?.(transport) ?? Promise.reject(new Error(way));

  test.each(Object.keys(FORMS))('bytes as %s are bytes', async (form) => {
    const answer = await ask(stranger(() => Promise.resolve(FORMS[form])));
    expect(Object.prototype.toString.call(answer)).toBe('[object Uint8Array]');
    expect(Buffer.isBuffer(answer)).toBe(false);
    expect(toHex(answer ?? new Uint8Array())).toBe('6F00FF9000');
  });

  test.each(Object.keys(NONE))('%s is no answer, and the card may have had it', async (form) => {
    const asked = ask(stranger(() => Promise.resolve(NONE[form])));
    await expect(asked).rejects.toMatchObject({
      ...{ code: 'TRANSPORT_FRAME', sent: 'maybe', money: 'in-doubt' },
    });
  });

  test.each([[[]], [[0x90]], [''], ['90'], [undefined], [null], [new ArrayBuffer(1)]])(
    'no status word in %j',
    async (given) => {
      const asked = ask(stranger(() => Promise.resolve(given)));
      await expect(asked).rejects.toMatchObject({ code: 'RESPONSE_MALFORMED', sent: 'maybe' });
    },
  );

  test('an answer at once is an answer', async () => {
    expect(await ask(stranger(() => ANSWER))).toHaveLength(5);
  });

  test.each([
    ['an Error', new Error('transceive fail')],
    ['a text', 'transceive fail'],
    ['an object', { errCode: 13017 }],
    ['nothing', undefined],
  ])('%s thrown or rejected is a loss, maybe', async (_what, thrown) => {
    const wanted = { code: 'TRANSPORT_LOST', sent: 'maybe', money: 'in-doubt' };
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as strangers do
    const rejecting = stranger(() => Promise.reject(thrown));
    const throwing = stranger(() => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- as strangers do
      throw thrown;
    });
    await expect(ask(rejecting)).rejects.toMatchObject(wanted);
    await expect(ask(throwing)).rejects.toMatchObject(wanted);
  });

  test('an error of ours that does not say what was sent is a maybe', async () => {
    const error = new QuancunError('TRANSPORT_CLOSED', { money: 'untouched' });
    const asked = ask(stranger(() => Promise.reject(error)));
    const wanted = { code: 'TRANSPORT_CLOSED', sent: 'maybe', money: 'in-doubt' };
    await expect(asked).rejects.toMatchObject(wanted);
  });

  test.each([
    ['a Promise', Promise.resolve(stranger(() => ANSWER)), /Promise.*await/],
    ['number[]', [0x90, 0], /Array/],
    ['nothing', undefined, /undefined/],
    ['null', null, /null/],
    ['a text', 'nfc', /string/],
    ['a host object', { isoDepHandler: { transceive: () => ANSWER } }, /Object/],
    ['a transport without info', { transmit: () => ANSWER }, /Object/],
  ])('%s is no transport, and the error says so', async (_what, given, said) => {
    const asked = Promise.resolve().then(() => ask(given as unknown as Transport));
    await expect(asked).rejects.toMatchObject({
      ...{ code: 'ARGUMENT_INVALID', sent: 'no', money: 'untouched' },
      details: { what: 'transport', problem: { en: said } },
      message: said,
    });
  });
});

describe('frames of a stranger', () => {
  const framing = (transmitBatch: (commands: readonly Uint8Array[]) => unknown) =>
    ({ ...stranger(() => ANSWER), info: { kind: 'own', maxBatch: 4 }, transmitBatch }) as Transport;

  test('answers in any form', async () => {
    const transport = framing(() => [[0x90, 0], '9000', Uint8Array.of(0x6a, 0x82).buffer]);
    const answers = await transmitAll(transport, [SELECT, SELECT, SELECT, SELECT]);
    expect(answers.map(toHex)).toEqual(['9000', '9000', '6A82']);
  });

  test.each([
    ['one answer for all', [0x90, 0x00]],
    ['hex text for all', '9000'],
    ['nothing', undefined],
    [
      'more than was asked',
      [
        [0x90, 0],
        [0x90, 0],
        [0x90, 0],
      ],
    ],
  ])('%s is refused: maybe', async (_what, given) => {
    const asked = transmitAll(
      framing(() => Promise.resolve(given)),
      [SELECT, SELECT],
    );
    await expect(asked).rejects.toMatchObject({ code: 'TRANSPORT_FRAME', sent: 'maybe' });
  });

  test('a plain error is a loss', async () => {
    const asked = transmitAll(
      framing(() => {
        throw new Error('link');
      }),
      [SELECT],
    );
    await expect(asked).rejects.toMatchObject({ code: 'TRANSPORT_LOST', sent: 'maybe' });
  });
});

test('a card is read over numbers, hex and ArrayBuffers alike', async () => {
  const read = async (form: (answer: Uint8Array) => unknown) => {
    const card = simulatorTransport(createVirtualCard(personalise({ kind: '3des-4x' })));
    const own = stranger(async (command) => form(await card.transmit(command)));
    return (await readCard(own)).issue.plate;
  };
  const forms = [Array.from, toHex, (one: Uint8Array) => one.slice().buffer];
  for (const form of forms) expect(await read(form as never)).toBe('甘A12345');
});
