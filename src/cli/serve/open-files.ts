/** Files with secrets that others of this machine may read: said at the start, and gone on with. */
import { statSync } from 'node:fs';
import type { Output } from '../output.js';

/** Permissions of the group and of everybody else. */
const OTHERS = 0o077;

/** Warns of each that is open to others than its owner. */
export function warnOfOpenFiles(
  files: readonly (string | undefined)[],
  log: (line: object) => void,
  output: Output,
): void {
  for (const file of files) {
    if (file === undefined || !isOpen(file)) continue;
    log({ level: 'warning', event: 'file-open-to-others', file });
    output.line({
      en: `${file} holds secrets and is open to others of this machine: chmod 600 ${file}`,
      zh: `${file} 含密钥，但本机其他用户可访问：请执行 chmod 600 ${file}`,
    });
  }
}

/** Windows keeps who may read elsewhere; what is not there is said by whoever reads it. */
function isOpen(file: string): boolean {
  const { mode } = statSync(file, { throwIfNoEntry: false }) ?? { mode: 0 };
  return process.platform !== 'win32' && (mode & OTHERS) !== 0;
}
