/** Options, looked at before anything is done: an error names the option and what it must be. */
import { QuancunError } from '../errors.js';
import { isPin } from '../etc/index.js';
import { ARGUMENT_INVALID } from '../json/errors.js';
import type { LoadOptions, PaymentOptions, RechargeOptions } from './recharge-options.js';
import { expectExpected } from './payment.js';

type Given = Readonly<Record<string, unknown>>;

const ENV = ['now', 'random', 'sleep'];
const STORE = ['find', 'save', 'remove'];
const AUTHORITY = [
  ...['checkCard', 'createOrder', 'beginPayment', 'endPayment', 'confirmPayment'],
  ...['next', 'findUnsettled', 'getOrder'],
];
const CALLBACKS = ['onStage', 'confirmCard', 'findPayment', 'decodeText'];
const SIGNAL = ['addEventListener', 'removeEventListener'];
const TIMES = ['authorityTimeoutMs', 'exchangeTimeoutMs', 'paymentTimeoutMs', 'loadReserveMs'];
/** Terminal numbers from FF on are drawn for probes: a terminal's own one is none of them. */
const TERMINAL = /^(?!FF)[\dA-F]{12}$/i;
/** Whatever else is written into a path asks for something else. */
const ORDER_NUMBER = /^[\dA-Z]+$/;
const MAX_CHARS = 64;

/**
 * What every step with money needs.
 * @throws ARGUMENT_INVALID
 */
export function expectPaymentOptions(options: PaymentOptions): void {
  const given = fieldsOf(options, 'options');
  expectMethods(given, 'env', ENV, 'an Env, such as envFrom(globalThis)');
  expectMethods(given, 'authority', AUTHORITY, 'an Authority, such as serverClient(…)');
  if (given.intents !== undefined) expectMethods(given, 'intents', STORE, 'an IntentStore');
  for (const name of CALLBACKS) {
    if (given[name] !== undefined && typeof given[name] !== 'function') {
      throw wrong(name, 'it must be a function');
    }
  }
  for (const name of TIMES) {
    const value = given[name];
    const isTime = value === undefined || (typeof value === 'number' && value > 0);
    if (!isTime) throw wrong(name, 'it must be a number of milliseconds above 0');
  }
}

/**
 * What a load needs, its transport aside: whoever limits its time looks at that.
 * @throws ARGUMENT_INVALID
 */
export function expectLoadOptions(options: LoadOptions): void {
  const given = fieldsOf(options, 'options');
  expectPaymentOptions(options);
  const { terminal, pin, signal } = given;
  if (signal !== undefined) expectMethods(given, 'signal', SIGNAL, 'an AbortSignal');
  if (typeof terminal !== 'string' || !TERMINAL.test(terminal)) {
    throw wrong('terminal', 'it must be 12 hex digits, and not begin with FF');
  }
  if (pin !== undefined && (typeof pin !== 'string' || !isPin(pin))) {
    throw wrong('pin', 'it must be 2 to 6 digits, 4 to 12 in pairs for older cards, or undefined');
  }
}

/**
 * What a recharge needs. Whether the amount is one that may be recharged the authority says.
 * @throws ARGUMENT_INVALID
 */
export function expectRechargeOptions(options: RechargeOptions): void {
  expectLoadOptions(options);
  const { amountFen, outlet, idempotencyKey, takePayment, expectedPayment } = options;
  if (!Number.isSafeInteger(amountFen)) {
    throw wrong('amountFen', 'it must be a whole number of fen');
  }
  if (!isText(outlet)) throw wrong('outlet', 'it must be a text of 1 to 64 characters');
  if (idempotencyKey !== undefined && !isText(idempotencyKey)) {
    throw wrong('idempotencyKey', 'it must be a text of 1 to 64 characters');
  }
  if (typeof takePayment !== 'function') throw wrong('takePayment', 'it must be a function');
  if (expectedPayment !== undefined) expectExpected(expectedPayment);
}

/**
 * An order's number; who typed it in small letters means the same.
 * @throws ARGUMENT_INVALID
 */
export function expectOrderId(orderId: unknown): string {
  const number = typeof orderId === 'string' ? orderId.trim().toUpperCase() : '';
  if (isText(number) && ORDER_NUMBER.test(number)) return number;
  throw wrong('orderId', 'it must be the number of an order: digits and capital letters');
}

function expectMethods(given: Given, name: string, methods: readonly string[], what: string): void {
  const value = (given[name] ?? {}) as Given;
  if (methods.some((method) => typeof value[method] !== 'function')) {
    throw wrong(name, `it must be ${what}`);
  }
}

function fieldsOf(given: unknown, name: string): Given {
  if (typeof given !== 'object' || given === null) throw wrong(name, 'it must be an object');
  return given as Given;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_CHARS;
}

function wrong(what: string, problem: string): QuancunError {
  return new QuancunError(ARGUMENT_INVALID, { details: { what, problem }, sent: 'no' });
}
