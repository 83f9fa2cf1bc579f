/** Everything that meets bytes from outside. */
import type { FuzzTarget } from './target.js';
import { BYTES } from './targets/bytes.js';
import { FRAMES } from './targets/frames.js';
import { PROVIDERS } from './targets/providers.js';
import { SERVER } from './targets/server.js';
import { TEXTS } from './targets/texts.js';

export const TARGETS: readonly FuzzTarget[] = [
  ...[...BYTES, ...FRAMES, ...TEXTS, ...PROVIDERS, ...SERVER],
];
