/**
 * A PC/SC service and the binding `smartcard` over it, in memory: its methods, its texts, and its
 * misbehaviour (it throws as well as rejects, and forgets the order of commands asked at once).
 */
import type { CardLike } from '../../src/transport/drivers/simulator.js';
import type { PcscCard, PcscContext, PcscReader } from '../../src/transport/drivers/pcsc.js';

const ABSENT = 0x12;
const PRESENT = 0x22;

/** The service: what a hand does to its readers, and what programs see of them. */
export function fakePcsc(names: readonly string[] = ['Reader A 00 00']) {
  const slots = new Map(names.map((name) => [name, new Slot()]));
  let running = true;
  const slotOf = (name: string): Slot => {
    const slot = slots.get(name);
    if (slot === undefined) throw new Error('Unknown reader');
    return slot;
  };
  const context: PcscContext = {
    listReaders: () => {
      if (!running) throw new Error('PC/SC service not running');
      return [...slots].map(([name, slot]) => readerOf(name, slot));
    },
    waitForChange: async (readers, timeoutMs) => {
      const endMs = Date.now() + timeoutMs;
      const was = readers.map(({ name, state }) => [name, state] as const);
      while (Date.now() < endMs) {
        if (!running) throw new Error('PC/SC service stopped');
        if (was.some(([name, state]) => slots.get(name)?.bits() !== state)) return;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    close: () => undefined,
  };
  return {
    context,
    insert: (card: CardLike, { reader = names[0] ?? '', protocol = 2 } = {}): void => {
      slotOf(reader).insert(card, protocol);
    },
    remove: (reader = names[0] ?? ''): void => {
      slotOf(reader).card = undefined;
    },
    unplug: (reader: string): void => void slots.delete(reader),
    plug: (reader: string): void => void slots.set(reader, new Slot()),
    /** The n-th exchange from now is lost: before the card gets the command, or after. */
    tear: (kind: 'before' | 'after', exchange = 1, reader = names[0] ?? ''): void => {
      slotOf(reader).torn = { kind, exchange };
    },
    /** The next exchange fails with this text, and the card has not seen it. */
    failNext: (text: string, reader = names[0] ?? ''): void => {
      slotOf(reader).failure = text;
    },
    stop: (): void => {
      running = false;
    },
    /** Who holds the card, as a program that wants it sees. */
    isHeld: (reader = names[0] ?? ''): boolean => slotOf(reader).held,
  };
}

class Slot {
  card: CardLike | undefined;
  protocol = 2;
  held = false;
  insertions = 0;
  torn: { kind: 'before' | 'after'; exchange: number } | undefined;
  failure: string | undefined;
  insert(card: CardLike, protocol: number): void {
    this.card = card;
    this.protocol = protocol;
    this.insertions += 1;
    card.reset();
  }
  bits(): number {
    return this.card === undefined ? ABSENT : PRESENT;
  }
}

function readerOf(name: string, slot: Slot): PcscReader {
  return {
    name,
    state: slot.bits(),
    atr: slot.card?.reset() ?? null,
    connect: (share) => {
      if (slot.card === undefined) return Promise.reject(new Error('No smart card present'));
      if (slot.held) return Promise.reject(new Error('Sharing violation'));
      slot.held = share === 1;
      return Promise.resolve(connected(slot));
    },
  };
}

function connected(slot: Slot): PcscCard {
  let open = true;
  let insertion = slot.insertions;
  let busy = false;
  const card = {
    get protocol() {
      return slot.protocol;
    },
    get atr() {
      return open && slot.card !== undefined ? slot.card.reset() : null;
    },
    transmit: (command: number[]): Promise<Uint8Array> => {
      // The addon throws before it starts its worker.
      if (!open) throw new Error('Card is not connected');
      if (!Array.isArray(command)) throw new TypeError('Expected Buffer or Array');
      if (busy) throw new Error('two commands at once: their order is lost');
      busy = true;
      return exchangeSoon(slot, insertion, command).finally(() => {
        busy = false;
      });
    },
    reconnect: (_share: number, _protocols: number, initialization: number): Promise<number> => {
      if (!open) throw new Error('Card is not connected');
      if (slot.card === undefined) return Promise.reject(new Error('No smart card present'));
      insertion = slot.insertions;
      if (initialization === 1) slot.card.reset();
      return Promise.resolve(slot.protocol);
    },
    disconnect: (disposition?: number): void => {
      if (!open) return;
      open = false;
      slot.held = false;
      if (disposition === 1) slot.card?.reset();
      if (slot.card === undefined) throw new Error('No smart card present');
    },
  };
  return card;
}

async function exchangeSoon(slot: Slot, insertion: number, command: number[]): Promise<Uint8Array> {
  await Promise.resolve();
  const { failure, card, torn } = slot;
  slot.failure = undefined;
  if (failure !== undefined) throw new Error(failure);
  if (card === undefined || insertion !== slot.insertions) throw new Error('Card was removed');
  if (torn !== undefined) {
    slot.torn = torn.exchange > 1 ? { ...torn, exchange: torn.exchange - 1 } : undefined;
    if (torn.exchange === 1) {
      if (torn.kind === 'after') card.exchange(Uint8Array.from(command));
      slot.card = undefined;
      throw new Error('Transaction failed');
    }
  }
  return Buffer.from(card.exchange(Uint8Array.from(command)));
}
