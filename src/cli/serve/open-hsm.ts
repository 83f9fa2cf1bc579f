/** The keys of a server: published ones in memory for tests, or those of a PKCS#11 token. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Hsm, softHsm } from '../../server/index.js';
import { pkcs11Hsm } from '../../server/hsm/pkcs11/index.js';
import { needed } from '../options/needed.js';
import type { ServerHsm } from '../options/server-options.js';

/** An HSM, and what a server says of it when it listens. */
export interface OpenedHsm {
  readonly hsm: Hsm;
  /** Of software keys: that they are for tests. */
  readonly note: { readonly en: string; readonly zh: string };
  close(): Promise<void>;
}

const TEST_KEYS = { en: ' Test keys only.', zh: '（仅测试密钥）' };

/** Opens what the key file names; a token is spoken to by processes of its own. */
export async function openHsm(given: ServerHsm, log: (line: object) => void): Promise<OpenedHsm> {
  if (given.kind === 'software') {
    const hsm = softHsm({ allowSoftwareKeys: 'test', keys: given.keys });
    return { hsm, note: TEST_KEYS, close: () => Promise.resolve() };
  }
  const { resolve } = createRequire(import.meta.url);
  await needed('koffi', async () => resolve('koffi'));
  const program = join(dirname(resolve('quancun/package.json')), 'dist/cli/token.js');
  const hsm = pkcs11Hsm({
    ...given.token,
    program,
    // Read for each child: a PIN that is changed on the token is changed in its file.
    pin: async () => (await readFile(given.pinFile, 'utf8')).replace(/\r?\n$/, ''),
    onProcess: ({ event: change, ...what }) => {
      const { module } = given.token;
      log({ at: new Date().toISOString(), event: 'hsm', change, module, ...what });
    },
  });
  return { hsm, note: { en: '', zh: '' }, close: () => hsm.close() };
}
