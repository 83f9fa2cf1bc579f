/** `conformance` as a laboratory meets it: the built program, in processes of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { events, quancun } from '../support/pcsc-stack.js';

const folder = mkdtempSync(join(tmpdir(), 'quancun-conformance-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('conformance', () => {
  test('a profile goes in by sim --profile and comes out; no money moves', async () => {
    const [given, found] = [join(folder, 'given.json'), join(folder, 'found.json')];
    const profile = { terminalNumberFree: false, overflowChecked: false, issueSizeBytes: 43 };
    writeFileSync(given, JSON.stringify(profile));
    const said = await quancun(
      ...['conformance', '--card', `sim:${given}`, '--pin', '123456', '--out', found],
    );
    expect([said.status, said.err]).toEqual([0, '']);
    expect(said.out).toMatch(/terminalNumberFree +false\n/);
    expect(said.out).toMatch(/singleSession +false +\(assumed\)/);
    expect(said.out).toMatch(/strict value is assumed\. 0\.00 yuan loaded\.\n$/);
    expect(JSON.parse(readFileSync(found, 'utf8'))).toMatchObject(profile);
    const again = await quancun('read', '--card', `sim:${found}`);
    expect(again.status).toBe(0);
  });

  test('--spend wants keys, and says what it loaded', async () => {
    const card = ['conformance', '--card', 'sim:', '--pin', '123456', '--spend'];
    const without = await quancun(...card);
    expect([without.status, without.err]).toEqual([2, expect.stringContaining('KEY_MISSING')]);
    const [event] = events(
      (await quancun(...card, '--keys', 'vectors/traces/3des-keys.json', '--json')).out,
    );
    expect(event).toMatchObject({
      event: 'profile',
      spentFen: 2,
      profile: { singleSession: true, statusWords: { macWrong: '9302' } },
    });
  });
});
