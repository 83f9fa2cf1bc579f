/**
 * A recharge on a card that is far away, with every session in PostgreSQL: two server processes
 * take the reports in turn, and a third drives, each with connections and a guard of its own.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresStores } from '../../src/server/ledger/postgres.js';
import { createVirtualCard, personalise } from '../../src/simulator/index.js';
import { recharge } from '../../src/terminal/index.js';
import { createTestAuthority } from '../../src/testing/index.js';
import {
  type RemoteLink,
  remoteServer,
  remoteTransport,
  runRemoteTerminal,
} from '../../src/remote/index.js';
import { simulatorTransport } from '../../src/transport/drivers/simulator.js';
import { withGetResponse } from '../../src/transport/index.js';
import { env, KEY, LINES, listen } from '../support/hosts/remote.js';
import { createSchema, type RunningPostgres, startPostgres } from '../support/postgres.js';

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

test('three processes and one terminal: credited once', async () => {
  const schema = `remote_${String(process.pid)}`;
  await createSchema(postgres, schema);
  const open = () => postgresStores(postgres.pool(schema, 2));
  const [first, second, third] = [await open(), await open(), await open()];
  const servers = await Promise.all(
    [first, second].map(({ sessions, guard }) =>
      listen(remoteServer({ store: sessions, guard, env, keys: [KEY] })),
    ),
  );
  const lines = servers.map(LINES.http);
  let turn = 0;
  const link: RemoteLink = {
    exchange: (text, timeoutMs) => {
      const line = lines[(turn += 1) % lines.length];
      return line?.exchange(text, timeoutMs) ?? Promise.reject(new Error('no line'));
    },
    close: () => {
      for (const line of lines) line.close();
    },
  };
  const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5_000, onlineAtc: 7 }));
  const sessionId = 'A1'.repeat(16);
  const transport = withGetResponse(simulatorTransport(card));
  const gone = runRemoteTerminal({ ...KEY, transport, link, env, sessionId, pauseMs: 5 });

  const { sessions } = third;
  while ((await sessions.read(sessionId)) === undefined) await env.sleep(5);
  const remote = await remoteTransport({ store: sessions, sessionId, env });
  const { authority } = createTestAuthority({ env });
  const result = await recharge({
    ...{ transport: remote, authority, env, terminal: '000440101001', pin: '123456' },
    ...{ amountFen: 10_000, outlet: 'self' },
    takePayment: () =>
      Promise.resolve({ provider: 'cash', transactionId: 'cash-1', amountFen: 10_000 }),
  });
  await remote.close();

  expect(result).toMatchObject({ outcome: 'credited', provedBy: 'tac', written: 'now' });
  expect(card.state.ep).toMatchObject({ onlineAtc: 8, balanceFen: 15_000 });
  expect(await gone).toMatchObject({ end: 'stopped', steps: 5 });
  expect(servers.every(({ asked }) => asked() >= 2)).toBe(true);
  link.close();
  for (const server of servers) await server.close();
  for (const { ledger } of [first, second, third]) await ledger.close();
});
