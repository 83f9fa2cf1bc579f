/** `explain`: what an error code or a status word means, what to do, who, and about the money. */
import type { Command } from 'commander';
import { addressOf } from '../../errors.js';
import { codesOfAllTables, explainCode, nearestCodes } from './code.js';
import { type CommonOptions, wrongOption } from '../output.js';
import { configure } from '../run.js';

/** Adds `explain`. */
export function registerExplain(program: Command): void {
  const command = program
    .command('explain')
    .description('what an error code or a status word means, what to do, and who; offline')
    .argument('<code>', 'an error code, or a status word in hex; `all` lists the codes');
  configure<CommonOptions>(command, 'explain CARD_LOST', (args, _options, output) => {
    const [given = ''] = args;
    if (given === 'all') {
      const { errors, statusWords } = codesOfAllTables();
      for (const code of [...errors, ...statusWords]) {
        output.line(code);
        output.event('code', { code });
      }
      return Promise.resolve(true);
    }
    const found = explainCode(given);
    if (found === undefined) {
      const near = nearestCodes(given);
      throw wrongOption('CODE', {
        en: `a code that is known, such as ${near.join(', ')} (nothing is known of this one)`,
        zh: `已知的代码，相近的有 ${near.join('、')}（未找到所给代码）`,
      });
    }
    const { code, kind, title, rows } = found;
    output.title(`${code}  ${output.pick(title)}`);
    for (const [label, value] of rows) {
      output.line(
        `  ${output.pick(label)}${output.lang === 'zh' ? '：' : ': '}${output.pick(value)}`,
      );
    }
    const docs = kind === 'error' ? { docs: addressOf(code) } : {};
    output.event('code', {}, { code, kind, title, rows, ...docs });
    return Promise.resolve(true);
  });
}
