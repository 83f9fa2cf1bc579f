/** What a host with nothing is given: bundles as its own build makes them, and a visit to play. */
import { build, type BuildOptions } from 'esbuild';
import { ROOT } from '../../build/entries.js';

/** What an app on a phone imports. */
export const CARD_SIDE = `
  export { formatYuan, load, readCard, recharge, isQuancunError } from 'quancun';
  export { gbkDecoderOf } from 'quancun/gbk';
  export { withGetResponse, withQueue } from 'quancun/transport';
  export { nfcTransport } from 'quancun/transport/nfc';
  export { wechatTransport } from 'quancun/transport/wechat';
`;
/** What it imports besides, where the host cannot read Chinese. */
export const TABLE = "export { decodeGbkByTable } from 'quancun/gbk-table';";
/** What stands around it here. */
export const RIG = "export { openRig } from './test/support/bare-rig.js';";

/** The phones of the rig. */
export const PHONES = ['nfc on Android', 'nfc on iOS', 'wechat on Android', 'wechat on iOS'];

/** CommonJS files, the main field alone, no condition but require: what old bundlers know. */
export const OLD_BUNDLER = {
  platform: 'neutral',
  target: 'es2018',
  mainFields: ['main'],
  conditions: ['require'],
} as const satisfies BuildOptions;

/** One script that leaves its exports under a name. */
export async function bundle(
  contents: string,
  name: string,
  options: BuildOptions,
): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    logLevel: 'error',
    globalName: name,
    format: 'iife',
    ...options,
  });
  return outputFiles?.[0]?.text ?? '';
}

/** What a visit came to. */
export const VISITED = { balance: '150.00', plate: '甘A12345', unread: '0xB8CA413132333435' };

/** The visit, as a page of the app has it: over `app`, `table` and `rig`. */
export const VISIT = `
  async (phone, faulty) => {
    const { env, card, authority, phones } = rig.openRig();
    const { decodeGbkByTable: decodeText } = table;
    const open = () => {
      const host = phones[phone]();
      const ready = phone.startsWith('nfc') ? app.nfcTransport(host) : app.wechatTransport(host);
      return ready.then((transport) => ({ host, transport }));
    };
    const { host, transport } = await open();
    const plates = [];
    const options = (one) => ({
      env, authority, terminal: '000440101001', pin: '123456', amountFen: 10000, outlet: 'self',
      transport: app.withQueue(app.withGetResponse(one), env), decodeText,
      confirmCard: async ({ issue }) => { plates.push(issue.plate); return true; },
      takePayment: async () => ({ provider: 'cash', transactionId: 'T1', amountFen: 10000 }),
    });
    if (faulty) host.field.lose('after', 10);
    const results = [await app.recharge(options(transport))];
    if (faulty) results.push(await app.load(options((await open()).transport)));
    const reading = await app.readCard((await open()).transport, { decodeText });
    const unread = await app.readCard((await open()).transport);
    return JSON.stringify({
      outcomes: results.map(({ outcome, written }) => outcome + ' ' + (written ?? '')),
      balance: app.formatYuan(reading.balanceFen),
      plate: reading.issue.plate,
      confirmed: plates.join(),
      unread: unread.issue.plate,
      counter: card.state.ep.onlineAtc,
      decoder: typeof app.gbkDecoderOf(globalThis),
    });
  }
`;

/** What the visit tells, whole or torn at CREDIT. */
export function told(faulty: boolean): object {
  return {
    ...VISITED,
    confirmed: VISITED.plate,
    counter: 1,
    decoder: 'undefined',
    outcomes: faulty ? ['held ', 'credited earlier'] : ['credited now'],
  };
}
