/** The settings of this very checkout: what pages were staged, and which version they are of. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../entries.js';
import { configOf } from './config.js';

const stage = join(ROOT, '.bench/site');
const places = new Set(
  readdirSync(stage, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')),
);
/** @type {{ version: string }} */
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

export const siteConfig = configOf(places, version);
