/**
 * Sessions with cards that lie: whatever they say, nobody is told a wrong thing about money, every
 * session ends, and the books hold. `npm run campaign` runs a hundred thousand of them.
 */
import { expect, test } from 'vitest';
import { isQuancunError } from '../../src/errors.js';
import { discoverProfile } from '../../src/conformance/index.js';
import { readCard } from '../../src/terminal/index.js';
import { simulatorTransport, type CardLike } from '../../src/transport/drivers/simulator.js';
import { openShop } from '../support/shop.js';
import { diceOf, hostileCard } from './hostile-card.js';

const { HOSTILE_SESSIONS, HOSTILE_SEED = '1', CI } = process.env;
const SESSIONS = Number(HOSTILE_SESSIONS ?? (CI === 'true' ? 10_000 : 500));
/** An honest recharge takes about twenty. */
const MAX_EXCHANGES = 500;
const AMOUNT_FEN = 10_000;

test('sessions with cards that lie', { timeout: 36_000_000 }, async () => {
  const ends = new Map<string, number>();
  for (let seed = Number(HOSTILE_SEED); seed < Number(HOSTILE_SEED) + SESSIONS; seed += 1) {
    const { end, wrong } = await session(seed);
    ends.set(end, (ends.get(end) ?? 0) + 1);
    if (wrong.length > 0) {
      const again = `HOSTILE_SEED=${String(seed)} HOSTILE_SESSIONS=1 npx vitest run test/hostile`;
      expect.fail(`${wrong.join('; ')}\nagain: ${again}`);
    }
  }
  console.log(`${String(SESSIONS)} sessions from ${HOSTILE_SEED}:`, Object.fromEntries(ends));
  // Lies come late enough for each end to be met.
  for (const end of ['credited', 'held', 'refused']) expect(ends.get(end) ?? 0).toBeGreaterThan(0);
});

async function session(seed: number): Promise<{ end: string; wrong: string[] }> {
  const below = diceOf(seed);
  const wrong: string[] = [];
  const expectThat = (holds: boolean, rule: string): void => {
    if (!holds) wrong.push(rule);
  };
  let exchanges = 0;
  // Seldom enough that most get as far as the write; then always honest, for the last visit.
  let rarity = [4, 12, 30, 60][below(4)] ?? 30;
  const shop = openShop({
    card: { kind: below(2) === 0 ? '3des-4x' : 'sm4-5x', balanceFen: below(2) * 5_000 },
    policy: { issuer: below(2) === 0 ? 'sole' : 'shared' },
    host: (card) => {
      const bent = rarity === 0 ? card : hostileCard(card, below, rarity);
      const counted: CardLike = {
        reset: () => bent.reset(),
        exchange: (command) => {
          exchanges += 1;
          if (exchanges > MAX_EXCHANGES) throw new Error('it goes on for ever');
          return bent.exchange(command);
        },
      };
      counted.reset();
      return simulatorTransport(counted);
    },
  });
  const before = shop.card.state.ep.balanceFen;

  const { result } = await shop.recharge({ amountFen: AMOUNT_FEN });
  const paid = shop.payments();
  const secrets = ['6201220000001234', '123456'];
  const told = JSON.stringify(result);
  expectThat(exchanges <= MAX_EXCHANGES, 'a session that did not end');
  expectThat(paid <= 1, 'money was taken twice');
  if (result.outcome === 'refused') {
    const { code, hint } = result.error;
    expectThat(code !== 'INTERNAL', `INTERNAL ${String(result.error.cause)}`);
    const denies =
      /no money was taken|nothing was paid/i.test(hint.en) || hint.zh.includes('未收款');
    expectThat(!denies || paid === 0, `paid, and told that nothing was taken (${code})`);
    const shown = JSON.stringify(result.error);
    expectThat(!secrets.some((one) => shown.includes(one)), `an error with a secret (${code})`);
  }
  if (result.paid !== 'unknown') {
    expectThat(result.paid === (paid === 1 ? 'yes' : 'no'), `told that it is paid: ${result.paid}`);
  }
  if (result.outcome === 'held') expectThat(paid === 1, 'held without a payment');
  const counts = await shop.ledger.counts();
  const credited = counts.find(({ state }) => state === 'CREDITED')?.count ?? 0;
  if (result.outcome === 'credited') {
    expectThat(credited === 1, 'told that it is credited, and the books say otherwise');
    expectThat(shop.card.state.ep.balanceFen === before + AMOUNT_FEN, 'credited, and not written');
  }
  expectThat(shop.credits().accepted <= paid, 'a card that was written without a payment');
  expectThat(told.length > 0, 'no result');

  // The same card, honest now: what was paid gets there, or waits for a person; never twice.
  rarity = 0;
  exchanges = 0;
  if (paid === 1 && result.outcome !== 'credited') {
    shop.env.advance(3_600_000);
    const { result: again } = await shop.load();
    if (again.outcome === 'refused') {
      expectThat(
        again.error.code !== 'INTERNAL',
        `INTERNAL at the load ${String(again.error.cause)}`,
      );
    }
    expectThat(shop.payments() === 1, 'a load took money');
    expectThat(shop.credits().accepted <= 1, 'a card that was written twice');
  }
  await alsoRead(seed, below, expectThat);
  return { end: result.outcome, wrong };
}

/** Reading and probing end too, in a value or a refusal of ours. */
async function alsoRead(
  seed: number,
  below: (end: number) => number,
  expectThat: (holds: boolean, rule: string) => void,
): Promise<void> {
  const { card } = openShop({ card: { kind: 'sm4-5x', balanceFen: 100 } });
  let exchanges = 0;
  const bent = hostileCard(card, below, 6);
  const counted: CardLike = {
    reset: () => bent.reset(),
    exchange: (command) => {
      exchanges += 1;
      if (exchanges > 5_000) throw new Error('it goes on for ever');
      return bent.exchange(command);
    },
  };
  const probes = seed % 20 === 0;
  try {
    const transport = simulatorTransport(counted);
    if (probes) {
      const random = (size: number): Uint8Array =>
        Uint8Array.from({ length: size }, () => below(256));
      await discoverProfile(transport, { pin: '123456', random, rounds: 5 });
    } else await readCard(transport);
  } catch (error) {
    const isOurs = isQuancunError(error) && error.code !== 'INTERNAL';
    expectThat(isOurs, `${probes ? 'conformance' : 'read'} threw ${String(error)}`);
  }
}
