/** `recharge` and `load`: a terminal in front of a server. */
import type { Command } from 'commander';
import type { Authority } from '../load/index.js';
import { toHex } from '../bytes.js';
import { sha256Hex } from '../signing/index.js';
import {
  load,
  type LoadOptions,
  type LoadResult,
  recharge,
  type TakenPayment,
} from '../terminal/index.js';
import { INTENTS_HELP, type IntentsOptions, openIntents } from './options/intents.js';
import { readAmount } from './options/amount.js';
import { PROVIDER_HELP, readProvider } from './options/provider.js';
import { CARD_HELP, openCard } from './options/card-url.js';
import { tellLoad, tellNotBooked, tellPaymentNumber, tellStage } from './load-texts.js';
import { type Output, wrongOption } from './output.js';
import { configure, nodeEnv } from './run.js';
import { expectPin, PIN_FORM_HELP, pinFormOption } from './options/pin.js';
import { openServer, type ServerOptions } from './options/server-options.js';

interface VisitOptions extends ServerOptions, IntentsOptions {
  readonly card: string;
  readonly terminal: string;
  readonly pin?: string;
  readonly pinForm?: string;
}

interface RechargeOptions extends VisitOptions {
  readonly amount: string;
  readonly outlet: string;
  readonly provider: string;
  readonly receipt?: string;
}

const EXAMPLE =
  '--card tcp:127.0.0.1:35963 --server http://127.0.0.1:8080 --credentials terminal.json';

const COSTS_A_TRY = 'a wrong one costs a try';

/** Adds `recharge`. */
export function registerRecharge(program: Command): void {
  const money = visitCommand(program, 'recharge', '充值: order, payment, load, check')
    .requiredOption('--amount <yuan>', 'amount in yuan, such as 100 or 100.00')
    .option('--outlet <name>', 'self (自营网点), bank (银行网点), or a name', 'self')
    .option('--provider <name>', PROVIDER_HELP, 'cash')
    .option('--receipt <number>', 'number of the payment taken; booked once, however often sent');
  configure<RechargeOptions>(money, `recharge ${EXAMPLE} --amount 100`, (_args, options, output) =>
    runRecharge(options, output),
  );
}

/** Adds `load`. */
export function registerLoad(program: Command): void {
  const repair = visitCommand(program, 'load', '圈存: finish the open order of the card');
  configure<VisitOptions>(repair, `load ${EXAMPLE}`, async (_args, options, output) => {
    const result = await visit(options, output, load);
    return result.outcome === 'credited';
  });
}

function visitCommand(program: Command, name: string, does: string): Command {
  return program
    .command(name)
    .description(does)
    .requiredOption('--card <card>', CARD_HELP)
    .requiredOption('--server <url>', 'where the authority is')
    .requiredOption('--credentials <file>', 'JSON: { "keyId", "secret" }')
    .option('--intents <file>', INTENTS_HELP)
    .option('--terminal <hex12>', 'number of this terminal, 6 bytes', '000000000001')
    .option('--pin <digits>', `PIN, sent to the card without asking; ${COSTS_A_TRY}`)
    .option('--pin-form <form>', PIN_FORM_HELP);
}

/** Without a receipt number each run is a payment of its own. */
async function runRecharge(options: RechargeOptions, output: Output): Promise<boolean> {
  const amountFen = readAmount(options.amount);
  const { outlet } = options;
  const receipt = options.receipt?.trim() ?? toHex(nodeEnv.random(8));
  const provider = readProvider(options.provider);
  const taken = { provider, transactionId: receipt, amountFen };
  // A receipt that was given may be an old one that is shown again.
  const payment: TakenPayment =
    options.receipt === undefined ? { ...taken, paidAtMs: nodeEnv.now() } : taken;
  tellPaymentNumber(receipt, output);
  const submitted: string[] = [];
  const result = await visit({ ...options, provider }, output, (base) =>
    recharge({
      ...base,
      authority: noting(base.authority, submitted),
      amountFen,
      outlet,
      idempotencyKey: sha256Hex(JSON.stringify([outlet, provider, receipt])),
      takePayment: () => Promise.resolve(payment),
      // A receipt that was given says what was taken, whatever became of the program since.
      ...(options.receipt === undefined ? {} : { findPayment: paidBy(payment) }),
    }),
  );
  if (result.outcome !== 'credited') return false;
  const isLeft = result.resumed === true && !submitted.includes(receipt);
  if (!isLeft) return true;
  tellNotBooked(receipt, output);
  return false;
}

/** Which numbers were submitted: an older order may have been finished, with its own. */
function noting(authority: Authority, submitted: string[]): Authority {
  const confirmPayment: Authority['confirmPayment'] = (said) => {
    submitted.push(said.transactionId);
    return authority.confirmPayment(said);
  };
  return { ...authority, confirmPayment };
}

/** The receipt is of an order with its amount, and of no other. */
function paidBy(payment: TakenPayment): NonNullable<LoadOptions['findPayment']> {
  return ({ amountFen }) => Promise.resolve(amountFen === payment.amountFen ? payment : undefined);
}

async function visit(
  options: VisitOptions & { readonly provider?: string },
  output: Output,
  work: (base: LoadOptions) => Promise<LoadResult>,
): Promise<LoadResult> {
  const { terminal, pin = usualPin(output) } = options;
  if (!/^[0-9a-f]{12}$/i.test(terminal))
    throw wrongOption('--terminal', { en: '12 hex digits', zh: '12 位十六进制数字' });
  expectPin(pin);
  const form = pinFormOption(options.pinForm);
  const authority = openServer(options);
  const transport = await openCard(options.card);
  try {
    const onStage = tellStage(output);
    const intents = openIntents(options);
    const base = { transport, authority, env: nodeEnv, terminal, pin, ...form, onStage };
    const result = await work({ ...base, intents });
    tellLoad(result, output, options);
    return result;
  } finally {
    await transport.close();
  }
}

/** What many cards leave the factory with. It is not sent without a word. */
function usualPin(output: Output): string {
  output.line({
    en: `   no --pin: the PIN that new cards have is sent; ${COSTS_A_TRY}`,
    zh: '   未给出 --pin：将发送新卡的常用密码；不符会扣一次',
  });
  return '123456';
}
