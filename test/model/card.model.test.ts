/**
 * The simulated card against a model of nothing but money and counters. The model knows what a
 * purse owes its owner; it does not know how the card does it.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createVirtualCard, type VirtualCard } from '../../src/simulator/index.js';
import { type BareCard, bareCard } from '../support/bare-card.js';
import { auditSession } from '../support/purse-oracle.js';

/** What the owner of the card believes. */
interface Model {
  balanceFen: number;
  loads: number;
  payments: number;
  /** Type and counter of the last finished transaction. */
  last?: { type: number; atc: number };
  pinVerified: boolean;
  triesLeft: number;
  wrongMacs: number;
  blocked: boolean;
}

interface Real {
  readonly card: BareCard;
}

type Step = fc.Command<Model, Real>;

const RIGHT_PIN = '0020000006 313233343536';
const WRONG_PIN = '0020000006 313233343500';

/** Card and model agree on everything that is worth money. */
function agree(model: Model, { card }: Real): void {
  const { ep } = card.state;
  expect({ balanceFen: ep.balanceFen, loads: ep.onlineAtc, payments: ep.offlineAtc }).toEqual({
    balanceFen: model.balanceFen,
    loads: model.loads,
    payments: model.payments,
  });
  expect(card.state.application === 'blocked').toBe(model.blocked);
  expect(card.state.pin?.triesLeft).toBe(model.triesLeft);
}

function step(
  name: string,
  check: (model: Model) => boolean,
  run: (model: Model, real: Real) => void,
): Step {
  return {
    check,
    run: (model, real) => {
      run(model, real);
      agree(model, real);
    },
    toString: () => name,
  };
}

const always = (): boolean => true;
const usable = (model: Model): boolean => !model.blocked;

const verify = step('verify', usable, (model, { card }) => {
  const answer = card.send(RIGHT_PIN);
  model.pinVerified = model.triesLeft > 0;
  expect(answer).toBe(model.triesLeft > 0 ? '9000' : '6983');
  if (model.triesLeft > 0) model.triesLeft = 3;
});

const verifyWrong = step('wrong PIN', usable, (model, { card }) => {
  const answer = card.send(WRONG_PIN);
  if (model.triesLeft > 0) model.triesLeft -= 1;
  else expect(answer).toBe('6983');
  model.pinVerified = model.pinVerified && answer === '6983';
});

const reset = step('reset and select', always, (model, { card }) => {
  card.reset();
  card.send('00A4000002 1001');
  model.pinVerified = false;
});

const load = (amountFen: number): Step =>
  step(`load ${String(amountFen)}`, usable, (model, { card }) => {
    const answer = card.load(amountFen);
    const fits = model.balanceFen + amountFen <= 0x7fffffff;
    if (!model.pinVerified || !fits) {
      expect(answer).toBe(model.pinVerified ? '6985' : '6982');
      return;
    }
    expect(answer).toMatch(/ 9000$/);
    model.balanceFen += amountFen;
    model.loads += 1;
    Object.assign(model, { last: { type: 2, atc: model.loads }, pinVerified: false, wrongMacs: 0 });
  });

const loadWithWrongMac = step('load with a wrong MAC2', usable, (model, { card }) => {
  const answer = card.load(1, { wrongMac: true });
  const fits = model.balanceFen + 1 <= 0x7fffffff;
  if (!model.pinVerified || !fits) {
    expect(answer).toBe(model.pinVerified ? '6985' : '6982');
    return;
  }
  model.wrongMacs += 1;
  model.blocked = model.wrongMacs === 3;
  expect(answer).toBe(model.blocked ? '6985' : '9302');
});

const tornLoad = step('INITIALIZE FOR LOAD, then the card is pulled', usable, (model, { card }) => {
  card.load(1, { between: '00A4000002 1001' });
  card.reset();
  card.send('00A4000002 1001');
  model.pinVerified = false;
});

const buy = (amountFen: number): Step =>
  step(`purchase ${String(amountFen)}`, usable, (model, { card }) => {
    const answer = card.purchase(amountFen);
    if (amountFen > model.balanceFen) {
      expect(answer).toBe('9401');
      return;
    }
    expect(answer).toMatch(/ 9000$/);
    model.balanceFen -= amountFen;
    model.payments += 1;
    Object.assign(model, {
      last: { type: 6, atc: model.payments },
      pinVerified: false,
      wrongMacs: 0,
    });
  });

const prove = (type: number): Step =>
  step(`prove type ${String(type)}`, usable, (model, { card }) => {
    const atc = type === 2 ? model.loads : model.payments;
    const hex = atc.toString(16).padStart(4, '0');
    const answer = card.send(`805A000${String(type)}02 ${hex} 08`);
    const known = model.last?.type === type && model.last.atc === atc;
    expect(answer).toMatch(known ? /^[0-9A-F]{16} 9000$/ : /^9406$/);
  });

const balance = step('GET BALANCE', usable, (model, { card }) => {
  const hex = model.balanceFen.toString(16).toUpperCase().padStart(8, '0');
  expect(card.send('805C000204')).toBe(`${hex} 9000`);
});

const refusedWhenBlocked = step(
  'anything, when blocked',
  (model) => model.blocked,
  (_model, real) => {
    expect(real.card.send('805C000204')).toBe('6985');
    expect(real.card.send(RIGHT_PIN)).toBe('6985');
  },
);

test.each(['3des-4x', 'sm4-5x'] as const)(
  '%s: no sequence of commands makes or loses a fen',
  (kind) => {
    const amounts = fc.oneof(fc.integer({ min: 0, max: 3000 }), fc.constant(0x7fffffff));
    const steps = [
      fc.constant(verify),
      fc.constant(verify),
      fc.constant(verifyWrong),
      fc.constant(reset),
      amounts.map(load),
      amounts.map(load),
      amounts.map(buy),
      fc.constant(loadWithWrongMac),
      fc.constant(tornLoad),
      fc.constantFrom(2, 6).map(prove),
      fc.constant(balance),
      fc.constant(refusedWhenBlocked),
    ];
    fc.assert(
      fc.property(fc.commands(steps, { maxCommands: 60, size: 'max' }), (commands) => {
        const card = bareCard({ kind, balanceFen: 1000 });
        card.send('00A4000002 1001');
        const model: Model = {
          balanceFen: 1000,
          loads: 0,
          payments: 0,
          pinVerified: false,
          triesLeft: 3,
          wrongMacs: 0,
          blocked: false,
        };
        fc.modelRun(() => ({ model, real: { card } }), commands);
        const wires = card.wires.filter(({ response }) => response.length > 2);
        expect(auditSession(card.state, wires).wrong).toEqual([]);
      }),
      { numRuns: kind === 'sm4-5x' ? 60 : 120 },
    );
  },
);

test('the model would notice: a card that counts a credit twice does not pass', () => {
  const card = bareCard({ kind: '3des-4x', balanceFen: 1000 });
  const doubled: VirtualCard = createVirtualCard({
    ...card.state,
    ep: { ...card.state.ep, balanceFen: 2000 },
  });
  const model = { balanceFen: 1000, loads: 0, payments: 0, triesLeft: 3, blocked: false } as Model;
  expect(() => {
    agree(model, { card: { ...card, state: doubled.state } });
  }).toThrow();
});
