/** `payment submit` and `payment not-taken`: what was found out about a payment afterwards. */
import type { Command } from 'commander';
import { ORDER_STATE_NAMES } from '../load/index.js';
import {
  declareNotTaken,
  type PaymentOptions,
  submitPayment,
  type SubmitResult,
} from '../terminal/index.js';
import { INTENTS_HELP, type IntentsOptions, openIntents } from './options/intents.js';
import { formatYuan } from '../money.js';
import { readAmount } from './options/amount.js';
import { PROVIDER_HELP, readProvider } from './options/provider.js';
import { openServer, type ServerOptions } from './options/server-options.js';
import { type Asked, tellNotDone, tellStage } from './load-texts.js';
import type { Output } from './output.js';
import { configure, nodeEnv } from './run.js';

interface OrderOptions extends ServerOptions, IntentsOptions {
  readonly order: string;
}

interface SubmitOptions extends OrderOptions {
  readonly receipt: string;
  readonly amount: string;
  readonly provider: string;
}

type SubmitAsked = Asked & { readonly receipt?: string };

const EXAMPLE =
  '--server http://127.0.0.1:8080 --credentials terminal.json --order 0123456789ABCDEFGHJK';

/** Adds `payment`. */
export function registerPayment(program: Command): void {
  const payment = program
    .command('payment')
    .description('what was found out about a payment afterwards: no card, and no money is taken');
  const submitting = orderCommand(payment, 'submit', 'books a payment that was taken, once')
    .requiredOption('--receipt <number>', 'its number, as it was taken')
    .requiredOption('--amount <yuan>', 'its amount in yuan, such as 100 or 100.00')
    .option('--provider <name>', PROVIDER_HELP, 'cash');
  const example = `payment submit ${EXAMPLE} --receipt slip-1 --amount 100`;
  configure<SubmitOptions>(submitting, example, async (_args, options, output) => {
    const { order, receipt } = options;
    const amountFen = readAmount(options.amount);
    const provider = readProvider(options.provider);
    const taken = { provider, transactionId: receipt.trim(), amountFen };
    const result = await submitPayment(deskOf(options, output), order, taken);
    tellPayment(result, output, { ...options, provider });
    return result.outcome === 'booked' && result.amountDiffers !== true;
  });
  const declaring = orderCommand(payment, 'not-taken', 'says that nothing was taken: look first');
  configure<OrderOptions>(
    declaring,
    `payment not-taken ${EXAMPLE}`,
    async (_args, options, output) => {
      const result = await declareNotTaken(deskOf(options, output), options.order);
      tellPayment(result, output, options);
      return result.outcome === 'refused' && result.paid === 'no';
    },
  );
}

function orderCommand(parent: Command, name: string, does: string): Command {
  return parent
    .command(name)
    .description(does)
    .requiredOption('--server <url>', 'where the authority is')
    .requiredOption('--credentials <file>', 'JSON: { "keyId", "secret" }')
    .requiredOption('--order <number>', 'number of the order, as recharge has told it')
    .option('--intents <file>', INTENTS_HELP);
}

function deskOf(options: OrderOptions, output: Output): PaymentOptions {
  const authority = openServer(options);
  const intents = openIntents(options);
  return { authority, env: nodeEnv, intents, onStage: tellStage(output) };
}

function tellPayment(result: SubmitResult, output: Output, asked: SubmitAsked): void {
  if (result.outcome !== 'booked') {
    tellNotDone('payment', result, output, asked);
    return;
  }
  const { orderId, state, amountFen } = result.order;
  const { payment, amountDiffers = false } = result;
  const { en, zh } = ORDER_STATE_NAMES[state];
  output.line({
    en: `   ✓ the payment is booked; order ${orderId}: ${en}`,
    zh: `   ✓ 付款已入账；订单 ${orderId}：${zh}`,
  });
  if (payment !== undefined && asked.receipt !== undefined) {
    tellOther(payment.transactionId, asked.receipt.trim(), output);
  }
  if (amountDiffers) {
    output.line({
      en: `   ! it is booked with ${formatYuan(amountFen)}, and not with the amount that was given: check the slip`,
      zh: `   ！入账金额为 ${formatYuan(amountFen)} 元，与所给金额不符：请核对小票`,
    });
  }
  output.event('payment', { outcome: 'booked', paid: 'yes', orderId, state, amountDiffers });
}

/** This till had kept the payment that it took: the number that was typed is another. */
function tellOther(booked: string, typed: string, output: Output): void {
  if (booked === typed) return;
  output.line({
    en: `   ! this till had taken ${booked} for the order, and submitted that; ${typed} was not submitted`,
    zh: `   ！本机为该订单收取的是 ${booked}，已提交该笔；${typed} 未提交`,
  });
}
