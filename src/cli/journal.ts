/** `journal`: the journals of a ledger, and giving one up; also while no server can start. */
import type { Command } from 'commander';
import { dbOption } from './options/db-option.js';
import { expectFile } from '../json/index.js';
import { giveUpJournal, type JournalView, listJournals } from '../server/index.js';
import { readJson } from './options/files.js';
import { CREDENTIALS_FILE, readServerKeys } from './options/server-options.js';
import { type CommonOptions, fromOption, type Output, wrongOption } from './output.js';
import { configure } from './run.js';
import { sqliteFile } from './options/sqlite-file.js';
import { openStores } from './serve/stores.js';

interface JournalOptions extends CommonOptions {
  readonly db: string;
  readonly giveUp?: string;
  readonly keys?: string;
  readonly credentials?: string;
}

/** Adds `journal`. */
export function registerJournal(program: Command): void {
  const command = program
    .command('journal')
    .description('the journals of a ledger, and giving up one that is lost for good')
    .addOption(dbOption('as serve has it; a SQLite file while its server is stopped'))
    .option('--give-up <number>', 'stop waiting for this one; two people have to say so')
    .option('--keys <file>', 'with --give-up: the key file of serve, which knows who may')
    .option('--credentials <file>', 'with --give-up: JSON: { "keyId", "secret" } of the person');
  const example = 'journal --db sqlite:orders.db';
  configure<JournalOptions>(command, example, async (_args, options, output) => {
    const { giveUp } = options;
    const by = giveUp === undefined ? undefined : readPerson(options);
    // A name that was mistyped makes no ledger.
    sqliteFile(options.db);
    const { ledger, release } = await openStores(options.db);
    try {
      if (giveUp !== undefined && by !== undefined) {
        tellGivenUp(await giveUpJournal(ledger, giveUp, by), output);
      }
      for (const journal of await listJournals(ledger)) tell(journal, output);
    } finally {
      await ledger.close();
      await release();
    }
    return true;
  });
}

/** Who gives it up: a caller of the back office who knows the secret. */
function readPerson({ keys, credentials }: JournalOptions): string {
  if (keys === undefined)
    throw wrongOption('--keys', { en: 'the key file of serve', zh: 'serve 的密钥文件' });
  if (credentials === undefined)
    throw wrongOption('--credentials', { en: 'a file of the person', zh: '本人的凭据文件' });
  const { keyId, secret } = fromOption(() =>
    expectFile(CREDENTIALS_FILE, readJson(credentials), credentials),
  );
  const { callers } = readServerKeys(keys);
  const caller = callers.find((one) => one.keyId === keyId && one.secret === secret);
  if (caller?.scopes.includes('back-office') !== true) {
    throw wrongOption('--credentials', {
      en: 'of a caller with the scope back-office',
      zh: '具有 back-office 权限的调用方',
    });
  }
  return keyId;
}

function tellGivenUp({ state, givenUpBy = '' }: JournalView, output: Output): void {
  output.line(
    state === 'given-up'
      ? { en: 'The journal is given up. Nobody waits for it.', zh: '该日志已放弃，不再等待。' }
      : {
          en: `${givenUpBy} gives the journal up. A second person has to say the same.`,
          zh: `${givenUpBy} 已提出放弃该日志，须由另一人确认。`,
        },
  );
}

function tell(journal: JournalView, output: Output): void {
  const { journalId, name, state, sequence, isLive, isAwaited } = journal;
  const marks = [
    ...(isLive ? [output.pick({ en: 'live', zh: '运行中' })] : []),
    ...(isAwaited ? [output.pick({ en: 'waited for', zh: '等待中' })] : []),
  ];
  output.line(
    `${journalId}  ${state.padEnd(8)}  ${String(sequence).padStart(9)}  ${marks.join(', ')}  ${name}`,
  );
  output.event('journal', { ...journal });
}
