/** Options, looked at before anything is done: an error names the option and what it must be. */
import { type Hint, QuancunError } from '../errors.js';
import { isPin } from '../etc/index.js';
import { ARGUMENT_INVALID } from '../json/errors.js';
import { ORDER_UNKNOWN } from '../load/errors.js';
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
const A_FUNCTION: Hint = { en: 'it must be a function', zh: '应为函数' };
const A_TEXT: Hint = {
  en: 'it must be a text of 1 to 64 characters',
  zh: '应为 1 至 64 个字符的文本',
};

/**
 * What every step with money needs.
 * @throws ARGUMENT_INVALID
 */
export function expectPaymentOptions(options: PaymentOptions): void {
  const given = fieldsOf(options, 'options');
  expectMethods(
    given,
    'env',
    ENV,
    both('an Env, such as envFrom(globalThis)', ' Env，如 envFrom(globalThis)'),
  );
  expectMethods(
    given,
    'authority',
    AUTHORITY,
    both('an Authority, such as serverClient(…)', ' Authority，如 serverClient(…)'),
  );
  if (given.intents !== undefined)
    expectMethods(given, 'intents', STORE, both('an IntentStore', ' IntentStore'));
  for (const name of CALLBACKS) {
    if (given[name] !== undefined && typeof given[name] !== 'function') {
      throw wrong(name, A_FUNCTION);
    }
  }
  for (const name of TIMES) {
    const value = given[name];
    const isTime = value === undefined || (typeof value === 'number' && value > 0);
    if (!isTime)
      throw wrong(name, both('it must be a number of milliseconds above 0', '应为大于 0 的毫秒数'));
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
  if (signal !== undefined)
    expectMethods(given, 'signal', SIGNAL, both('an AbortSignal', ' AbortSignal'));
  if (typeof terminal !== 'string' || !TERMINAL.test(terminal)) {
    throw wrong(
      'terminal',
      both(
        'it must be 12 hex digits, and not begin with FF',
        '应为 12 位十六进制数字，且不以 FF 开头',
      ),
    );
  }
  if (pin !== undefined && (typeof pin !== 'string' || !isPin(pin))) {
    throw wrong(
      'pin',
      both(
        'it must be 2 to 6 digits, 4 to 12 in pairs for older cards, or undefined',
        '应为 2 至 6 位数字（旧卡为 4 至 12 位，成对），或 undefined',
      ),
    );
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
    throw wrong('amountFen', both('it must be a whole number of fen', '应为整数（分）'));
  }
  if (!isText(outlet)) throw wrong('outlet', A_TEXT);
  if (idempotencyKey !== undefined && !isText(idempotencyKey)) {
    throw wrong('idempotencyKey', A_TEXT);
  }
  if (typeof takePayment !== 'function') throw wrong('takePayment', A_FUNCTION);
  if (expectedPayment !== undefined) expectExpected(expectedPayment);
}

/**
 * An order's number; who typed it in small letters means the same. What no order can be called is
 * a slip of the hand, as a number that no order has.
 * @throws ORDER_UNKNOWN; ARGUMENT_INVALID for what is no text
 */
export function expectOrderId(orderId: unknown): string {
  if (typeof orderId !== 'string') throw wrong('orderId', both('it must be a text', '应为文本'));
  const number = orderId.trim().toUpperCase();
  if (isText(number) && ORDER_NUMBER.test(number)) return number;
  throw new QuancunError(ORDER_UNKNOWN, { sent: 'no' });
}

function expectMethods(given: Given, name: string, methods: readonly string[], what: Hint): void {
  const value = (given[name] ?? {}) as Given;
  if (methods.some((method) => typeof value[method] !== 'function')) {
    throw wrong(name, both(`it must be ${what.en}`, `应为${what.zh}`));
  }
}

function fieldsOf(given: unknown, name: string): Given {
  if (typeof given !== 'object' || given === null)
    throw wrong(name, both('it must be an object', '应为对象'));
  return given as Given;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_CHARS;
}

function both(en: string, zh: string): Hint {
  return { en, zh };
}

function wrong(what: string, problem: Hint): QuancunError {
  return new QuancunError(ARGUMENT_INVALID, { details: { what, problem }, sent: 'no' });
}
