/**
 * The office behind the counter: what people do with an order between two visits. They act
 * honestly: they say of a card what is true of it, and hand money back once.
 */
import type { ForeignRecord, Order } from '../../src/load/index.js';
import type { World } from './world.js';

/** One act of the office, after a visit that may have gone wrong. */
export interface Act {
  readonly name: string;
  run(world: World, order: Order): Promise<unknown>;
  /** After it no honest visit is possible: the card is in the shredder. */
  readonly destroys?: true;
  /** After it nothing is issued any more: what was paid and not issued is given back. */
  readonly stops?: true;
  /** Only where other issuers load the same cards. */
  readonly foreign?: true;
}

const DAY_MS = 24 * 3_600_000;

async function bothSay(
  { office }: World,
  { orderId }: Order,
  release: 'refund' | 'credited' | 'resume' | 'destroyed',
): Promise<void> {
  await office.release(orderId, { by: 'A', release });
  await office.release(orderId, { by: 'B', release });
}

/** Every act. */
export const ACTS: readonly Act[] = [
  { name: 'cancel', run: ({ office }, { orderId }) => office.cancel(orderId) },
  { name: 'void', run: ({ office }, { orderId }) => office.requestVoid(orderId) },
  {
    name: 'void, and withdraw',
    run: async ({ office }, { orderId }) => {
      await office.requestVoid(orderId);
      await office.withdrawVoid(orderId);
    },
  },
  {
    name: 'cancel, and pay back at once',
    run: async (world, { orderId }) => {
      await world.office.cancel(orderId);
      await world.payBack();
    },
  },
  {
    name: 'one says refund',
    run: ({ office }, { orderId }) => office.release(orderId, { by: 'A', release: 'refund' }),
  },
  {
    name: 'both say what is true of the card',
    run: (world, order) =>
      bothSay(world, order, world.truth().accepted > 0 ? 'credited' : 'refund'),
  },
  { name: 'both say resume', run: (world, order) => bothSay(world, order, 'resume') },
  {
    name: 'both say destroyed',
    run: (world, order) => bothSay(world, order, 'destroyed'),
    destroys: true,
  },
  {
    name: 'days pass',
    run: (world, { orderId }) => {
      world.env.advance(3 * DAY_MS);
      return world.office.tick(orderId);
    },
  },
  {
    name: 'the card is stopped',
    run: (world) => {
      world.stop();
      return Promise.resolve();
    },
    stops: true,
  },
  {
    name: 'a foreign load, and its record',
    run: async (world, { orderId }) => {
      const record: ForeignRecord = world.foreignLoad();
      await world.office.reportForeignRecord(orderId, record);
    },
    foreign: true,
  },
  {
    name: 'a foreign load, a visit, its record, and cancel',
    run: async (world, { orderId }) => {
      const record: ForeignRecord = world.foreignLoad();
      await world.load();
      await world.office.reportForeignRecord(orderId, record);
      await world.office.cancel(orderId);
    },
    foreign: true,
  },
];
