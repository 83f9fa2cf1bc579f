/**
 * What a token costs: loads a second through SoftHSM2 in child processes beside the software HSM,
 * turn by turn in one run. Ledger and journal are in memory, so that keys are what is measured.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryJournal, memoryLedger } from 'quancun/server';
import { pkcs11Hsm } from 'quancun/server/hsm/pkcs11';
import { TEST_KEY_SETS } from 'quancun/testing';
import {
  makeToken,
  missingForTokens,
  TOKEN_PIN,
  TOKEN_PROGRAM,
  writeKeys,
} from '../test/support/soft-token.js';
import { measured, prepareLoads, rate } from './loads.js';
import type { BenchOptions } from './main.js';
import { median } from './rounds.js';

const TERMINALS = [1, 8];
const PROCESSES = [1, 2];
const LOADS_OF_A_TURN = 192;

/** Measures tokens of one and of two children against the keys in memory. */
export async function benchHsm({ rounds }: BenchOptions): Promise<void> {
  const missing = missingForTokens();
  if (missing.length > 0) {
    console.log(`no token here: ${missing.join(', ')}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'quancun-token-'));
  const token = makeToken(folder, 'bench');
  const keys = writeKeys(
    token,
    TEST_KEY_SETS.filter(({ cipher }) => cipher === '3des'),
  );
  console.log('\nloads a second, keys in memory beside keys on a token of SoftHSM2');
  console.log('terminals  children   in memory/s   token/s   of the memory’s');
  for (const terminals of TERMINALS) {
    for (const processes of PROCESSES) {
      const given = { ...token, keys, program: TOKEN_PROGRAM, pin: () => TOKEN_PIN, processes };
      const hsm = pkcs11Hsm({ ...given, timeoutMs: 60_000 });
      await hsm.describeKeys();
      const both = [measured(memoryLedger(), memoryJournal())];
      both.push(measured(memoryLedger(), memoryJournal(), hsm));
      const turns: number[][] = [];
      for (let turn = -1; turn < Math.min(rounds, 9); turn += 1) {
        const perSecond: number[] = [];
        for (const one of both) {
          const share = Math.ceil(LOADS_OF_A_TURN / terminals);
          perSecond.push(await rate(terminals, share, await prepareLoads(one, terminals, share)));
        }
        if (turn >= 0) turns.push(perSecond);
      }
      await hsm.close();
      const rates = [0, 1].map((at) => median(turns.map((turn) => turn[at] ?? Number.NaN)));
      const ratio = median(turns.map(([memory = Number.NaN, own = Number.NaN]) => own / memory));
      console.log(
        [
          ...[String(terminals).padStart(9), String(processes).padStart(10)],
          ...[rates[0]?.toFixed(0).padStart(14), rates[1]?.toFixed(0).padStart(10)],
          ratio.toFixed(2).padStart(18),
        ].join(''),
      );
    }
  }
  rmSync(folder, { recursive: true });
}
