/** `--db`: which database a command works on; its variable keeps a password out of the words. */
import { Option } from 'commander';
import { wrongOption } from '../output.js';

/** The option, which must be given one way or the other. */
export function dbOption(about: string): Option {
  return new Option('--db <db>', about).env('QUANCUN_DB').makeOptionMandatory();
}

/**
 * An address that no driver can read would be told as a database that does not answer.
 * @throws OPTION_INVALID, without a word of what stands there: a password may
 */
export function expectPostgres(db: string): void {
  if (!/^postgres(ql)?:\/\//.test(db)) throw wrongOption('--db', 'sqlite:FILE | postgres://…');
  if (URL.canParse(db)) return;
  throw wrongOption('--db', {
    en: 'postgres://USER@HOST:PORT/NAME, with % and two hex digits for each sign of a password that is none of an address (/ ? # @ :), or --db-password-file',
    zh: 'postgres://用户@主机:端口/库名；密码中的 / ? # @ : 等字符须以 % 加两位十六进制表示，或改用 --db-password-file',
  });
}
