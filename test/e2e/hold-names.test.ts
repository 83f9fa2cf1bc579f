/**
 * One SQLite file has one holder, by whatever name it is opened, and however its holder fares.
 * Every holder is a process of its own.
 */
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  hasOwnMounts,
  type HolderOptions,
  killAllAfterEach,
  startFormerHolder,
  startHolder,
  withMounts,
} from '../support/holders.js';

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quancun-names-'));
  mkdirSync(join(folder, 'data'));
  file = join(folder, 'data', 'orders.db');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});
killAllAfterEach();

/** Another way to the file, and how its process is started. */
interface Way extends HolderOptions {
  readonly path: string;
}

const WAYS: Readonly<Record<string, () => Way>> = {
  'the same name': () => ({ path: file }),
  'a link': () => {
    symlinkSync(file, join(folder, 'link.db'));
    return { path: join(folder, 'link.db') };
  },
  'a link to a link, and a folder that is one': () => {
    symlinkSync(join(folder, 'data'), join(folder, 'folder'));
    symlinkSync('folder/orders.db', join(folder, 'one.db'));
    symlinkSync('one.db', join(folder, 'two.db'));
    return { path: join(folder, 'two.db') };
  },
  'a hard link': () => {
    linkSync(file, join(folder, 'hard.db'));
    return { path: join(folder, 'hard.db') };
  },
  'its name, when socket and lock were deleted': () => {
    rmSync(`${file}.holder`);
    rmSync(`${file}.lock`, { recursive: true, force: true });
    return { path: file };
  },
  'its name, with another temporary folder': () => {
    mkdirSync(join(folder, 'tmp'));
    return { path: file, env: { TMPDIR: join(folder, 'tmp') } };
  },
};

const MOUNTED: Readonly<Record<string, () => Way>> = {
  'a mount of the file alone': () => {
    writeFileSync(join(folder, 'bound.db'), '');
    const path = join(folder, 'bound.db');
    return { path, by: withMounts(`mount --bind '${file}' '${path}'`) };
  },
  'a mount of its folder': () => {
    mkdirSync(join(folder, 'bound'));
    const by = withMounts(`mount --bind '${folder}/data' '${folder}/bound'`);
    return { path: join(folder, 'bound', 'orders.db'), by };
  },
  'a network and mounts of its own': () => ({
    path: file,
    by: [...withMounts(':'), 'unshare', '-n'],
  }),
};

describe('while a process holds the file, it is refused by', () => {
  const check = async (way: () => Way): Promise<void> => {
    const first = await startHolder(file);
    expect(first.answer).toBe('held');
    const { path, ...options } = way();
    expect((await startHolder(path, options)).answer).toBe('LEDGER_IN_USE');
    // A stopped process goes on some time; until then nobody gets an answer from it.
    await first.signal('SIGSTOP');
    expect((await startHolder(path, options)).answer).toBe('LEDGER_IN_USE');
    await first.signal('SIGCONT');
    await first.signal('SIGKILL');
    rmSync(join(folder, 'hard.db'), { force: true });
    expect((await startHolder(file)).answer).toBe('held');
  };
  test.each(Object.entries(WAYS))('%s', (_name, way) => check(way));
  test.runIf(hasOwnMounts).each(Object.entries(MOUNTED))('%s', (_name, way) => check(way));

  test('its name, too long for a socket beside it, with another temporary folder', async () => {
    file = join(folder, 'data', `${'x'.repeat(120)}.db`);
    await check(WAYS['its name, with another temporary folder'] ?? WAYS['the same name'] ?? fail);
  });
});

describe('a file that nobody holds', () => {
  test('is refused while it has two names: the log stands beside one of them', async () => {
    writeFileSync(file, '');
    linkSync(file, join(folder, 'hard.db'));
    expect((await startHolder(file)).answer).toBe('FILE_LINKED');
  });

  test.runIf(hasOwnMounts)('is refused where it is mounted alone', async () => {
    writeFileSync(file, '');
    const { path, ...options } = MOUNTED['a mount of the file alone']?.() ?? fail();
    expect((await startHolder(path, options)).answer).toBe('FILE_LINKED');
  });

  test.runIf(hasOwnMounts)('is held where its folder is mounted', async () => {
    writeFileSync(file, '');
    const { path, ...options } = MOUNTED['a mount of its folder']?.() ?? fail();
    expect((await startHolder(path, options)).answer).toBe('held');
  });

  test('is free with its holder, though children of it live', async () => {
    const first = await startHolder(file, { words: ['60'] });
    const [, pid = ''] = /child (\d+)/.exec(first.said) ?? [];
    await first.signal('SIGKILL');
    try {
      expect((await startHolder(file)).answer).toBe('held');
      process.kill(Number(pid), 0);
    } finally {
      process.kill(Number(pid), 'SIGKILL');
    }
  });

  test('of eight at once one gets it', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => startHolder(file)));
    const answers = all.map(({ answer }) => answer).sort();
    expect(answers).toEqual([...Array.from({ length: 7 }, () => 'LEDGER_IN_USE'), 'held']);
  });
});

describe('a lock that cannot be taken', () => {
  const withFlock = (script: string): HolderOptions => {
    writeFileSync(join(folder, 'flock'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'flock'), 0o755);
    return { env: { PATH: `${folder}:${process.env.PATH ?? ''}` } };
  };

  test('no program for it: refused, with what to install', async () => {
    const { answer } = await startHolder(file, { env: { PATH: folder } });
    expect(answer).toBe('FILE_LOCK_MISSING');
  });

  test.each([
    ['hangs', 'exec sleep 60'],
    ['fails', 'exit 65'],
    ['keeps nothing', 'exit 0'],
  ])('one that %s: refused', async (_name, script) => {
    expect((await startHolder(file, withFlock(script))).answer).toBe('FILE_LOCK_FAILED');
  });
});

describe('a server of 0.1.0', () => {
  test('that runs is in the way', async () => {
    await startFormerHolder(file);
    expect((await startHolder(file)).answer).toBe('LEDGER_IN_USE');
    expect(existsSync(`${file}.lock`)).toBe(true);
  });

  test('that was stopped, too: it is not dead', async () => {
    const former = await startFormerHolder(file);
    await former.signal('SIGSTOP');
    expect((await startHolder(file)).answer).toBe('LEDGER_IN_USE');
    expect(existsSync(`${file}.lock`)).toBe(true);
  });

  test('that cannot be seen from here, and was stopped, too: its socket takes the question', async () => {
    const former = await startFormerHolder(join(folder, 'other.db'), { words: [`${file}.holder`] });
    mkdirSync(`${file}.lock`);
    expect((await startHolder(file)).answer).toBe('LEDGER_IN_USE');
    await former.signal('SIGSTOP');
    expect((await startHolder(file)).answer).toBe('LEDGER_IN_USE');
    expect(existsSync(`${file}.lock`)).toBe(true);
  });

  test('that was started by a link, too', async () => {
    writeFileSync(file, '');
    symlinkSync(file, join(folder, 'link.db'));
    await startFormerHolder(join(folder, 'link.db'));
    expect((await startHolder(file)).answer).toBe('LEDGER_IN_USE');
  });

  test('whose socket is somewhere else, or deleted, too', async () => {
    await startFormerHolder(file, { words: [join(folder, 'elsewhere')] });
    expect((await startHolder(file)).answer).toBe('LEDGER_IN_USE');
    expect(existsSync(`${file}.lock`)).toBe(true);
  });

  test('that was killed is not: its lock is cleared', async () => {
    const former = await startFormerHolder(file);
    await former.signal('SIGKILL');
    expect([existsSync(`${file}.holder`), existsSync(`${file}.lock`)]).toEqual([true, true]);
    expect((await startHolder(file)).answer).toBe('held');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test('that was killed by a link left orders beside it: refused', async () => {
    writeFileSync(file, '');
    symlinkSync(file, join(folder, 'link.db'));
    writeFileSync(join(folder, 'link.db-wal'), 'orders');
    expect((await startHolder(join(folder, 'link.db'))).answer).toBe('LEDGER_WAL_ASTRAY');
    rmSync(join(folder, 'link.db-wal'));
    expect((await startHolder(join(folder, 'link.db'))).answer).toBe('held');
  });

  test('that is started afterwards gets an answer, by both names', async () => {
    writeFileSync(file, '');
    symlinkSync(file, join(folder, 'link.db'));
    await startHolder(join(folder, 'link.db'));
    for (const name of [file, join(folder, 'link.db')]) {
      expect(await ask(`${name}.holder`)).toMatch(/^[0-9a-f]{32}$/);
    }
  });
});

/** What 0.1.0 asks before it takes a file. */
function ask(address: string): Promise<string> {
  return new Promise((answer, reject) => {
    let said = '';
    const socket = connect(address);
    socket.setEncoding('utf8').on('data', (text: string) => (said += text));
    socket.once('end', () => answer(said));
    socket.once('error', reject);
  });
}

function fail(): never {
  throw new Error('there is no such way');
}
