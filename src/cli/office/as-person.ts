/** A command of the office in a person's name: logged in before it, and out when it is over. */
import type { Command } from 'commander';
import { QuancunError } from '../../errors.js';
import { SERVER_UNREACHABLE } from '../../signing/errors.js';
import { readSecret } from '../options/secret.js';
import { openOffice, type ServerOptions } from '../options/server-options.js';
import type { Output } from '../output.js';
import { configure } from '../run.js';

/** Options of every command of the office. */
export interface OfficeOptions extends ServerOptions {
  /** Who logs in; of a command that finds orders by a person, whose orders. */
  readonly person?: string;
  /** Who logs in, of such a command. */
  readonly login?: string;
}

/** As `configure`; `personOf` says who logs in, if anybody does. */
export function configureOffice<Options extends OfficeOptions>(
  command: Command,
  example: string,
  work: (args: readonly string[], options: Options, output: Output) => Promise<boolean>,
  personOf: (options: Options) => string | undefined = ({ person }) => person,
): void {
  configure<Options>(command, example, (args, options, output) =>
    asPerson(options, personOf(options), (known) => work(args, known, output)),
  );
}

/**
 * The password is asked for, or is one line of standard input. The session ends with the command,
 * whatever became of it; one that could not be ended locks by itself.
 * @throws what the server refuses with
 */
export async function asPerson<Options extends OfficeOptions, T>(
  options: Options,
  personId: string | undefined,
  work: (options: Options) => Promise<T>,
): Promise<T> {
  if (personId === undefined) return work(options);
  const password = await readSecret({ en: 'Password: ', zh: '密码：' });
  const { session } = await openOffice(options).logIn(personId, password);
  if (session === undefined) throw new QuancunError(SERVER_UNREACHABLE);
  const known = { ...options, session };
  try {
    return await work(known);
  } finally {
    await openOffice(known)
      .logOut()
      .catch(() => undefined);
  }
}
