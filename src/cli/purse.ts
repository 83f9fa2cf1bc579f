/**
 * `purse`: the laboratory bench. One operation of the electronic purse on any e-purse card, ETC
 * layout or not, with keys from a file.
 */
import type { Command } from 'commander';
import { CARD_HELP } from './card-url.js';
import type { Output } from './output.js';
import { type Bench, openBench } from './purse-bench.js';
import type { PurseOptions } from './purse-options.js';
import { showBalance, showLog, showProof } from './purse-queries.js';
import { runLoad } from './purse-load.js';
import { runPurchase } from './purse-purchase.js';
import { configure } from './run.js';

interface Operation {
  readonly name: string;
  readonly does: string;
  readonly example: string;
  readonly money: boolean;
  readonly run: (bench: Bench, options: PurseOptions, output: Output) => Promise<boolean>;
}

const OPERATIONS: readonly Operation[] = [
  {
    name: 'balance',
    does: 'GET BALANCE',
    example: 'purse balance --card tcp:127.0.0.1:9000 --select aid:A00000000386980701',
    money: false,
    run: showBalance,
  },
  {
    name: 'load',
    does: 'INITIALIZE FOR LOAD, verify MAC1, make MAC2, CREDIT FOR LOAD, verify the TAC',
    example:
      'purse load --card tcp:127.0.0.1:9000 --keys keys.json --terminal 000440101001 --amount 100',
    money: true,
    run: runLoad,
  },
  {
    name: 'purchase',
    does: 'INITIALIZE FOR PURCHASE, make MAC1, DEBIT FOR PURCHASE, verify MAC2 and TAC',
    example:
      'purse purchase --card tcp:127.0.0.1:9000 --keys keys.json --terminal 000440101001 --amount 12.50',
    money: true,
    run: runPurchase,
  },
  {
    name: 'prove',
    does: 'GET TRANSACTION PROVE for one transaction type and counter',
    example: 'purse prove --card tcp:127.0.0.1:9000 --type 2 --atc 1',
    money: false,
    run: showProof,
  },
  {
    name: 'log',
    does: 'the records of EF 0018',
    example: 'purse log --card tcp:127.0.0.1:9000 --keys keys.json',
    money: false,
    run: showLog,
  },
];

/** Adds `purse` and its operations. */
export function registerPurse(program: Command): void {
  const purse = program
    .command('purse')
    .description(
      'laboratory bench: one purse operation on any e-purse card, with keys from a file',
    );
  for (const operation of OPERATIONS) {
    const command = purse.command(operation.name).description(operation.does);
    command
      .requiredOption('--card <card>', CARD_HELP)
      .option('--select <list>', 'what to select, in order', 'fid:3f00,fid:1001')
      .option(
        '--keys <file>',
        'JSON with cipher, loadKey, tacKey, purchaseKey, pin, pinForm, keyIndex',
      )
      .option('--purse <ep|ed>', 'electronic purse (电子钱包) or deposit (电子存折)', 'ep');
    if (operation.money) {
      command
        .requiredOption('--amount <yuan>', 'amount in yuan, such as 100 or 100.00')
        .option('--terminal <hex12>', 'terminal number, 6 bytes', '000000000000')
        .option('--date <YYYYMMDD>', 'transaction date (default: today)')
        .option('--time <hhmmss>', 'transaction time (default: now)');
    }
    if (operation.name === 'purchase') {
      command.option('--terminal-serial <hex8>', 'terminal transaction number', '00000001');
    }
    if (operation.name === 'prove') {
      command
        .requiredOption('--atc <n>', 'transaction counter; cards disagree: try n + 1, then n')
        .option('--type <n>', 'transaction type: 2 load, 6 purchase, 9 compound purchase', '2');
    }
    configure<PurseOptions>(command, operation.example, async (_args, options, output) => {
      const bench = await openBench(options, output);
      try {
        return await operation.run(bench, options, output);
      } finally {
        await bench.transport.close();
      }
    });
  }
}
