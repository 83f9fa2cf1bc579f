/** `--db`: which database a command works on; its variable keeps a password out of the words. */
import { Option } from 'commander';

/** The option, which must be given one way or the other. */
export function dbOption(about: string): Option {
  return new Option('--db <db>', about).env('QUANCUN_DB').makeOptionMandatory();
}
