/** `purse load`: one load with the bench's keys, each cryptogram checked on the way. */
import { QuancunError } from '../errors.js';
import { EP_LOAD } from '../load/index.js';
import { formatYuan } from '../money.js';
import { asQuancunError, type Output } from './output.js';
import {
  computeLoadMac2,
  computeLoadSessionKey,
  creditForLoad,
  getBalance,
  initializeForLoad,
  verifyLoadMac1,
  verifyLoadTac,
} from '../purse/index.js';
import { needKey } from './bench-keys.js';
import type { PurseOptions } from './purse-options.js';
import { settleDoubt, type TacInputs } from './purse-doubt.js';
import { type Bench, must, presentPin, transactionWords, verdict } from './purse-bench.js';

/** The transaction type goes with the purse that P2 names. */
const DEPOSIT_LOAD = 0x01;

/** Runs a load. MAC2 is made only after MAC1 held; CREDIT FOR LOAD is sent once. */
export async function runLoad(
  bench: Bench,
  options: PurseOptions,
  output: Output,
): Promise<boolean> {
  const { transport, keys, purse } = bench;
  const loadKey = needKey(keys, 'loadKey');
  const { amountFen, terminal, date, time } = transactionWords(options);
  await presentPin(bench, output);
  const initialize = initializeForLoad.build({
    keyIndex: keys.keyIndex,
    amountFen,
    terminal,
    purse,
  });
  const session = must(
    'INITIALIZE FOR LOAD',
    initializeForLoad.parse(await transport.transmit(initialize)),
  );
  const { random, onlineAtc } = session;
  const transactionType = purse === 'ed' ? DEPOSIT_LOAD : EP_LOAD;
  const balanceFen = session.balanceFen + (session.topBit ? 0x80000000 : 0);
  const sessionKey = computeLoadSessionKey(keys.cipher, loadKey, { random, onlineAtc });
  const inputs = { amountFen, transactionType, terminal };
  const mac1Held = verifyLoadMac1(keys.cipher, sessionKey, { ...inputs, balanceFen }, session.mac1);
  output.line({
    en: `balance ${formatYuan(session.balanceFen)}, online ATC ${String(onlineAtc)}, key version ${String(session.keyVersion)}, algorithm ${String(session.algorithm)}`,
    zh: `余额 ${formatYuan(session.balanceFen)}，联机序号 ${String(onlineAtc)}，密钥版本 ${String(session.keyVersion)}，算法标识 ${String(session.algorithm)}`,
  });
  output.event('initialized', {
    balanceFen: session.balanceFen,
    onlineAtc,
    keyVersion: session.keyVersion,
    algorithm: session.algorithm,
  });
  verdict(output, 'MAC1', mac1Held);
  if (!mac1Held) throw new QuancunError('CRYPTOGRAM_WRONG', { details: { what: 'MAC1' } });
  const mac2 = computeLoadMac2(keys.cipher, sessionKey, { ...inputs, date, time });
  const balanceAfterFen = balanceFen + amountFen;
  const tacInputs = { ...inputs, balanceAfterFen, onlineAtc, date, time };
  const tac = await credit(bench, { date, time, mac2 }, tacInputs, output);
  const tacHeld = tac === undefined ? undefined : checkTac(bench, tacInputs, tac, output);
  const balanceHeld = await checkBalance(bench, session.balanceFen + amountFen, output);
  output.event('loaded', { amountFen, onlineAtc, tacHeld, balanceHeld });
  if (tacHeld === false) {
    throw new QuancunError('CRYPTOGRAM_WRONG', { details: { what: 'TAC' }, money: 'in-doubt' });
  }
  return balanceHeld !== false;
}

/**
 * From here on the card may be written, whatever it answers. Without a TAC the card is asked for
 * its proof and its counter; nothing is sent again.
 * @returns the TAC; nothing where the counter alone proves the credit
 */
async function credit(
  bench: Bench,
  request: creditForLoad.Request,
  inputs: TacInputs,
  output: Output,
): Promise<Uint8Array | undefined> {
  try {
    const response = await bench.transport.transmit(creditForLoad.build(request));
    return must('CREDIT FOR LOAD', creditForLoad.parse(response)).tac;
  } catch (error) {
    const refusal = asQuancunError(error);
    output.line({
      en: `CREDIT FOR LOAD: ${refusal.message}. The card is asked what became of it.`,
      zh: `圈存写卡：${refusal.messageZh}。向卡片核实结果。`,
    });
    return settleDoubt(bench, inputs, refusal, output);
  }
}

/** `undefined` when the bench has no TAC key. */
function checkTac(
  bench: Bench,
  inputs: TacInputs,
  tac: Uint8Array,
  output: Output,
): boolean | undefined {
  const { cipher, tacKey } = bench.keys;
  if (tacKey === undefined) {
    output.line({ en: 'TAC   not checked: no tacKey', zh: 'TAC   未校验：缺少 tacKey' });
    return undefined;
  }
  const held = verifyLoadTac(cipher, tacKey, inputs, tac);
  verdict(output, 'TAC ', held);
  return held;
}

async function checkBalance(
  bench: Bench,
  expectedFen: number,
  output: Output,
): Promise<boolean | undefined> {
  const { transport, purse } = bench;
  const answer = getBalance.parse(await transport.transmit(getBalance.build({ purse })));
  if (!answer.ok) return undefined;
  const held = answer.balanceFen === expectedFen;
  output.line({
    en: `balance ${formatYuan(answer.balanceFen)}${held ? '' : ', expected ' + formatYuan(expectedFen)}`,
    zh: `余额 ${formatYuan(answer.balanceFen)}${held ? '' : '，应为 ' + formatYuan(expectedFen)}`,
  });
  output.event('balance', { balanceFen: answer.balanceFen, held });
  return held;
}
