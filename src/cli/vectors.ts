/** `vectors`: runs vector files; a line for each failure; ends with `N passed, N failed`. */
import type { Command } from 'commander';
import { parseVectorFile, runVectors } from '../testing/index.js';
import { readText } from './options/files.js';
import { asQuancunError, type CommonOptions } from './output.js';
import { configure } from './run.js';

/** Adds `vectors`. */
export function registerVectors(program: Command): void {
  const command = program
    .command('vectors')
    .description("run vector files through the library's own parsers and formulas")
    .argument('<file...>', 'vector files of the form quancun-vectors/1');
  configure<CommonOptions>(command, 'vectors vectors/given.json', (files, _options, output) => {
    let passed = 0;
    let failed = 0;
    for (const file of files) {
      const text = readText(file);
      try {
        for (const result of runVectors(parseVectorFile(text)).results) {
          output.event('vector', { file, ...result });
          if (result.passed) {
            passed += 1;
          } else {
            failed += 1;
            output.line(`${file}: ${result.type} ${result.id}: ${result.why ?? 'failed'}`);
          }
        }
      } catch (thrown) {
        // A file that is no vector file is one failure; the others are still run.
        const error = asQuancunError(thrown);
        failed += 1;
        output.line(
          `${file}: ${error.code}: ${output.lang === 'zh' ? error.messageZh : error.message}`,
        );
        output.event('vector', { file, id: null, passed: false, why: error.code });
      }
    }
    output.line(`${String(passed)} passed, ${String(failed)} failed`);
    output.event('total', { passed, failed });
    return Promise.resolve(failed === 0);
  });
}
