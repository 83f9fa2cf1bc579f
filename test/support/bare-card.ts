/** A simulated card spoken to in hex, as a person at a rig would: no library command builders. */
import {
  createVirtualCard,
  personalise,
  type PersonaliseOptions,
} from '../../src/simulator/index.js';
import type { CardState } from '../../src/simulator/index.js';
import { oracleDiversify, oracleEcb, oracleMac } from './crypto-oracle.js';
import type { Wire } from './purse-oracle.js';

/** A card and the tools to talk to it. */
export interface BareCard {
  /** Sends a command in hex (blanks allowed); answers data and status word in hex, `DATA 9000`. */
  send(command: string): string;
  reset(): void;
  readonly state: CardState;
  readonly wires: readonly Wire[];
  /** SELECT 1001 and VERIFY. */
  open(): void;
  /** INITIALIZE FOR LOAD and CREDIT FOR LOAD with codes made by OpenSSL; answers the credit's. */
  load(amountFen: number, options?: { wrongMac?: boolean; between?: string }): string;
  /** INITIALIZE FOR PURCHASE and DEBIT FOR PURCHASE, the same way. */
  purchase(amountFen: number): string;
}

const TERMINAL = '000440101001';
const DATE_TIME = '20261123100000';

/** Makes a card and opens a line to it. */
export function bareCard(options: PersonaliseOptions): BareCard {
  const card = createVirtualCard(personalise(options));
  card.reset();
  const wires: Wire[] = [];
  const ascii = card.state.pin?.value.length === 12;
  const send = (text: string): string => {
    const command = Uint8Array.from(Buffer.from(text.replace(/\s+/g, ''), 'hex'));
    const response = card.exchange(command);
    wires.push({ command, response });
    const hex = Buffer.from(response).toString('hex').toUpperCase();
    return `${hex.slice(0, -4)} ${hex.slice(-4)}`.trim();
  };
  const self: BareCard = {
    send,
    wires,
    get state() {
      return card.state;
    },
    reset: () => void card.reset(),
    open: () => {
      send('00A4000002 3F00');
      send('00A4000002 1001');
      send(ascii ? '0020000006 313233343536' : '0020000003 123456');
    },
    load(amountFen, { wrongMac = false, between } = {}) {
      const key = keyOf(card.state, 'load');
      const amount = hex4(amountFen);
      const opened = send(`805000020B ${hex1(key.index)} ${amount} ${TERMINAL} 10`);
      if (!opened.endsWith('9000')) return opened;
      if (between !== undefined) send(between);
      const input = `${opened.slice(16, 24)}${opened.slice(8, 12)}8000`;
      const mac2 = macOf(key, input, `${amount}02${TERMINAL}${DATE_TIME}`);
      const sent = wrongMac ? flip(mac2) : mac2;
      return send(`805200000B ${DATE_TIME} ${sent} 04`);
    },
    purchase(amountFen) {
      const key = keyOf(card.state, 'purchase');
      const amount = hex4(amountFen);
      const opened = send(`805001020B ${hex1(key.index)} ${amount} ${TERMINAL} 0F`);
      if (!opened.endsWith('9000')) return opened;
      const input = `${opened.slice(22, 30)}${opened.slice(8, 12)}0001`;
      const mac1 = macOf(key, input, `${amount}06${TERMINAL}${DATE_TIME}`);
      return send(`805401000F 00000001 ${DATE_TIME} ${mac1} 08`);
    },
  };
  return self;
}

/** The card's first key of a use, of the algorithm it loads with. */
export function keyOf(state: CardState, use: string) {
  const key = state.keys.find((one) => one.use === use);
  if (key === undefined) throw new Error(`no ${use} key`);
  return key;
}

function macOf(key: { algorithm: number; value: string }, input: string, message: string): string {
  const name = key.algorithm === 4 ? 'sm4' : '3des';
  const [value, in8] = [bytes(key.value), bytes(input)];
  const session = name === 'sm4' ? oracleDiversify(name, value, in8) : oracleEcb(name, value, in8);
  return Buffer.from(oracleMac(name, session, bytes(message)).slice(0, 4)).toString('hex');
}

function flip(mac: string): string {
  return (mac.startsWith('0') ? '1' : '0') + mac.slice(1);
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'hex'));
}

function hex4(value: number): string {
  return value.toString(16).padStart(8, '0');
}

function hex1(value: number): string {
  return value.toString(16).padStart(2, '0');
}
