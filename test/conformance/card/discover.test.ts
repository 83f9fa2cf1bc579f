/** The profile put into a simulated card is the profile found out, and the card is as it was. */
import { describe, expect, test } from 'vitest';
import { desCipher, sm4Cipher } from '../../../src/crypto/index.js';
import { fromHex, toHex } from '../../../src/bytes.js';
import {
  type CardState,
  createVirtualCard,
  parseProfile,
  personalise,
  type PersonaliseOptions,
  withT0,
} from '../../../src/simulator/index.js';
import { type CardFindings, discoverProfile } from '../../../src/testing/index.js';
import { simulatorTransport } from '../../../src/transport/drivers/simulator.js';
import { bareCard } from '../../support/bare-card.js';
import { manualEnv } from '../../support/manual-env.js';

const { random } = manualEnv();
const PIN = { pin: '123456', random, rounds: 40 };

/** A card with a life behind it: two loads, and a purchase where asked. */
function livedCard(options: Omit<PersonaliseOptions, 'kind'>, purchase = false): CardState {
  const card = bareCard({ kind: '3des-4x', balanceFen: 5000, onlineAtc: 7, ...options });
  for (let load = 0; load < 2; load += 1) {
    card.open();
    card.load(100);
  }
  if (purchase) card.purchase(30);
  card.reset();
  return card.state;
}

/** What must not have changed: everything but what INITIALIZE draws and may forget. */
function money({ ep, ed, pin, df, mf, application, wrongMacs, keys }: CardState): object {
  return { ep, ed, pin, df, mf, application, wrongMacs, keys };
}

async function discover(state: CardState, t0 = false) {
  const card = createVirtualCard(state);
  const wires: string[] = [];
  const seen = t0 ? withT0(card) : card;
  const recording = {
    reset: () => seen.reset(),
    exchange: (command: Uint8Array) => {
      wires.push(toHex(command));
      return seen.exchange(command);
    },
  };
  const findings = await discoverProfile(simulatorTransport(recording), PIN);
  return { card, wires, findings };
}

/** Each known field is as it was put in; says which were known. */
function expectTrue(findings: CardFindings, state: CardState): string[] {
  const { statusWords, ...known } = findings.known;
  expect(state.profile).toMatchObject(known);
  expect(state.profile.statusWords).toMatchObject(statusWords);
  return [...Object.keys(known), ...Object.keys(statusWords)].sort();
}

const FREE = [
  ...['applicationName', 'balanceTopBit', 'electronicDeposit', 'initAmountZeroOk'],
  ...['issueSizeBytes', 'overflowChecked', 'pinForLoad', 'pinForLog', 'selectByFid', 'selectFci'],
  ...['terminalNumberFree', 'noProof'],
];

describe('discoverProfile, without money', () => {
  test.each([
    ['the default', {}, ['proveArg', 'proveHalf', 'proveClearedByInit', 'logAtc']],
    ['before', { proveArg: 'before', logAtc: 'before' }, ['proveArg', 'logAtc']],
    ['both ways round', { proveArg: 'both', proveHalf: 'tac-mac' }, ['proveArg', 'proveHalf']],
    ['one that forgets', { proveClearedByInit: true }, ['proveClearedByInit', 'proveArg']],
    ['a weak generator', { rngTrusted: false }, ['rngTrusted']],
    ['a small purse', { maxBalanceFen: 100_000 }, ['maxBalanceFen', 'overflow']],
    ['no limit', { overflowChecked: false }, []],
    ['no PIN asked', { pinForLoad: false, pinForLog: false }, []],
    ['a top bit, short files', { balanceTopBit: true, issueSizeBytes: 43 }, []],
    ['a deposit too', { electronicDeposit: true }, []],
    ['strict words', { terminalNumberFree: false, initAmountZeroOk: false }, []],
    ['known by name alone', { selectByFid: false, selectFci: false }, []],
    [
      'words of its own',
      { statusWords: { pinNotVerified: '6985', noProof: '6985', overflow: '9408' } },
      ['pinNotVerified', 'overflow'],
    ],
  ])('%s', async (_name, json, expected) => {
    const state = livedCard({ profile: parseProfile(json) });
    const { card, wires, findings } = await discover(state);
    expect(expectTrue(findings, state)).toEqual(expect.arrayContaining([...FREE, ...expected]));
    expect(money(card.state)).toEqual(money(state));
    expect(findings.spentFen).toBe(0);
    expect(wires.filter((wire) => /^80(52|54)/.test(wire))).toEqual([]);
    expect(parseProfile(JSON.parse(JSON.stringify(findings.profile)))).toEqual(findings.profile);
  });

  test.each([true, false])(
    'a purchase after the load: proveClearedByPurchase %s',
    async (value) => {
      const profile = parseProfile({ proveClearedByPurchase: value });
      const state = livedCard({ profile }, true);
      const { findings } = await discover(state);
      expect(findings.known.proveClearedByPurchase).toBe(value);
      expectTrue(findings, state);
    },
  );

  test('T=0: the same findings, and a note', async () => {
    const state = livedCard({});
    const { findings } = await discover(state, true);
    expectTrue(findings, state);
    expect(findings.notes.map(({ en }) => en)).toContain('the card answers 61xx: T=0');
    expect(findings.known).toEqual((await discover(state)).findings.known);
  });

  test('an SM4 card: its key index follows from its version', async () => {
    const state = personalise({ kind: 'sm4-5x', balanceFen: 5000 });
    const { findings } = await discover(state);
    expect(findings.known.pinForLoad).toBe(true);
    expectTrue(findings, state);
  });

  test('10,000 rounds without a repetition: trusted; fewer: assumed weak', async () => {
    const state = personalise({ kind: '3des-4x' });
    const card = createVirtualCard(state);
    let opened = 0;
    // The card's own cryptograms would take seconds: from here on only the random number is new.
    const quick = (command: Uint8Array): Uint8Array => {
      if (command[1] !== 0x50 || (opened += 1) < 100) return card.exchange(command);
      return Uint8Array.from([...new Uint8Array(8), ...random(4), 0, 0, 0, 0, 0x90, 0]);
    };
    const transport = simulatorTransport({ reset: () => card.reset(), exchange: quick });
    const { known } = await discoverProfile(transport, { ...PIN, rounds: 10_000 });
    expect(known.rngTrusted).toBe(true);
    const { findings } = await discover(state);
    expect([findings.profile.rngTrusted, findings.assumed.includes('rngTrusted')]).toEqual([
      false,
      true,
    ]);
  });

  test('without the PIN: what it hides stays assumed, strictly, and no try is spent', async () => {
    const state = livedCard({});
    const card = createVirtualCard(state);
    const findings = await discoverProfile(simulatorTransport(card), { random });
    expect(card.state.pin).toEqual(state.pin);
    expect(findings.assumed).toEqual(
      expect.arrayContaining(['pinForLoad', 'singleSession', 'logAtc', 'statusWords.macWrong']),
    );
    expect(findings.profile).toMatchObject({
      pinForLoad: true,
      singleSession: false,
      sessionSurvivesBadMac: true,
      overflowChecked: false,
    });
    expect(findings.notes[0]?.en).toContain('(6982)');
  });

  test('a wrong PIN costs one try, and ends the work', async () => {
    const card = createVirtualCard(livedCard({}));
    const wrong = discoverProfile(simulatorTransport(card), { ...PIN, pin: '000000' });
    await expect(wrong).rejects.toMatchObject({ code: 'PIN_WRONG' });
    expect(card.state.pin?.triesLeft).toBe(2);
  });

  test('no toll application', async () => {
    const nothing = { reset: () => fromHex('3B00'), exchange: () => fromHex('6A82') };
    await expect(discoverProfile(simulatorTransport(nothing), PIN)).rejects.toMatchObject({
      code: 'NOT_AN_ETC_CARD',
    });
  });
});

describe('discoverProfile, with money', () => {
  const spendOf = (state: CardState, cipher = desCipher) => ({
    cipher,
    loadKey: fromHex(state.keys.find(({ use }) => use === 'load')?.value ?? ''),
    date: '20261124',
    time: '120000',
  });
  const discovered = async (state: CardState, spend = spendOf(state)) => {
    const card = createVirtualCard(state);
    const findings = await discoverProfile(simulatorTransport(card), { ...PIN, spend });
    return { card, findings };
  };

  test.each([
    ['the default', {}, 2, ['noTransaction', 'pinClearedByTransaction']],
    ['a session that survives', { sessionSurvivesBadMac: true, sessionSurvivesOther: true }, 2, []],
    ['several sessions', { singleSession: false }, 3, []],
    ['everything open', { singleSession: false, sessionSurvivesOther: true }, 3, []],
    ['before', { proveArg: 'before', logAtc: 'before', pinClearedByTransaction: false }, 2, []],
    ['no PIN, forgets', { pinForLoad: false, pinForLog: false, proveClearedByInit: true }, 2, []],
    [
      'words of its own',
      { statusWords: { macWrong: '6988', noTransaction: '6985' } },
      2,
      ['noTransaction'],
    ],
  ] as const)('%s', async (_name, json, fen, expected) => {
    const state = personalise({ kind: '3des-4x', balanceFen: 5000, profile: parseProfile(json) });
    const { card, findings } = await discovered(state);
    expect(expectTrue(findings, state)).toEqual(
      expect.arrayContaining([
        ...[...FREE, ...expected, 'macWrong', 'proveArg', 'proveHalf', 'proveClearedByInit'],
        ...['logAtc', 'sessionSurvivesBadMac', 'sessionSurvivesOther', 'singleSession'],
      ]),
    );
    expect([findings.spentFen, card.state.ep]).toEqual([
      fen,
      { balanceFen: 5000 + fen, onlineAtc: fen, offlineAtc: 0 },
    ]);
    expect([card.state.wrongMacs, card.state.application]).toEqual([0, 'open']);
  });

  test('under SM4 too', async () => {
    const state = personalise({ kind: 'sm4-5x', balanceFen: 5000 });
    const { findings } = await discovered(state, spendOf(state, sm4Cipher));
    expectTrue(findings, state);
    expect(findings.spentFen).toBe(2);
  });

  test('keys of another card: MAC1 does not hold, and nothing is credited or guessed', async () => {
    const state = livedCard({});
    const card = createVirtualCard(state);
    const spend = { ...spendOf(state), loadKey: fromHex('00112233445566778899AABBCCDDEEFF') };
    const work = discoverProfile(simulatorTransport(card), { ...PIN, spend });
    await expect(work).rejects.toMatchObject({
      code: 'CARD_PROBE_STOPPED',
      money: 'untouched',
      details: { what: 'MAC1', spentFen: 0 },
    });
    expect(money(card.state)).toEqual(money(state));
  });
});
