/**
 * `npm start`: serves the page that was built. `--port N`, `--folder DIR`, `--empty`, `--json`,
 * `--reader pcsc` for a reader of this machine instead of the simulated card.
 */
import { parseArgs } from 'node:util';
import { startDemo } from './start.js';
import { PASSWORD, PEOPLE } from './devices.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    folder: { type: 'string' },
    empty: { type: 'boolean', default: false },
    reader: { type: 'string', default: 'simulated' },
    json: { type: 'boolean', default: false },
  },
});
const demo = await startDemo({
  port: Number(values.port),
  isEmpty: values.empty,
  reader: values.reader,
  ...(values.folder === undefined ? {} : { folder: values.folder }),
});
if (values.json) {
  console.log(JSON.stringify({ event: 'listening', port: demo.port, addresses: demo.addresses }));
} else {
  for (const { name, url } of demo.addresses) console.log(`${name}\t${url}`);
  console.log(`人员 / people: ${PEOPLE.map(({ personId }) => personId).join(', ')}`);
  console.log(`密码 / password: ${PASSWORD}\nCtrl-C 停止 / stops`);
}
/** @returns {Promise<void>} */
const end = async () => {
  await demo.close();
  process.exit(0);
};
process.once('SIGINT', end);
process.once('SIGTERM', end);
