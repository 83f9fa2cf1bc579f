/** The examples that sign in other languages, run as they stand against the built server. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../../build/entries.js';
import { quancun, temporaryFolder } from '../support/quancun-process.js';
import { type Served, startServed } from '../support/served.js';
import { orderRequest } from '../support/http-messages.js';

const folder = temporaryFolder();
const examples = join(ROOT, 'examples/signing');
const credentials = join(folder, 'keys/terminal.json');
const secretFile = join(folder, 'secret.hex');
let served: Served;
let keyId = '';
beforeAll(async () => {
  expect((await quancun('test-keys', join(folder, 'keys'))).status).toBe(0);
  const db = `sqlite:${join(folder, 'orders.db')}`;
  served = await startServed(['--db', db, '--keys', join(folder, 'keys/server.json')]);
  const json = JSON.parse(readFileSync(credentials, 'utf8')) as { keyId: string; secret: string };
  keyId = json.keyId;
  writeFileSync(secretFile, `${json.secret}\n`);
});
afterAll(() => {
  served.child.kill('SIGKILL');
});

interface Ran {
  readonly status: string;
  readonly body: { readonly orderId?: string; readonly state?: string; readonly code?: string };
}

function run(file: string, words: readonly string[], env: Record<string, string>): Promise<Ran> {
  return new Promise((resolve, reject) => {
    execFile(file, words, { env: { ...process.env, ...env } }, (error, out, err) => {
      try {
        resolve({ status: err.trim(), body: JSON.parse(out) as Ran['body'] });
      } catch {
        reject(new Error(`${out}${err}`, { cause: error }));
      }
    });
  });
}

const ROADS = {
  'curl and OpenSSL': (words: readonly string[]) =>
    run('sh', [join(examples, 'quancun-request.sh'), ...words], {
      QUANCUN_KEY_ID: keyId,
      QUANCUN_SECRET_FILE: secretFile,
    }),
  Python: (words: readonly string[]) =>
    run('python3', [join(examples, 'quancun_request.py'), credentials, ...words], {}),
};

describe.each(Object.entries(ROADS))('signed by %s', (name, ask) => {
  const at = (path: string) => `http://127.0.0.1:${String(served.port)}${path}`;

  test('an order is made, made once, and found', async () => {
    const order = JSON.stringify(orderRequest());
    const key = `example-${name.slice(0, 4)}`;
    const made = await ask(['POST', at('/v1/orders'), order, key]);
    expect(made).toMatchObject({ status: '200', body: { state: 'CREATED' } });
    const again = await ask(['POST', at('/v1/orders'), order, key]);
    expect(again.body.orderId).toBe(made.body.orderId);
    const found = await ask(['GET', at(`/v1/orders/${String(made.body.orderId)}`)]);
    expect(found).toMatchObject({ status: '200', body: { orderId: made.body.orderId } });
  });

  test('text beyond ASCII, and a query in the address, are signed as they are sent', async () => {
    const query = JSON.stringify({ plate: '甘A12345', fromMs: 0, toMs: 1 });
    const told = await ask(['POST', at('/v1/orders/query?from=example'), query]);
    expect(told).toMatchObject({ status: '200', body: { records: [] } });
  });

  test('what is refused is told with its code', async () => {
    const told = await ask(['POST', at('/v1/orders'), '{}', 'example-wrong']);
    expect(told.body.code).toMatch(/^(MESSAGE_INVALID|PROTOCOL_VERSION)$/);
    expect(told.status).toBe('400');
  });
});

test('Python signs as the published vectors say', () => {
  const vectors = join(ROOT, 'vectors/request-signatures.json');
  const check = `
import json, sys
sys.path.insert(0, sys.argv[1])
from quancun_request import sign
tests = json.load(open(sys.argv[2], encoding='utf-8'))['groups'][0]['tests']
done = 0
for t in tests:
    if t['result'] == 'valid' and t['signature'].startswith('2:'):
        made = sign(t['secret'], t['method'], t['path'], t['timestamp'], t['nonce'], t['body'].encode(), t.get('idempotencyKey', ''), t.get('session', ''))
        assert made == t['signature'], t['id']
        done += 1
print(json.dumps({'state': str(done)}))
`;
  return run('python3', ['-c', check, examples, vectors], { PYTHONDONTWRITEBYTECODE: '1' }).then(
    ({ body }) => {
      expect(Number(body.state)).toBeGreaterThan(4);
    },
  );
});
