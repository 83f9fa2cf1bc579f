/** The API as pages of the site: one for each subpath. */
import { join } from 'node:path';
import config from '../../typedoc.config.js';
import { ROOT } from '../entries.js';

export default {
  ...config,
  // Paths are from where an options file stands.
  entryPoints: config.entryPoints.map((source) => join(ROOT, source)),
  tsconfig: join(ROOT, 'tsconfig.json'),
  plugin: ['typedoc-plugin-markdown'],
  out: join(ROOT, '.bench/site/en/api'),
  readme: 'none',
  // What is wrong with types and comments is found by the check (`--emit none`).
  skipErrorChecking: true,
  router: 'module',
  entryFileName: 'index',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: false,
  disableSources: true,
  parametersFormat: 'table',
  propertiesFormat: 'table',
  sanitizeComments: true,
  // Its links count names in a way of its own; so it says where each of them is.
  useHTMLAnchors: true,
};
