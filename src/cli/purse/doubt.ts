/**
 * What a card does when CREDIT FOR LOAD brought no TAC: it asks. First 805A with the counter after
 * and the counter before, for cards disagree; then INITIALIZE, whose counter MAC1 vouches for. Some
 * cards drop their proof when INITIALIZE comes: it is sent only after 805A was answered, and what
 * it showed is printed before.
 */
import { toHex } from '../../bytes.js';
import { isQuancunError } from '../../errors.js';
import {
  computeLoadSessionKey,
  getTransactionProve,
  initializeForLoad,
  verifyLoadMac1,
  verifyLoadTac,
} from '../../purse/index.js';
import { asQuancunError, type Output, type Texts } from '../output.js';
import { type OpenCard, presentPinOfKeys } from './work-on-card.js';

/** What the TAC of the doubtful load would cover. */
export interface DoubtfulLoad {
  readonly amountFen: number;
  readonly transactionType: number;
  readonly terminal: Uint8Array;
  readonly onlineAtc: number;
  readonly date: string;
  readonly time: string;
  /** The four bytes of the balance behind it; several where it is not known which. */
  readonly rawBalancesAfter: readonly number[];
}

/** What became of a load, and what shows it. */
export type Verdict =
  | { readonly written: true; readonly by: 'tac'; readonly tac: Uint8Array }
  | { readonly written: boolean; readonly by: 'counter' }
  | { readonly written: undefined; readonly why: Texts };

/** Finds out whether the card was written; nothing that moves money is sent. */
export async function findOut(
  card: OpenCard,
  load: DoubtfulLoad,
  output: Output,
): Promise<Verdict> {
  let isOthers: boolean;
  try {
    const { tac, others } = await askProof(card, load, output);
    isOthers = others;
    if (tac !== undefined) {
      output.line({ en: '805A shows the TAC: written', zh: '805A 返回 TAC：已写入' });
      return { written: true, by: 'tac', tac };
    }
  } catch (thrown) {
    const { message, messageZh } = asQuancunError(thrown);
    return unknown(
      `805A was not answered (${message}); INITIALIZE might erase the proof`,
      `805A 无应答（${messageZh}）；初始化可能清除凭证，未发送`,
    );
  }
  try {
    const verdict = await askCounter(card, load, output);
    return verdict.written === true && isOthers
      ? unknown(
          'the counter has moved, and the TAC behind it is not of this load: another one, or another TAC key',
          '联机交易序号已增加，但其 TAC 不属于本次圈存：可能是另一笔圈存，或 TAC 密钥不符',
        )
      : verdict;
  } catch (thrown) {
    const { message, messageZh } = asQuancunError(thrown);
    return unknown(`the counter was not read (${message})`, `未读到联机交易序号（${messageZh}）`);
  }
}

function unknown(en: string, zh: string): Verdict {
  return { written: undefined, why: { en, zh } };
}

/**
 * The proof counts only where its TAC verifies; without a TAC key it says nothing. `others`: behind
 * the counter that this load would have left stands a TAC that is not this load's.
 */
async function askProof(
  { transport, keys }: OpenCard,
  load: DoubtfulLoad,
  output: Output,
): Promise<{ readonly tac?: Uint8Array; readonly others: boolean }> {
  const { transactionType, onlineAtc, rawBalancesAfter } = load;
  const { cipher, tacKey } = keys;
  let others = false;
  for (const atc of [onlineAtc + 1, onlineAtc]) {
    if (atc > 0xffff) continue;
    const command = getTransactionProve.build({ transactionType, atc });
    const answer = readProof(await transport.transmit(command));
    if (answer === undefined) continue;
    const { mac, tac } = answer;
    for (const code of tacKey === undefined ? [] : [tac, mac]) {
      const holds = (rawBalanceAfter: number): boolean =>
        verifyLoadTac(cipher, tacKey ?? code, { ...load, rawBalanceAfter }, code);
      if (rawBalancesAfter.some(holds)) return { tac: code, others };
    }
    others = others || (tacKey !== undefined && atc > onlineAtc);
    const [macHex, tacHex] = [toHex(mac), toHex(tac)];
    output.line({
      en: `805A for ATC ${String(atc)}: MAC ${macHex} TAC ${tacHex}; it does not verify with these keys`,
      zh: `805A（序号 ${String(atc)}）：MAC ${macHex} TAC ${tacHex}；用所给密钥无法验证`,
    });
    output.event('proof', { transactionType, atc, mac: macHex, tac: tacHex });
  }
  return { others };
}

/** `undefined` where the card keeps no proof; an answer that is cut off is no answer. */
function readProof(response: Uint8Array): getTransactionProve.Answer | undefined {
  try {
    const answer = getTransactionProve.parse(response);
    return answer.ok ? answer : undefined;
  } catch (thrown) {
    if (isQuancunError(thrown, 'RESPONSE_LENGTH')) return undefined;
    throw thrown;
  }
}

/** The counter of a fresh INITIALIZE. One fen, which no MAC2 will follow: some refuse nothing. */
async function askCounter(card: OpenCard, load: DoubtfulLoad, output: Output): Promise<Verdict> {
  const { transport, keys, purse } = card;
  const { cipher, keyIndex, loadKey } = keys;
  if (loadKey === undefined) {
    return unknown('the keys have no loadKey, which the counter asks for', '密钥文件缺少 loadKey');
  }
  await presentPinOfKeys(card, output);
  const { terminal, transactionType, onlineAtc } = load;
  const probe = { keyIndex, amountFen: 1, terminal, purse };
  const answer = initializeForLoad.parse(await transport.transmit(initializeForLoad.build(probe)));
  if (!answer.ok) {
    const { en, zh } = answer.status;
    return unknown(`INITIALIZE was refused: ${en}`, `圈存初始化被拒：${zh}`);
  }
  const sessionKey = computeLoadSessionKey(cipher, loadKey, answer);
  const fields = { ...answer, amountFen: 1, terminal, transactionType };
  if (!verifyLoadMac1(cipher, sessionKey, fields, answer.mac1)) {
    return unknown('MAC1 does not hold: the counter is nobody’s word', 'MAC1 不成立，序号不可信');
  }
  const moved = answer.onlineAtc - onlineAtc;
  if (moved === 1) {
    output.line({ en: 'the counter has moved: written', zh: '联机交易序号已增加：已写入' });
    return { written: true, by: 'counter' };
  }
  if (moved === 0) {
    output.line({ en: 'the counter has not moved: not written', zh: '联机交易序号未变：未写入' });
    return { written: false, by: 'counter' };
  }
  return unknown(
    `the counter stands at ${String(answer.onlineAtc)}: other loads came between, or it is another card`,
    `联机交易序号为 ${String(answer.onlineAtc)}：其间有其他圈存，或不是同一张卡`,
  );
}
