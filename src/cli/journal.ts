/** `journal`: the journals of a ledger, and giving one up; also while no server can start. */
import type { Command } from 'commander';
import { dbOption } from './options/db-option.js';
import { expectFile } from '../json/index.js';
import {
  discountedOf,
  expectPersonMay,
  giveUpJournal,
  type JournalView,
  listJournals,
  type PersonBook,
  rightsOf,
} from '../server/index.js';
import { readJson } from './options/files.js';
import { CREDENTIALS_FILE, readServerKeys } from './options/server-options.js';
import { type CommonOptions, fromOption, type Output, wrongOption } from './output.js';
import { readSecret } from './options/secret.js';
import { configure, nodeEnv } from './run.js';
import { sqliteFile } from './options/sqlite-file.js';
import { openStores } from './serve/stores.js';

interface JournalOptions extends CommonOptions {
  readonly db: string;
  readonly giveUp?: string;
  readonly keys?: string;
  readonly credentials?: string;
  readonly person?: string;
}

/** Adds `journal`. */
export function registerJournal(program: Command): void {
  const command = program
    .command('journal')
    .description('the journals of a ledger, and giving up one that is lost for good')
    .addOption(dbOption('as serve has it; a SQLite file while its server is stopped'))
    .option('--give-up <number>', 'stop waiting for this one; two people have to say so')
    .option('--keys <file>', 'with --give-up: the key file of serve, which knows who may')
    .option('--credentials <file>', 'with --give-up: JSON: { "keyId", "secret" } of an office')
    .option('--person <id>', 'with --give-up, where persons are kept; the password is asked for');
  const example = 'journal --db sqlite:orders.db';
  configure<JournalOptions>(command, example, async (_args, options, output) => {
    const { giveUp } = options;
    const caller = giveUp === undefined ? undefined : readCaller(options);
    // A name that was mistyped makes no ledger.
    sqliteFile(options.db);
    const { ledger, persons, release } = await openStores(options.db);
    try {
      if (giveUp !== undefined && caller !== undefined) {
        const by = await whoGivesUp(persons, caller, options.person);
        const first = (await listJournals(ledger)).find((one) => one.journalId === giveUp);
        const discounts = await discountedOf(persons, first?.givenUpBy, 'release');
        tellGivenUp(await giveUpJournal(ledger, giveUp, by, discounts), output);
      }
      for (const journal of await listJournals(ledger)) tell(journal, output);
    } finally {
      await ledger.close();
      await release();
    }
    return true;
  });
}

/** Once the ledger knows persons, it is two of them, each with a password, and not two files. */
async function whoGivesUp(
  persons: PersonBook,
  caller: string,
  personId: string | undefined,
): Promise<string> {
  if ((await persons.listPersons()).length === 0) return caller;
  if (personId === undefined) {
    throw wrongOption('--person', { en: 'who gives it up', zh: '办理人员的工号' });
  }
  const password = await readSecret({ en: 'Password: ', zh: '密码：' });
  await expectPersonMay({ persons, env: nodeEnv }, { personId, password }, 'release');
  return personId;
}

/** The device: a caller of the back office that knows the secret. */
function readCaller({ keys, credentials }: JournalOptions): string {
  if (keys === undefined)
    throw wrongOption('--keys', { en: 'the key file of serve', zh: 'serve 的密钥文件' });
  if (credentials === undefined)
    throw wrongOption('--credentials', { en: 'a file of the person', zh: '本人的凭据文件' });
  const { keyId, secret } = fromOption(() =>
    expectFile(CREDENTIALS_FILE, readJson(credentials), credentials),
  );
  const { callers } = readServerKeys(keys);
  const caller = callers.find((one) => one.keyId === keyId && one.secret === secret);
  if (!rightsOf(caller?.scopes ?? []).has('release')) {
    throw wrongOption('--credentials', {
      en: 'of a caller with the scope release',
      zh: '具有 release 权限的调用方',
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
