/** `test-keys`: the files that `serve`, `recharge` and `load` start with, for simulated cards. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { toHex } from '../bytes.js';
import { TEST_KEY_SETS } from '../testing/index.js';
import { whileWriting } from './options/files.js';
import type { CommonOptions } from './output.js';
import { configure, nodeEnv } from './run.js';

/** What a till may do at once and in a day: nobody's key is without bounds, also not a test's. */
const CAPS = { maxAmountFen: 1_000_000, maxReportFen: 1_000_000, maxDayFen: 20_000_000 };

/** Adds `test-keys`. */
export function registerTestKeys(program: Command): void {
  const command = program
    .command('test-keys <folder>')
    .description("keys of the simulated cards, and a fresh terminal's credentials, as files");
  configure<CommonOptions>(command, 'test-keys ./keys', ([folder = '.'], _options, output) => {
    const terminal = { keyId: 'terminal-1', secret: toHex(nodeEnv.random(32)) };
    // Whatever takes two people takes two of these.
    const office = { keyId: 'office-1', secret: toHex(nodeEnv.random(32)) };
    // What two people decide needs two keys.
    const second = { keyId: 'office-2', secret: toHex(nodeEnv.random(32)) };
    const server = {
      hsm: { allowSoftwareKeys: 'test', keys: TEST_KEY_SETS },
      terminals: [
        { ...terminal, scopes: ['recharge', 'query'], ...CAPS },
        { ...office, scopes: ['query', 'back-office'] },
        { ...second, scopes: ['query', 'back-office'] },
      ],
    };
    for (const [name, json] of Object.entries({ server, terminal, office, 'office-2': second })) {
      write(folder, `${name}.json`, json);
      output.line(join(folder, `${name}.json`));
    }
    output.event('written', { folder, files: 4 });
    return Promise.resolve(true);
  });
}

/** Readable by its owner alone; a file that is there already is not overwritten. */
function write(folder: string, name: string, json: object): void {
  const file = join(folder, name);
  whileWriting(file, () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, `${JSON.stringify(json, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  });
}
