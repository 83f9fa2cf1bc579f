/**
 * `purse`: tools for the laboratory. One operation of the electronic purse on any e-purse card, ETC
 * layout or not, with keys from a file.
 */
import type { Command } from 'commander';
import { type ToolKeys, readToolKeys } from '../options/tool-keys.js';
import { CARD_HELP } from '../options/card-url.js';
import { BY_NAME, SELECT_HELP } from '../options/select.js';
import { type CardWork, workOnCard } from './work-on-card.js';
import { prepareBalance, prepareLog, prepareProof } from './queries.js';
import { prepareLoad } from './load.js';
import { prepareSettle } from './settle.js';
import { preparePurchase } from './purchase.js';
import type { PurseOptions } from './options.js';
import { configure } from '../run.js';

interface Operation {
  readonly name: string;
  readonly does: string;
  readonly example: string;
  readonly money: boolean;
  /** Reads the options; a wrong one is said before anything is sent. */
  readonly prepare: (options: PurseOptions, keys: ToolKeys) => CardWork;
}

const OPERATIONS: readonly Operation[] = [
  {
    name: 'balance',
    does: 'GET BALANCE',
    example: `purse balance --card tcp:127.0.0.1:9000 --select ${BY_NAME}`,
    money: false,
    prepare: prepareBalance,
  },
  {
    name: 'load',
    does: 'INITIALIZE FOR LOAD, verify MAC1, make MAC2, CREDIT FOR LOAD, verify the TAC',
    example:
      'purse load --card tcp:127.0.0.1:9000 --keys keys.json --terminal 000440101001 --amount 100',
    money: true,
    prepare: prepareLoad,
  },
  {
    name: 'purchase',
    does: 'INITIALIZE FOR PURCHASE, make MAC1, DEBIT FOR PURCHASE, verify MAC2 and TAC',
    example:
      'purse purchase --card tcp:127.0.0.1:9000 --keys keys.json --terminal 000440101001 --amount 12.50',
    money: true,
    prepare: preparePurchase,
  },
  {
    name: 'settle',
    does: 'what became of a load that was torn: proof, balance, log, counter; moves no money',
    example:
      'purse settle --card tcp:127.0.0.1:9000 --keys keys.json --terminal 000440101001 --amount 100 --date 20261126 --time 120000 --atc 1',
    money: true,
    prepare: prepareSettle,
  },
  {
    name: 'prove',
    does: 'GET TRANSACTION PROVE for one transaction type and counter',
    example: 'purse prove --card tcp:127.0.0.1:9000 --type 2 --atc 1',
    money: false,
    prepare: prepareProof,
  },
  {
    name: 'log',
    does: 'the records of EF 0018',
    example: 'purse log --card tcp:127.0.0.1:9000 --keys keys.json',
    money: false,
    prepare: prepareLog,
  },
];

/** Adds `purse` and its operations. */
export function registerPurse(program: Command): void {
  const purse = program
    .command('purse')
    .description('tools: one purse operation on any e-purse card, with keys from a file');
  for (const operation of OPERATIONS) {
    const command = purse.command(operation.name).description(operation.does);
    command
      .requiredOption('--card <card>', CARD_HELP)
      .option('--select <list>', SELECT_HELP)
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
    if (operation.name === 'settle') {
      command
        .requiredOption('--atc <n>', 'the online counter that INITIALIZE showed')
        .option('--before <hex8>', 'the balance before the load, as the card said it');
    }
    if (operation.name === 'prove') {
      command
        .requiredOption('--atc <n>', 'transaction counter; cards disagree: try n + 1, then n')
        .option('--type <n>', 'transaction type: 2 load, 6 purchase, 9 compound purchase', '2');
    }
    configure<PurseOptions>(command, operation.example, (_args, options, output) => {
      const keys = readToolKeys(options.keys);
      return workOnCard(options, keys, operation.prepare(options, keys), output);
    });
  }
}
