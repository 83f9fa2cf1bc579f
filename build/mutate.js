/**
 * `npm run mutate [ROOM | FILE …]`: changes the money's rooms line by line and runs their tests
 * against each change. A change that no test notices must stand in test/mutation/survivors.json
 * with the reason why it may; one that stands there and is noticed is taken out. Texts are left
 * alone, and so is what an error tells besides its code.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './entries.js';
import { bundle, mutate } from './mutate/instrument.js';
import { tryMutants } from './mutate/try-mutants.js';

/** What compares ledger and journal. */
const WITNESS =
  /journal\/(compare|epochs|give|line-of|lost|own|peers|place|reg|repair|scribe|thread|wit)/;
/**
 * The rooms: what is changed, and the tests that may notice. Those that need a PostgreSQL are not
 * among them, and nor is what only runs against one.
 * @type {Record<string, { of: RegExp; tests: RegExp }>}
 */
const ROOMS = {
  load: { of: /^src\/load\/[^/]+$/, tests: /^test\/load\// },
  authority: {
    of: /^src\/server\/(service|weigh|draft-order|decide-order)\.ts$/,
    tests: /^test\/server\/(authority|ticker|book-balance|long-stories)/,
  },
  witness: {
    of: WITNESS,
    tests:
      /\/journal\/(witness\.|comm|compare|line-of|place|peers|scribe|give-up|re[gp]|looks|own-|fo)/,
  },
  journal: {
    of: /^src\/server\/journal\/(active|file|format|journal|lines|open-|read-|segments)/,
    tests: /^test\/server\/journal\/(file|failing|format|open|se)/,
  },
  memory: {
    of: /^src\/server\/ledger\/(memory|witness-book|audit-chain|journal-holds)/,
    tests: /^test\/server\/(ledger\/memory|authority|journal\/(looks|comm|give|repair))/,
  },
  sql: {
    of: /^src\/server\/ledger\/(sql|sqlite)/,
    tests: /^test\/server\/ledger\/sql/,
  },
};
/** Rows of texts; types alone. */
const NO_LOGIC = /\/([a-z-]*errors|index|freeze-reasons)\.ts$/;
const NEEDS_MORE = /postgres|hold-file|tear\.test/;
const LEAST_KILLED = 0.95;

/**
 * @typedef {{ file: string; line: string; to: string }} Survivor
 * @typedef {Survivor & { reason: string }} ListedSurvivor
 */
const LIST = join(ROOT, 'test/mutation/survivors.json');
/** @type {ListedSurvivor[]} */
const listed = JSON.parse(readFileSync(LIST, 'utf8'));

/** @param {string} folder */
const filesIn = (folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile() && one.name.endsWith('.ts'))
    .map((one) => relative(ROOT, join(one.parentPath, one.name)))
    .sort();

const wanted = process.argv.slice(2);
let isGood = true;
for (const [room, { of, tests }] of Object.entries(ROOMS)) {
  const files = filesIn('src').filter(
    (file) =>
      of.test(file) &&
      !NO_LOGIC.test(file) &&
      (wanted.length === 0 || wanted.includes(room) || wanted.includes(file)),
  );
  if (files.length === 0) continue;
  const suites = filesIn('test').filter(
    (file) => file.endsWith('.test.ts') && tests.test(file) && !NEEDS_MORE.test(file),
  );
  isGood = (await judge(room, files, suites)) && isGood;
}
process.exitCode = isGood ? 0 : 1;

/**
 * @param {string} room
 * @param {readonly string[]} files
 * @param {readonly string[]} suites
 */
async function judge(room, files, suites) {
  const { mutants, sources } = await mutate(files);
  const { folder, bundles } = await bundle(suites, sources);
  /** @type {Map<string, string>} */
  let ends;
  try {
    ends = await tryMutants(mutants, bundles);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const unused = new Set(listed.filter(({ file }) => files.includes(file)));
  const alive = [];
  let killed = 0;
  for (const mutant of mutants) {
    if (ends.get(mutant.id) === 'killed') {
      killed += 1;
      continue;
    }
    const survivor = survivorOf(mutant);
    const known = [...unused].find(
      ({ file, line, to }) =>
        file === survivor.file && line === survivor.line && to === survivor.to,
    );
    if (known === undefined) alive.push(survivor);
    else unused.delete(known);
  }
  if (killed === 0) throw new Error('no mutant was killed: the tests did not run');
  for (const one of alive) console.log(JSON.stringify(one));
  for (const one of unused) console.log('no longer alive:', JSON.stringify(one));
  const logic = killed + alive.length;
  const share = killed / logic;
  const count = mutants.length - logic;
  console.log(
    `${room}: ${String(mutants.length)} mutants, ${String(count)} listed with a reason, ` +
      `${String(killed)} of the other ${String(logic)} killed (${(share * 100).toFixed(1)} %)`,
  );
  return share >= LEAST_KILLED && unused.size === 0;
}

/** @param {import('./mutate/instrument.js').Mutant} mutant */
function survivorOf({ fileName, location: { start, end }, replacement }) {
  const file = relative(ROOT, fileName);
  const lines = readFileSync(fileName, 'utf8').split('\n');
  const line = (lines[start.line] ?? '').trim();
  const last = start.line === end.line ? end.column : undefined;
  const what = (lines[start.line] ?? '').slice(start.column, last);
  return { file, line, to: `${what} → ${replacement}`.replace(/\s+/g, ' ') };
}
