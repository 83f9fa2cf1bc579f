/**
 * How many loads can one core authorise? The library through its public functions, beside
 * node:crypto, node-forge and crypto-js used as their documentation says, and C. The rivals are
 * spared the writing of the messages and get everything in the form they like best.
 */
import { strict as assert } from 'node:assert';
import {
  cipherByName,
  diversifyPath,
  expandKey,
  type CipherName,
  type KeyInput,
} from 'quancun/crypto';
import {
  computeLoadMac2,
  computeLoadSessionKey,
  verifyLoadMac1,
  verifyLoadTac,
} from 'quancun/purse';
import { createTasks, ROOT_KEY, spoil, type Task } from './authorisation.js';
import { cryptoJsRival, forgeRival, nodeRival } from './crypto-rivals.js';
import { buildProgram, programRival } from './c-program.js';
import type { BenchOptions } from './main.js';
import { measureRounds, printRates, type Rival } from './rounds.js';

/** Gives MAC2, or nothing when MAC1 or the TAC is wrong. */
export type Authorise = (task: Task) => Uint8Array | undefined;

const PROFILE_MS = 5000;

/** Measures load authorisations, 3DES and SM4. */
export function benchCrypto({ rounds, profile, cipher }: BenchOptions): void {
  if (profile) {
    runAlone(createOwn(cipher), createTasks(cipher));
    return;
  }
  const programs = buildProgram() ? C_PROGRAMS : { '3des': [], sm4: [] };
  benchCipher('3des', [nodeRival('3des'), forgeRival, cryptoJsRival], programs, rounds);
  benchCipher('sm4', [nodeRival('sm4')], programs, rounds);
}

const C_PROGRAMS = {
  '3des': [['3des', 'C, block functions of libcrypto']],
  sm4: [
    ['sm4', 'C, plain, on the same tables'],
    ['sm4-evp', 'C, libcrypto, one context given each key'],
  ],
} as const;

type Programs = Readonly<
  Record<CipherName, readonly (readonly ['3des' | 'sm4' | 'sm4-evp', string])[]>
>;

function benchCipher(
  name: CipherName,
  rivals: readonly Rival<Task>[],
  programs: Programs,
  rounds: number,
): void {
  const tasks = createTasks(name);
  const inC = programs[name].map(([suite, title]) => programRival(suite, title, tasks));
  const suites = [createOwn(name), ...rivals, ...inC];
  checkAgreement(suites, tasks);
  const rates = measureRounds(suites, tasks, rounds);
  printRates(`load authorisations, ${name}, one core, ${String(rounds)} rounds`, rates);
}

/** All suites must give one MAC2 and refuse a wrong MAC1 and a wrong TAC. */
function checkAgreement(suites: readonly Rival<Task>[], tasks: readonly Task[]): void {
  const [first, ...others] = suites;
  for (const task of tasks.slice(0, 64)) {
    const expected = asHex(first?.work(task));
    assert.equal(expected.length, 8, 'the library refused a right authorisation');
    for (const { name, work } of others) assert.equal(asHex(work(task)), expected, name);
    for (const { name, work } of suites) {
      assert.equal(work(spoil(task, 'mac1')), undefined, `${name} took a wrong MAC1`);
      assert.equal(work(spoil(task, 'tac')), undefined, `${name} took a wrong TAC`);
    }
  }
  console.log(`${String(suites.length)} suites agree on 64 tasks: MAC1, MAC2 and TAC`);
}

/** The library as a server uses it: the root key expanded once, the rest fresh for each card. */
function createOwn(name: CipherName): Rival<Task> {
  const cipher = cipherByName(name);
  const root: KeyInput = cipher.expandKey(ROOT_KEY);
  return {
    name: 'quancun',
    work(task): Uint8Array | undefined {
      const loadKey = diversifyPath(cipher, root, [task.issuerFactor, task.cardFactor]);
      const session = expandKey(cipher, computeLoadSessionKey(cipher, loadKey, task));
      if (!verifyLoadMac1(cipher, session, task, task.mac1)) return undefined;
      const mac2 = computeLoadMac2(cipher, session, task);
      return verifyLoadTac(cipher, task.tacKey, task, task.tac) ? mac2 : undefined;
    },
  };
}

function runAlone({ work }: Rival<Task>, tasks: readonly Task[]): void {
  const start = performance.now();
  let done = 0;
  for (; performance.now() - start < PROFILE_MS;) {
    for (let count = 0; count < 64; count += 1, done += 1) {
      work(tasks[done % tasks.length] as Task);
    }
  }
  const rate = Math.round((1000 * done) / (performance.now() - start));
  console.log(`quancun alone under the profiler: ${rate.toLocaleString('en')} per second`);
}

function asHex(mac2: unknown): string {
  return mac2 instanceof Uint8Array ? Buffer.from(mac2).toString('hex') : '';
}
