/** The recorded sessions of the package: every cryptogram in them holds, by us and by OpenSSL. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromHex } from '../../src/bytes.js';
import { personalise } from '../../src/simulator/index.js';
import { readCard } from '../../src/terminal/index.js';
import { parseTrace, replayTransport } from '../../src/transport/index.js';
import { auditSession, type Wire } from '../support/purse-oracle.js';

const folder = new URL('../../vectors/traces/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');

test.each(names)('%s: OpenSSL finds every code right', (name) => {
  const wires: Wire[] = parseTrace(read(name)).exchanges.flatMap(({ command, response }) =>
    response === undefined ? [] : [{ command: fromHex(command), response: fromHex(response) }],
  );
  const card = personalise({ kind: name.startsWith('sm4') ? 'sm4-5x' : '3des-4x' });
  const { checked, wrong } = auditSession(card, wires);
  expect(wrong).toEqual([]);
  expect(checked).toBe(name.includes('torn') ? 1 : 3);
});

describe('replay', () => {
  test.each(names.filter((name) => name.includes('recharge')))(
    '%s reads as a card',
    async (name) => {
      const reading = await readCard(replayTransport(read(name)));
      expect(reading).toMatchObject({ balanceFen: 5000, issue: { plate: '甘A12345' } });
    },
  );
});
