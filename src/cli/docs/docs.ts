/** `docs`: the pages of this package, Chinese first, at an address of this machine alone. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { QuancunError } from '../../errors.js';
import { type CommonOptions, wrongOption } from '../output.js';
import { configure, untilStopped } from '../run.js';
import { DOCS_NOT_BUILT } from './errors.js';
import { servePages } from './serve-pages.js';

interface DocsOptions extends CommonOptions {
  readonly port: string;
  readonly folder?: string;
}

/** Where the package has its pages: beside its manifest, wherever in `dist` this was built to. */
function packedPages(): string {
  const here = fileURLToPath(import.meta.url);
  const above = ['..', '../..', '../../..', '../../../..'].map((up) => join(here, up));
  const root = above.find((folder) => existsSync(join(folder, 'package.json'))) ?? here;
  return join(root, 'site');
}

/** Adds `docs`. */
export function registerDocs(program: Command): void {
  const command = program
    .command('docs')
    .description('the pages of this package in a browser, offline; runs until it is stopped')
    .option('--port <number>', 'listen on this port of 127.0.0.1 (0: any free one)', '0')
    .option('--folder <path>', 'pages that stand elsewhere');
  configure<DocsOptions>(command, 'docs --port 8000', async (_args, options, output) => {
    const port = Number(options.port);
    if (!/^\d{1,5}$/.test(options.port) || port > 65_535) {
      throw wrongOption('--port', { en: '0 to 65535', zh: '0 到 65535' });
    }
    const folder = options.folder ?? packedPages();
    if (!existsSync(join(folder, 'index.html'))) {
      throw new QuancunError(DOCS_NOT_BUILT, { details: { folder } });
    }
    const pages = await servePages(folder, port);
    // Chinese first; who reads English is led to those pages at once.
    const address = `http://127.0.0.1:${String(pages.port)}/${output.lang === 'zh' ? '' : 'en/'}`;
    output.line({
      en: `The pages are at ${address} (Chinese: without /en/). Stop with Ctrl-C.`,
      zh: `文档地址：${address}（英文版：/en/）。按 Ctrl-C 停止。`,
    });
    output.event('listening', { address, port: pages.port });
    await untilStopped();
    await pages.close();
    return true;
  });
}
