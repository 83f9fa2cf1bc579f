/** The probe tells the truth of what it loaded, and believes no card more than it has shown. */
import { describe, expect, test } from 'vitest';
import { fromHex, readUint, toHex } from '../../../src/bytes.js';
import { desCipher } from '../../../src/crypto/index.js';
import { computeLoadMac2, computeLoadSessionKey } from '../../../src/purse/index.js';
import {
  createVirtualCard,
  parseProfile,
  personalise,
  type PersonaliseOptions,
} from '../../../src/simulator/index.js';
import { discoverProfile } from '../../../src/testing/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { bareCard } from '../../support/bare-card.js';
import { manualEnv } from '../../support/manual-env.js';

const { random } = manualEnv();
const PIN = { pin: '123456', random, rounds: 10 };
const DAY = { date: '20261124', time: '120000' };

type Odd = (command: Uint8Array, right: (command?: Uint8Array) => Uint8Array) => Uint8Array;

function stateOf(options: Partial<PersonaliseOptions> = {}) {
  return personalise({ kind: '3des-4x', balanceFen: 5000, ...options });
}

/** Probes a card that answers oddly; says what became of it, and what its purse holds. */
async function probe(state: ReturnType<typeof stateOf>, odd: Odd, isSpending = true) {
  const card = createVirtualCard(state);
  const exchange = (command: Uint8Array): Uint8Array =>
    odd(command, (other = command) => card.exchange(other));
  const loadKey = fromHex(state.keys.find(({ use }) => use === 'load')?.value ?? '');
  const spend = { cipher: desCipher, loadKey, ...DAY };
  const work = discoverProfile(simulatorTransport({ reset: () => card.reset(), exchange }), {
    ...PIN,
    ...(isSpending ? { spend } : {}),
  });
  const said = await work.then(
    (findings) => ({ findings, error: undefined }),
    (error: unknown) => ({ findings: undefined, error }),
  );
  return { ...said, loadedFen: card.state.ep.balanceFen - state.ep.balanceFen, loadKey };
}

const plain: Odd = (_command, right) => right();
const isCredit = (command: Uint8Array): boolean => command[1] === 0x52;

/** A card that puts the right MAC2 into every CREDIT: it takes any. */
function takingAnyMac2(loadKey: Uint8Array): Odd {
  let request: Uint8Array = new Uint8Array(0);
  let session = request;
  return (command, right) => {
    const isInitialize = command[1] === 0x50;
    if (!isCredit(command)) {
      const answer = right();
      if (isInitialize) [request, session] = [command, answer];
      return answer;
    }
    const [randomBytes, onlineAtc] = [session.slice(8, 12), readUint(session, 4, 2)];
    const key = computeLoadSessionKey(desCipher, loadKey, { random: randomBytes, onlineAtc });
    const inputs = { amountFen: 1, transactionType: 2, terminal: request.slice(10, 16), ...DAY };
    const mac2 = computeLoadMac2(desCipher, key, inputs);
    return right(fromHex(`${toHex(command.slice(0, 12))}${toHex(mac2)}04`));
  };
}

describe('what was loaded is said', () => {
  const loses = (which: number, isWritten: boolean): Odd => {
    let credits = 0;
    return (command, right) => {
      if (isCredit(command)) credits += 1;
      if (credits < which) return right();
      if (isCredit(command) && isWritten) right();
      throw new Error('the card is gone');
    };
  };
  const wrongMac1FromTheSecond = (): Odd => {
    let credited = false;
    return (command, right) => {
      const answer = right();
      if (isCredit(command)) credited ||= toHex(answer).endsWith('9000');
      if (command[1] === 0x50 && credited) answer[12] = (answer[12] ?? 0) ^ 0xff;
      return answer;
    };
  };

  test.each<[string, Partial<PersonaliseOptions>, Odd, object, number]>([
    [
      'room for one fen',
      { profile: parseProfile({ maxBalanceFen: 5001 }) },
      plain,
      { code: 'CARD_PROBE_STOPPED', money: 'moved', details: { spentFen: 1, sw: '6985' } },
      1,
    ],
    [
      'the last counter but one',
      { onlineAtc: 0xfffe },
      plain,
      { code: 'CARD_PROBE_STOPPED', money: 'moved', details: { spentFen: 1, sw: '9402' } },
      1,
    ],
    [
      'MAC1 wrong from the second load',
      {},
      wrongMac1FromTheSecond(),
      { code: 'CARD_PROBE_STOPPED', money: 'moved', details: { spentFen: 1, what: 'MAC1' } },
      1,
    ],
    [
      'a word of refusal to what is written',
      {},
      (command, right) => {
        const answer = right();
        return isCredit(command) && toHex(answer).endsWith('9000') ? fromHex('6F00') : answer;
      },
      { code: 'CARD_PROBE_STOPPED', money: 'moved', details: { spentFen: 1 } },
      1,
    ],
    [
      'lost at the first CREDIT, not written',
      {},
      loses(1, false),
      { money: 'in-doubt', details: { spentFen: 0 } },
      0,
    ],
    [
      'lost at a later CREDIT, written',
      {},
      loses(6, true),
      { money: 'moved', details: { spentFen: 1 } },
      2,
    ],
  ])('%s', async (_name, options, odd, error, loadedFen) => {
    const said = await probe(stateOf(options), odd);
    expect(said.error).toMatchObject(error);
    expect(said.loadedFen).toBe(loadedFen);
  });

  test('a balance that grows by more than was confirmed: the larger is said, and noted', async () => {
    let reads = 0;
    const grows: Odd = (command, right) => {
      if (command[1] !== 0x5c || command[3] !== 2) return right();
      const answer = right();
      // From the second reading on.
      if ((reads += 1) > 2) answer[3] = (answer[3] ?? 0) + 5;
      return answer;
    };
    const { findings } = await probe(stateOf(), grows);
    expect(findings?.spentFen).toBe(7);
    expect(findings?.notes.map(({ en }) => en).join()).toContain('0.02 yuan were confirmed');
  });

  test('a card that takes any MAC2 is shouted, after one load', async () => {
    const state = stateOf();
    const loadKey = fromHex(state.keys.find(({ use }) => use === 'load')?.value ?? '');
    const { error, loadedFen } = await probe(state, takingAnyMac2(loadKey));
    expect(error).toMatchObject({
      code: 'CARD_TAKES_ANY_MAC2',
      money: 'moved',
      details: { spentFen: 1 },
    });
    expect(loadedFen).toBe(1);
  });

  test('lost before any CREDIT: untouched, whatever the reader says of itself', async () => {
    const gone: Odd = (command, right) => {
      if (command[1] === 0x50) throw new Error('the card is gone');
      return right();
    };
    const { error } = await probe(stateOf(), gone);
    expect(error).toMatchObject({ money: 'untouched' });
  });
});

describe('what the card has not shown is not known', () => {
  const find = async (state: ReturnType<typeof stateOf>, odd: Odd) => {
    const { findings, error } = await probe(state, odd, false);
    if (findings === undefined) throw error;
    return findings;
  };

  test.each([
    ['no dates', `0008${'00'.repeat(7)}02${'00'.repeat(6)}FFFFFFFFFFFFFF`],
    ['no day of the calendar', `0008${'00'.repeat(7)}02${'00'.repeat(6)}20261399120000`],
    ['no time', `0008${'00'.repeat(7)}02${'00'.repeat(6)}20261124999999`],
  ])('logAtc of a log that is garbage: %s', async (_name, record) => {
    const garbled: Odd = (command, right) =>
      command[1] === 0xb2 && right().length > 2 ? fromHex(`${record}9000`) : right();
    const card = bareCard({ kind: '3des-4x', balanceFen: 5000, onlineAtc: 7 });
    card.open();
    card.load(100);
    card.reset();
    const { known, assumed } = await find(card.state, garbled);
    expect(known).not.toHaveProperty('logAtc');
    expect(assumed).toContain('logAtc');
  });

  test('logAtc of a log that is not newest first', async () => {
    const card = bareCard({ kind: '3des-4x', balanceFen: 5000, onlineAtc: 7 });
    for (let load = 0; load < 2; load += 1) {
      card.open();
      card.load(100);
    }
    card.reset();
    const older = `0009000000000000640200044010100119990101120000`;
    const mixed: Odd = (command, right) =>
      command[1] === 0xb2 && command[2] === 1 && right().length > 2
        ? fromHex(`${older}9000`)
        : right();
    const { known, notes } = await find(card.state, mixed);
    expect(notes.map(({ en }) => en)).toContain('the log is not newest first');
    expect(known).not.toHaveProperty('logAtc');
  });

  test.each([
    ['the purse', 2],
    ['nothing: the PIN first', 0],
  ])('electronicDeposit where P2 is ignored: every purse is %s', async (_name, p2) => {
    const ignoring: Odd = (command, right) => {
      if (command[1] !== 0x5c) return right();
      return p2 === 0 ? fromHex('6982') : right(fromHex('805C000204'));
    };
    const { known } = await find(stateOf(), ignoring);
    expect(known).not.toHaveProperty('electronicDeposit');
  });

  test.each([true, false])('pinForLoad %s where SELECT keeps the PIN', async (pinForLoad) => {
    const profile = parseProfile({ pinForLoad });
    const seen = new Set<string>();
    const keeping: Odd = (command, right) => {
      const isAgain = command[1] === 0xa4 && seen.has(toHex(command));
      seen.add(toHex(command));
      return isAgain ? fromHex('9000') : right();
    };
    const { known, notes } = await find(stateOf({ profile }), keeping);
    expect(known).not.toHaveProperty('pinForLoad');
    expect(notes.map(({ en }) => en).join()).toContain('does not make the card forget the PIN');
  });

  test('pinForLoad of a card whose log is free, and whose SELECT keeps the PIN', async () => {
    for (const pinForLoad of [true, false]) {
      const profile = parseProfile({ pinForLoad, pinForLog: false });
      const opened = new Set<string>();
      const keeping: Odd = (command, right) => {
        const isAgain = command[1] === 0xa4 && opened.has(toHex(command));
        opened.add(toHex(command));
        return isAgain ? fromHex('9000') : right();
      };
      const { known } = await find(stateOf({ profile }), keeping);
      expect(known.pinForLoad).toBe(pinForLoad);
    }
  });

  test('a locked card is no stranger', async () => {
    const locked: Odd = () => fromHex('6A81');
    const { error } = await probe(stateOf(), locked, false);
    expect(error).toMatchObject({ code: 'CARD_LOCKED', money: 'untouched' });
  });

  test('SELECT along a path that is said, and a PIN in a form that is said', async () => {
    const state = stateOf();
    const card = createVirtualCard(state);
    const sent: string[] = [];
    const recording = {
      reset: () => card.reset(),
      exchange: (command: Uint8Array) => {
        sent.push(toHex(command));
        return command[1] === 0x20 ? fromHex('9000') : card.exchange(command);
      },
    };
    const select = [{ dfName: fromHex('A00000000386980701') }];
    const options = { ...PIN, select, pinForm: 'bcd' } as const;
    await discoverProfile(simulatorTransport(recording), options);
    expect(sent[0]).toMatch(/^00A40400/);
    expect(sent).toContain('0020000003123456');
    expect(sent.some((command) => command.startsWith('00A40000'))).toBe(false);
  });
});
