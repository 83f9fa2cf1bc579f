/** The example of a server: started as its README says, recharged through, stopped and started. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installExample } from '../support/installed.js';
import { type Running, runScript, startScript } from '../support/programs.js';

describe('the authority inside Express, on SQLite', () => {
  let folder = '';
  let server: Running;
  let port = '';
  const start = async (): Promise<void> => {
    server = startScript(folder, 'start', { env: { PORT: '0' } });
    [, port = ''] = await server.said(/"listening","port":(\d+)/);
  };
  const stop = async (): Promise<number | null> => {
    server.child.kill('SIGTERM');
    return (await server.ended).status;
  };
  beforeAll(async () => {
    folder = installExample('server-express');
    await start();
  });
  afterAll(() => server.child.kill('SIGKILL'));

  test("the app's own routes and the authority's stand beside each other", async () => {
    const about = await fetch(`http://127.0.0.1:${port}/about`);
    expect(await about.json()).toEqual({ service: 'etc recharge' });
    const described = await fetch(`http://127.0.0.1:${port}/openapi.json`);
    expect(await described.json()).toMatchObject({
      openapi: expect.stringMatching(/^3\./) as string,
    });
  });

  test('recharges through it, before and behind a restart', async () => {
    const credited = { status: 0, out: 'credited, proved by the tac; balance 150.00\n' };
    expect(await runScript(folder, 'recharge', { env: { PORT: port } })).toEqual(credited);
    expect(await stop()).toBe(0);
    await start();
    expect(await runScript(folder, 'recharge', { env: { PORT: port } })).toEqual(credited);
  });
});
