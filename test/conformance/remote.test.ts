/** Ours keep every rule of a far card's store and terminal; each has one that breaks it. */
import { describe, expect, test } from 'vitest';
import { envFrom } from '../../src/env.js';
import { isQuancunError, QuancunError } from '../../src/errors.js';
import { memoryRemoteStore, type RemoteStore, runRemoteTerminal } from '../../src/remote/index.js';
import {
  type LentTerminal,
  type RemoteCase,
  testRemoteStore,
  testRemoteTerminal,
} from '../../src/testing/index.js';

const env = envFrom(globalThis);

describe.concurrent('ours', () => {
  const rules = [
    ...testRemoteStore(() => Promise.resolve(memoryRemoteStore())),
    ...testRemoteTerminal(runRemoteTerminal, env),
  ];
  test.concurrent.each(rules.map((rule) => [rule.name, rule] as const))(
    '%s',
    async (_name, { run }) => {
      expect(await run()).toBe('kept');
    },
  );

  test('a store that offers two operations: the others are said not to be offered', async () => {
    const open = (): Promise<RemoteStore> => {
      const { read, write } = memoryRemoteStore();
      return Promise.resolve({ read, write });
    };
    const said = await Promise.all(testRemoteStore(open).map(({ run }) => run()));
    expect(said.filter((one) => one === 'not offered')).toHaveLength(2);
  });
});

/** Rule → a store that breaks it. */
const STORES: Readonly<Record<string, (inner: RemoteStore) => RemoteStore>> = {
  'a session is read as it was written, and its revision counts': (inner) => ({
    ...inner,
    read: async (id) => {
      const entry = await inner.read(id);
      return entry === undefined ? undefined : { ...entry, revision: 1 };
    },
  }),
  'only who has seen the newest writes, and is told so': (inner) => ({
    ...inner,
    write: async (...words) => (await inner.write(...words), true),
  }),
  'of many that open, and of many that change, one succeeds': (inner) => ({
    ...inner,
    write: async (id, text, replaces, atMs) => {
      const entry = await inner.read(id);
      await Promise.resolve();
      if ((entry?.revision ?? 0) !== replaces) return false;
      await inner.write(id, text, replaces, atMs);
      return true;
    },
  }),
  'sessions do not mix': (inner) => ({
    ...inner,
    read: (id) => inner.read(id.toLowerCase()),
    write: (id, ...words) => inner.write(id.toLowerCase(), ...words),
  }),
  'what was replaced is not kept: a PIN that was there is gone': (inner) => {
    const before: string[] = [];
    return {
      ...inner,
      list: async () => [
        ...((await inner.list?.()) ?? []),
        ...before.map((text) => ({ sessionId: 'history', revision: 1, text })),
      ],
      write: (id, text, ...words) => (before.push(text), inner.write(id, text, ...words)),
    };
  },
  'what nobody has touched for an hour is forgotten when another opens': (inner) => ({
    ...inner,
    write: (id, text, replaces) => inner.write(id, text, replaces, 0),
  }),
  'all that stand there are listed': (inner) => ({ ...inner, list: () => Promise.resolve([]) }),
  'whoever waits is woken by a later revision, and by one that stands already': (inner) => ({
    ...inner,
    changed: () => Promise.reject(new Error('one waits already')),
  }),
};

/** Rule → a terminal that breaks it. */
const TERMINALS: Readonly<Record<string, (terminal: LentTerminal) => Promise<unknown>>> = {
  'a step runs once, though every other question is lost': twice,
  'a step runs once, though every other answer is lost': twice,
  // Its token is the same at every start.
  'a session number that was opened before runs nothing on this card': (terminal) => {
    const random = (size: number): Uint8Array =>
      size === 8 ? new Uint8Array(size) : env.random(size);
    return runRemoteTerminal({ ...terminal, env: { ...env, random } });
  },
  'a refusal that nobody signed is doubt, and no more': (terminal) =>
    runRemoteTerminal(terminal).catch((error: unknown) => {
      const said = isQuancunError(error) ? String(error.details.said) : '';
      throw new QuancunError(said, { money: 'moved' });
    }),
  // Described once, and sent again as it was.
  'what is left of the host’s session is told anew at each try': (terminal) => {
    const { transport } = terminal;
    const info = Object.defineProperty({ ...transport.info }, 'sessionDeadlineMs', {
      get: () => env.now() + 55_600,
    });
    return runRemoteTerminal({ ...terminal, transport: { ...transport, info } });
  },
  'a program of the server that fails is told': (terminal) =>
    runRemoteTerminal(terminal).catch(() => 'stopped'),
  'a program that asks nothing for too long: the card is taken back': (terminal) =>
    runRemoteTerminal({ ...terminal, maxIdleMs: 3_600_000 }),
  'a line that never answers has an end': (terminal) =>
    runRemoteTerminal(terminal).catch(() => 'stopped'),
  'a reader that never answers: the server is told maybe': (terminal) => {
    const transport = {
      ...terminal.transport,
      transmit: () => Promise.reject(new QuancunError('TRANSPORT_TIMEOUT', { sent: 'no' })),
    };
    return runRemoteTerminal({ ...terminal, transport });
  },
};

async function twice(terminal: LentTerminal): Promise<unknown> {
  const { transport } = terminal;
  const transmit: typeof transport.transmit = async (...words) => {
    await transport.transmit(...words);
    return transport.transmit(...words);
  };
  return runRemoteTerminal({ ...terminal, transport: { ...transport, transmit } });
}

describe('one that breaks a rule is found out', () => {
  const open = (broken: (inner: RemoteStore) => RemoteStore) => () =>
    Promise.resolve(broken(memoryRemoteStore()));
  const cases: readonly (readonly [string, readonly RemoteCase[]])[] = [
    ...Object.entries(STORES).map(
      ([name, broken]) => [name, testRemoteStore(open(broken))] as const,
    ),
    ...Object.entries(TERMINALS).map(
      ([name, run]) => [name, testRemoteTerminal(run, env)] as const,
    ),
  ];

  test.concurrent.each(cases)('%s', async (name, rules) => {
    const rule = rules.find((one) => one.name === name);
    await expect(rule?.run()).rejects.toMatchObject({ code: 'CONFORMANCE' });
  });

  test('every rule has one that breaks it', () => {
    const rules = [
      ...testRemoteStore(() => Promise.resolve(memoryRemoteStore())),
      ...testRemoteTerminal(runRemoteTerminal, env),
    ];
    expect(cases.map(([name]) => name).sort()).toEqual(rules.map(({ name }) => name).sort());
  });
});
