/**
 * `persons`: who may log in at devices, kept in the ledger's database. A password is asked for, or
 * comes as one line of standard input: never as an argument, which every process of the machine
 * may read.
 */
import type { Command } from 'commander';
import {
  addPerson,
  changePerson,
  type Keeping,
  type Person,
  type Role,
  ROLES,
  unvouchedOf,
} from '../server/index.js';
import { readSecret } from './options/secret.js';
import { sqliteFile } from './options/sqlite-file.js';
import { type CommonOptions, type Output, wrongOption } from './output.js';
import { configure, nodeEnv } from './run.js';
import { openStores } from './serve/stores.js';

interface PersonsOptions extends CommonOptions {
  readonly db: string;
  readonly name?: string;
  readonly roles?: string;
}

/** What stands as the one who changed a person here: whoever has the database in hand. */
const BY = 'quancun persons';

/** Adds `persons` with its six. */
export function registerPersons(program: Command): void {
  const persons = program
    .command('persons')
    .description('人员: who may log in at devices, in the database of serve');
  add(
    persons,
    'list',
    'every person, with roles',
    'list',
    async ({ persons: book }, _id, _o, output) => {
      for (const person of await book.listPersons()) tell(person, output);
    },
  );
  add(
    persons,
    'add <id>',
    'one more person; the password is asked for',
    'add li --name 李 --roles operator,lead',
    async (at, personId, { name, roles }, output) => {
      const said = { personId, name: name ?? personId, roles: rolesOf(roles ?? '') };
      const password = await readSecret(NEW_PASSWORD);
      await addPerson(at, { ...said, password });
      await tellOne(at, personId, output);
    },
  );
  add(
    persons,
    'passwd <id>',
    'a new password; it unlocks, and ends sessions',
    'passwd li',
    async (at, personId, _options, output) => {
      await change(at, personId, { password: await readSecret(NEW_PASSWORD) }, output);
    },
  );
  add(
    persons,
    'lock <id>',
    'kept out from now on; ends sessions',
    'lock li',
    (at, personId, _options, output) => change(at, personId, { isShut: true }, output),
  );
  add(persons, 'unlock <id>', 'let in again', 'unlock li', (at, personId, _options, output) =>
    change(at, personId, { isShut: false }, output),
  );
  add(
    persons,
    'roles <id>',
    'other roles; ends sessions',
    'roles li --roles lead',
    (at, personId, { roles }, output) =>
      change(at, personId, { roles: rolesOf(roles ?? '') }, output),
  );
}

/** What takes a person's word away where two are needed, until it is set here. */
const SET_ELSEWHERE = {
  password: { en: 'no word until passwd here', zh: '双人办理无效：须在此重设口令' },
  roles: { en: 'no word until roles here', zh: '双人办理无效：须在此设置角色' },
};

const NEW_PASSWORD = { en: 'New password: ', zh: '新密码：' };

type Work = (
  at: Keeping,
  personId: string,
  options: PersonsOptions,
  output: Output,
) => Promise<void>;

function add(persons: Command, name: string, about: string, example: string, work: Work): void {
  const command = persons
    .command(name)
    .description(about)
    .requiredOption('--db <db>', 'as serve has it; a SQLite file while its server is stopped');
  if (name.startsWith('add')) command.option('--name <name>', 'as slips and screens show it');
  if (/^(add|roles)/.test(name)) command.requiredOption('--roles <roles>', ROLES.join(','));
  configure<PersonsOptions>(
    command,
    `persons ${example} --db sqlite:orders.db`,
    async ([personId = ''], options, output) => {
      // A name that was mistyped makes no ledger.
      sqliteFile(options.db);
      const { ledger, persons: book, release } = await openStores(options.db);
      try {
        await work(
          { persons: book, env: nodeEnv, by: BY, vouches: true },
          personId,
          options,
          output,
        );
      } finally {
        await ledger.close();
        await release();
      }
      return true;
    },
  );
}

async function change(
  at: Keeping,
  personId: string,
  changes: Omit<Parameters<typeof changePerson>[1], 'personId'>,
  output: Output,
): Promise<void> {
  await changePerson(at, { personId, ...changes });
  await tellOne(at, personId, output);
}

async function tellOne({ persons }: Keeping, personId: string, output: Output): Promise<void> {
  const person = await persons.findPerson(personId);
  if (person !== undefined) tell(person, output);
}

function tell(person: Person, output: Output): void {
  const { password: _kept, vouchedPassword: _mark, vouchedRoles: _roles, ...shown } = person;
  const { personId, name, roles, isShut } = shown;
  const unvouched = unvouchedOf(person);
  const marks = [
    ...(isShut ? [output.pick({ en: 'kept out', zh: '已停用' })] : []),
    ...unvouched.map((what) => output.pick(SET_ELSEWHERE[what])),
  ];
  output.line(`${personId.padEnd(16)}  ${name}  ${roles.join(',')}  ${marks.join('; ')}`.trimEnd());
  output.event('person', { ...shown, unvouched });
}

function rolesOf(text: string): readonly Role[] {
  const words = text.split(',').map((word) => word.trim());
  const roles = words.flatMap((word) => ROLES.filter((role) => role === word));
  if (roles.length === 0 || roles.length < words.length) {
    throw wrongOption('--roles', ROLES.join(' | '));
  }
  return roles;
}
