/** The files that operations start from: read by the programs that they are for, and run. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLI, ROOT } from '../../build/entries.js';
import { readSettings } from '../../src/cli/serve/settings.js';
import { quancun, temporaryFolder } from '../support/quancun-process.js';
import { type Served, startServed } from '../support/served.js';

const folder = temporaryFolder();
const text = (name: string): string => readFileSync(join(ROOT, 'deploy', name), 'utf8');
const children: ChildProcess[] = [];
let served: Served;
beforeAll(async () => {
  expect((await quancun('test-keys', join(folder, 'keys'))).status).toBe(0);
  const db = `sqlite:${join(folder, 'orders.db')}`;
  const words = ['--db', db, '--keys', join(folder, 'keys/server.json'), '--admin-port', '0'];
  served = await startServed(words);
  children.push(served.child);
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Whether a program is here; what `.ci/run` installs must be there. */
function has(program: string, installedByCi: boolean): boolean {
  const found = spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  if (!found && installedByCi && process.env.CI === 'true')
    throw new Error(`${program} is missing`);
  if (!found) console.info(`not run: ${program} is not installed`);
  return found;
}

test('nginx takes the proxy file, and what it lets through is the interface alone', async () => {
  if (!has('nginx', true)) return;
  const port = await freePort();
  const pem = (name: string) => join(folder, name);
  const subject = ['-subj', '/CN=etc.example', '-days', '1', '-nodes', '-newkey', 'rsa:2048'];
  execFileSync(
    'openssl',
    ['req', '-x509', ...subject, '-keyout', pem('privkey.pem'), '-out', pem('fullchain.pem')],
    { stdio: 'ignore' },
  );
  mkdirSync(join(folder, 'log'));
  const own = text('nginx.conf')
    .replaceAll('/etc/quancun/tls/', `${folder}/`)
    .replaceAll('/var/log/nginx/', `${folder}/log/`)
    .replace('/run/nginx.pid', join(folder, 'nginx.pid'))
    .replace('listen 443 ssl', `listen 127.0.0.1:${String(port)} ssl`)
    .replace('server 127.0.0.1:8080', `server 127.0.0.1:${String(served.port)}`);
  const config = join(folder, 'nginx.conf');
  writeFileSync(config, own);
  const tried = spawnSync('nginx', ['-t', '-c', config, '-p', folder], { encoding: 'utf8' });
  expect([tried.status, tried.stderr]).toEqual([0, expect.stringContaining('successful')]);
  children.push(spawn('nginx', ['-c', config, '-p', folder, '-g', 'daemon off;']));
  const get = (path: string) => askTls(port, path);
  let first = await get('/openapi.json');
  while (first.status === 0) first = await get('/openapi.json');
  expect(first.status).toBe(200);
  // It passes on what the authority says, also of a request without a signature.
  const order = await get('/v1/orders/ABC');
  expect([order.status, order.body]).toEqual([401, expect.stringContaining('SIGNATURE_INVALID')]);
  for (const path of ['/metrics', '/health', '/readyz', '/livez']) {
    expect([path, (await get(path)).status]).toEqual([path, 404]);
  }
});

test('systemd takes the unit', () => {
  if (!has('systemd-analyze', false)) return;
  // Programs and users of this machine, which are not what is looked at here.
  const unit = text('quancun.service').replace(/^(User|Group)=.*$/gm, '$1=root');
  const path = join(folder, 'quancun.service');
  writeFileSync(path, unit.replace('/usr/bin/node', process.execPath));
  const said = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' });
  expect([said.status, said.stderr]).toEqual([0, '']);
  const stopMs = Number(/TimeoutStopSec=(\d+)/.exec(unit)?.[1]) * 1000;
  const { drainMs } = JSON.parse(text('serve.json')) as { drainMs: number };
  expect(stopMs).toBeGreaterThan(drainMs + 8_000);
});

test('Prometheus takes the rules', () => {
  if (!has('promtool', true)) return;
  const file = join(ROOT, 'deploy/alerts.yml');
  const said = spawnSync('promtool', ['check', 'rules', file], { encoding: 'utf8' });
  expect([said.status, said.stdout]).toEqual([0, expect.stringContaining('SUCCESS')]);
});

describe('alarms', () => {
  const rules = text('alerts.yml');
  const names = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name = '']) => name);

  test('each watches what a server tells', async () => {
    const url = `http://127.0.0.1:${String(served.adminPort)}/metrics`;
    const told = await (await fetch(url)).text();
    const families = [...told.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
    // A database of its own has a pool, which this one has not.
    const known = [...families, 'quancun_database_connections'];
    const asked = [...rules.matchAll(/\bquancun_\w+/g)].map(([name]) =>
      name.replace(/_bucket$/, ''),
    );
    expect(asked.length).toBeGreaterThan(names.length / 2);
    expect([...new Set(asked)].filter((name) => !known.includes(name))).toEqual([]);
  });

  test('each metric that the pages name is told', async () => {
    const url = `http://127.0.0.1:${String(served.adminPort)}/metrics`;
    const told = await (await fetch(url)).text();
    const families = [...told.matchAll(/^# TYPE (\w+)/gm)].map(([, name = '']) => name);
    const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md') && !name.startsWith('api'))
      .map((name) => readFileSync(join(ROOT, 'docs', name), 'utf8'));
    const named = pages.flatMap((page) =>
      [...page.matchAll(/\bquancun_[a-z_]+[a-z]\b/g)].map(([name]) => name),
    );
    expect(named.length).toBeGreaterThan(20);
    const isTold = (name: string): boolean =>
      [...families, 'quancun_database_connections'].some(
        (family) => name === family || /^_(bucket|sum|count)$/.test(name.replace(family, '')),
      );
    expect([...new Set(named)].filter((name) => !isTold(name))).toEqual([]);
  });

  test('each has its page in the runbook, and the runbook no other', () => {
    const runbook = readFileSync(join(ROOT, 'docs/operating/runbook.md'), 'utf8');
    const told = [...runbook.matchAll(/^### (Quancun\w+)$/gm)].map(([, name]) => name);
    expect(told).toEqual(names);
  });
});

describe('the container and the settings', () => {
  test('serve.json is one that serve takes', () => {
    const { port, adminPort } = readSettings({ config: join(ROOT, 'deploy/serve.json') });
    expect([port, adminPort]).toEqual([8080, 9080]);
  });

  test('the container runs what is built, as nobody special, on the Node of the package', () => {
    const file = text('Dockerfile');
    const { engines, peerDependencies } = JSON.parse(
      readFileSync(join(ROOT, 'package.json'), 'utf8'),
    ) as { engines: { node: string }; peerDependencies: Record<string, string> };
    expect(file).toContain(`FROM node:${engines.node.replace(/\D/g, '')}-slim`);
    expect(file).toMatch(/^USER node$/m);
    const program = `dist/${CLI.name}.js`;
    expect(existsSync(join(ROOT, program))).toBe(true);
    expect(file).toContain(`node_modules/quancun/${program}`);
    for (const [name, range] of Object.entries(peerDependencies)) {
      if (name === 'crypto-js') continue;
      const [, major = '', minor = ''] = /(\d+)\.(\d+)/.exec(range) ?? [];
      expect(file).toContain(`${name}@${major === '0' ? `0.${minor}` : major}`);
    }
    // Its variables are ones that serve reads.
    const settings = readFileSync(join(ROOT, 'src/cli/serve/settings.ts'), 'utf8');
    for (const [name] of file.matchAll(/QUANCUN_\w+/g)) expect(settings).toContain(`'${name}'`);
  });

  test('each word of the container file is one that there is', async () => {
    const lines = text('Dockerfile')
      .replace(/\\\n\s*/g, '')
      .split('\n');
    const instructions = lines.flatMap((line) => {
      const [, name, rest = ''] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, rest }];
    });
    const all = (name: string): string[] =>
      instructions.filter((one) => one.name === name).map(({ rest }) => rest);
    const [first] = instructions;
    expect(first?.name).toBe('FROM');
    // Nothing is done as root behind it, and what runs is a list: a signal reaches the program.
    const names = instructions.map(({ name }) => name);
    expect(names.lastIndexOf('RUN')).toBeLessThan(names.indexOf('USER'));
    const list = (json = ''): string[] => JSON.parse(json) as string[];
    const [, program = '', command = ''] = list(all('ENTRYPOINT')[0]);
    expect(program).toMatch(/^\/app\/node_modules\/quancun\/dist\/cli\/main\.js$/);
    const help = await quancun(command, '--help');
    expect(help.status).toBe(0);
    for (const [option] of text('Dockerfile').matchAll(/--config\b/g)) {
      expect(help.out).toContain(option);
    }
    // What is written is written to volumes that are made for whoever writes.
    const volumes = list(all('VOLUME')[0]);
    const made = /install -d -o node -g node (.*)$/.exec(all('RUN').join(' && '))?.[1]?.split(' ');
    expect(made).toEqual(volumes);
    const variables = Object.fromEntries(
      [...(all('ENV')[0] ?? '').matchAll(/(\w+)=(\S+)/g)].map(([, key = '', value]) => [
        key,
        value,
      ]),
    );
    expect(volumes.some((path) => variables.QUANCUN_JOURNAL?.startsWith(`${path}/`))).toBe(true);
    for (const path of volumes) expect(text('Dockerfile')).toContain(`:${path} `);
    // Its look at itself: the port that is listened on, and an address that answers.
    const port = variables.QUANCUN_LISTEN_PORT ?? '';
    expect(all('EXPOSE')).toEqual([port]);
    const [, address = ''] = /fetch\('([^']+)'\)/.exec(all('HEALTHCHECK')[0] ?? '') ?? [];
    expect(new URL(address).port).toBe(port);
    const here = `http://127.0.0.1:${String(served.port)}${new URL(address).pathname}`;
    const script = list(/CMD (\[.*\])$/.exec(all('HEALTHCHECK')[0] ?? '')?.[1]).slice(1);
    const look = (to: string) =>
      spawnSync(
        process.execPath,
        script.map((word) => word.replace(address, to)),
      ).status;
    expect([look(here), look(here.replace('/livez', '/none'))]).toEqual([0, 1]);
    // What is copied is what is not kept out.
    expect(text('Dockerfile.dockerignore').split('\n')).toContain(
      `!${all('COPY')[0]?.split(' ')[0]}`,
    );
  });

  test('every file is named in the guide', () => {
    const guide = readFileSync(join(ROOT, 'docs/operating/server.md'), 'utf8');
    for (const name of readdirSync(join(ROOT, 'deploy'))) {
      if (!name.endsWith('.dockerignore')) expect(guide).toContain(`deploy/${name}`);
    }
  });
});

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        found(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
  });
}

/** Status 0: nobody is there yet. */
function askTls(port: number, path: string): Promise<{ status: number; body: string }> {
  return new Promise((done) => {
    const options = { port, host: '127.0.0.1', path, rejectUnauthorized: false };
    const asked = request({ ...options, servername: 'etc.example' }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => {
        done({ status: response.statusCode ?? 0, body });
      });
    });
    asked.on('error', () => {
      done({ status: 0, body: '' });
    });
    asked.end();
  });
}
