/** `purse load`: one load with keys from a file, each cryptogram checked on the way. */
import { isQuancunError, QuancunError } from '../../errors.js';
import { EP_LOAD } from '../../load/index.js';
import { toHex, writeUint } from '../../bytes.js';
import { formatYuan, MAX_BALANCE_FEN, MAX_FEN } from '../../money.js';
import {
  computeLoadMac2,
  computeLoadSessionKey,
  creditForLoad,
  getBalance,
  initializeForLoad,
  verifyLoadMac1,
  verifyLoadTac,
} from '../../purse/index.js';
import { type ToolKeys, needKey } from '../options/tool-keys.js';
import { asQuancunError, type Output, withMoney } from '../output.js';
import {
  type CardWork,
  codeWrongAfterwards,
  must,
  type OpenCard,
  presentPinOfKeys,
  verdict,
} from './work-on-card.js';
import { findOut } from './doubt.js';
import { type PurseOptions, type Transaction, readTransaction } from './options.js';
import {
  BALANCE_DIFFERS,
  BENCH_LOAD_IN_DOUBT,
  CRYPTOGRAM_WRONG,
  LOAD_NOT_WRITTEN,
} from '../errors.js';
import { BALANCE_LIMIT } from '../../load/errors.js';

/** The transaction type of a deposit's load; P2 names the purse. */
const DEPOSIT_LOAD = 0x01;
const MAC2_REFUSED = '9302';

/** The transaction type goes with the purse. */
export function loadType(purse: OpenCard['purse']): number {
  return purse === 'ed' ? DEPOSIT_LOAD : EP_LOAD;
}

/** A load whose MAC1 held; nothing has moved. */
interface OpenLoad {
  readonly request: creditForLoad.Request;
  readonly tacInputs: TacInputs;
  readonly expectedFen: number;
}

/** What the TAC of a load covers. */
type TacInputs = Parameters<typeof verifyLoadTac>[2] & { readonly rawBalanceAfter: number };

/** Prepares a load. MAC2 is made only after MAC1 held; CREDIT FOR LOAD is sent once. */
export function prepareLoad(options: PurseOptions, keys: ToolKeys): CardWork {
  const loadKey = needKey(keys, 'loadKey');
  const transaction = readTransaction(options);
  return async (card, output) => {
    const load = await withMoney('untouched', () => open(card, loadKey, transaction, output));
    try {
      const tac = await credit(card, load, output);
      return await finish(card, load, tac, output);
    } catch (thrown) {
      if (isQuancunError(thrown, 'BENCH_LOAD_IN_DOUBT')) tellSettle(options, load, output);
      throw thrown;
    }
  };
}

/** The words that settle this load: nobody has to note them down while a card is being torn. */
function tellSettle(options: PurseOptions, { tacInputs }: OpenLoad, output: Output): void {
  const { card, select, keys, purse } = options;
  const { onlineAtc, amountFen, terminal, date, time } = tacInputs;
  const before = toHex(writeUint(tacInputs.rawBalanceAfter - amountFen, 4));
  const words = [
    ...['--card', card, ...(select === undefined ? [] : ['--select', select])],
    ...(keys === undefined ? [] : ['--keys', keys]),
    ...['--purse', purse, '--terminal', toHex(terminal), '--amount', formatYuan(amountFen)],
    ...['--date', date, '--time', time, '--atc', String(onlineAtc), '--before', before],
  ];
  const quoted = words.map((word) => (/^[\w:./,-]+$/.test(word) ? word : JSON.stringify(word)));
  const command = `npx quancun purse settle ${quoted.join(' ')}`;
  output.line({ en: `Settle it with:\n  ${command}`, zh: `请核实：\n  ${command}` });
  output.event('in-doubt', { onlineAtc, amountFen, date, time, before }, { command });
}

async function open(
  card: OpenCard,
  loadKey: Uint8Array,
  { amountFen, terminal, date, time }: Transaction,
  output: Output,
): Promise<OpenLoad> {
  const { transport, keys, purse } = card;
  const { cipher, keyIndex } = keys;
  await presentPinOfKeys(card, output);
  const initialize = initializeForLoad.build({ keyIndex, amountFen, terminal, purse });
  const session = must(
    'INITIALIZE FOR LOAD',
    initializeForLoad.parse(await transport.transmit(initialize)),
  );
  const { random, onlineAtc, balanceFen, keyVersion, algorithm, mac1 } = session;
  output.line({
    en: `balance ${formatYuan(balanceFen)}, online ATC ${String(onlineAtc)}, key version ${String(keyVersion)}, algorithm ${String(algorithm)}`,
    zh: `余额 ${formatYuan(balanceFen)}，联机交易序号 ${String(onlineAtc)}，密钥版本 ${String(keyVersion)}，算法标识 ${String(algorithm)}`,
  });
  output.event('initialized', { balanceFen, onlineAtc, keyVersion, algorithm });
  const transactionType = loadType(purse);
  const inputs = { amountFen, transactionType, terminal };
  const sessionKey = computeLoadSessionKey(cipher, loadKey, { random, onlineAtc });
  const held = verifyLoadMac1(cipher, sessionKey, { ...session, ...inputs }, mac1);
  verdict(output, 'MAC1', held);
  if (!held) throw new QuancunError(CRYPTOGRAM_WRONG, { details: { what: 'MAC1' } });
  // Above it the four bytes of the card, and of the TAC, would run over.
  const expectedFen = balanceFen + amountFen;
  if (expectedFen > MAX_BALANCE_FEN || session.rawBalance + amountFen > MAX_FEN) {
    throw new QuancunError(BALANCE_LIMIT, { details: { maxFen: MAX_BALANCE_FEN } });
  }
  const mac2 = computeLoadMac2(cipher, sessionKey, { ...inputs, date, time });
  const rawBalanceAfter = session.rawBalance + amountFen;
  const tacInputs = { ...inputs, rawBalanceAfter, onlineAtc, date, time };
  return { request: { date, time, mac2 }, tacInputs, expectedFen };
}

/**
 * From here on the card may be written, whatever it answers. Without a TAC the card is asked for
 * its proof and its counter; nothing is sent again.
 * @returns the TAC; nothing where the counter alone proves the credit
 * @throws LOAD_NOT_WRITTEN, BENCH_LOAD_IN_DOUBT
 */
async function credit(
  card: OpenCard,
  { request, tacInputs }: OpenLoad,
  output: Output,
): Promise<Uint8Array | undefined> {
  const tac = await sendCredit(card, request).catch(async (error: unknown) => {
    const refusal = asQuancunError(error);
    output.line({
      en: `CREDIT FOR LOAD: ${refusal.message}. The card is asked what became of it.`,
      zh: `圈存写卡：${refusal.messageZh}。向卡片核实结果。`,
    });
    const load = { ...tacInputs, rawBalancesAfter: [tacInputs.rawBalanceAfter] };
    const found = await findOut(card, load, output);
    if (found.written === true) return 'tac' in found ? found.tac : undefined;
    if (found.written === undefined) {
      output.line(found.why);
      throw new QuancunError(BENCH_LOAD_IN_DOUBT, { cause: refusal, details: refusal.details });
    }
    if (refusal.details.sw === MAC2_REFUSED) verdict(output, 'MAC2', false);
    throw new QuancunError(LOAD_NOT_WRITTEN, { cause: refusal });
  });
  verdict(output, 'MAC2', true);
  return tac;
}

async function sendCredit(card: OpenCard, request: creditForLoad.Request): Promise<Uint8Array> {
  const response = await card.transport.transmit(creditForLoad.build(request));
  return must('CREDIT FOR LOAD', creditForLoad.parse(response)).tac;
}

/** Says what the card shows, and what that proves. Only the counter or the TAC proves a load. */
async function finish(
  card: OpenCard,
  { tacInputs, expectedFen }: OpenLoad,
  tac: Uint8Array | undefined,
  output: Output,
): Promise<boolean> {
  const tacHeld = tac === undefined ? undefined : checkTac(card, tacInputs, tac, output);
  const balanceHeld = await checkBalance(card, expectedFen, output);
  const { amountFen, onlineAtc } = tacInputs;
  output.event('loaded', { amountFen, onlineAtc, tacHeld, balanceHeld });
  if (tacHeld === false) {
    throw codeWrongAfterwards('TAC', 'in-doubt');
  }
  const proved = tacHeld === true || tac === undefined;
  if (balanceHeld === false) {
    const details = { expectedFen };
    throw new QuancunError(BALANCE_DIFFERS, { details, money: proved ? 'moved' : 'in-doubt' });
  }
  // Neither TAC nor balance: 9000 alone proves nothing.
  if (!proved && balanceHeld === undefined) throw new QuancunError(BENCH_LOAD_IN_DOUBT);
  return true;
}

/** `undefined` when the card has no TAC key. */
function checkTac(
  card: OpenCard,
  inputs: TacInputs,
  tac: Uint8Array,
  output: Output,
): boolean | undefined {
  const { cipher, tacKey } = card.keys;
  if (tacKey === undefined) {
    output.line({ en: 'TAC   not checked: no tacKey', zh: 'TAC   未校验：缺少 tacKey' });
    return undefined;
  }
  const held = verifyLoadTac(cipher, tacKey, inputs, tac);
  verdict(output, 'TAC', held);
  return held;
}

/** `undefined` when the card does not say: a balance proves nothing that the TAC has not. */
async function checkBalance(
  card: OpenCard,
  expectedFen: number,
  output: Output,
): Promise<boolean | undefined> {
  const balanceFen = await readBalance(card);
  if (balanceFen === undefined) {
    output.line({ en: 'balance not checked', zh: '余额未核对' });
    return undefined;
  }
  const held = balanceFen === expectedFen;
  output.line({
    en: `balance ${formatYuan(balanceFen)}${held ? '' : ', expected ' + formatYuan(expectedFen)}`,
    zh: `余额 ${formatYuan(balanceFen)}${held ? '' : '，应为 ' + formatYuan(expectedFen)}`,
  });
  output.event('balance', { balanceFen, held });
  return held;
}

async function readBalance({ transport, purse }: OpenCard): Promise<number | undefined> {
  try {
    const answer = getBalance.parse(await transport.transmit(getBalance.build({ purse })));
    return answer.ok ? answer.balanceFen : undefined;
  } catch {
    return undefined;
  }
}
