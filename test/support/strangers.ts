/** What else than the server may answer: portals, gateways, firewalls, kept replies. */
import { serverClient } from '../../src/terminal/index.js';
import { manualEnv } from './manual-env.js';
import { TERMINAL } from './signed-fetch.js';

/** One reply. */
export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Replies at 200 that are none, by name. */
export const AT_200: Readonly<Record<string, string>> = {
  'a portal’s JSON': '{"code":0,"msg":"ok"}',
  'an empty object': '{}',
  null: 'null',
  'a list': '[]',
  'a list of orders': '[{"orderId":"A"}]',
  'a login page': '<html>login</html>',
  nothing: '',
  'a text': '"ok"',
  'a number': '1',
  true: 'true',
  'half a reply': '{"orderId":"A","card',
  'a wrapped reply': '{"data":{"order":null,"records":[],"next":null,"do":"stop"}}',
  'a problem that says 200': '{"name":"QuancunError","code":"ORDER_OPEN","money":"untouched"}',
};

/** Replies at other statuses that are none of the server's, by name. */
export const REFUSALS: Readonly<Record<string, Reply>> = {
  'a firewall': { status: 403, text: '{"message":"blocked"}' },
  'a firewall with a code of its own': { status: 403, text: '{"code":"AccessDenied"}' },
  'a gateway’s problem': {
    status: 401,
    text: '{"type":"about:blank","title":"Unauthorized","status":401,"detail":"No token"}',
  },
  'a gateway’s problem that names a code of ours': {
    status: 404,
    text: '{"type":"about:blank","title":"Not found","code":"ORDER_UNKNOWN"}',
  },
  'a page that is not there': { status: 404, text: '<html>404</html>' },
  'too many requests, says a gateway': { status: 429, text: '{"error":"slow down"}' },
};

/** Statuses that say: not now, or not here. */
export const ELSEWHERE: Readonly<Record<string, Reply>> = {
  'a bad gateway': { status: 502, text: '<html>Bad Gateway</html>' },
  'a gateway that is busy': { status: 503, text: '' },
  'a gateway’s time-out': { status: 504, text: '{"error":"timeout"}' },
  'another’s 500': { status: 500, text: '{"error":"x"}' },
};
/** Neither an answer nor a refusal. */
export const ODD: Readonly<Record<string, Reply>> = {
  'no content': { status: 204, text: '' },
  'moved elsewhere': { status: 301, text: '' },
  'nothing at all': { status: 0, text: '' },
};

/** A client to which one thing alone is ever answered. */
export function answered({ status, text }: Reply) {
  let asked = 0;
  const client = serverClient({
    ...TERMINAL,
    url: 'http://authority.test',
    env: {
      ...manualEnv(),
      sleep: (_ms, until) => until?.then(() => undefined) ?? Promise.resolve(),
    },
    fetch: () => {
      asked += 1;
      return Promise.resolve({ status, text: () => Promise.resolve(text) });
    },
  });
  return { client, asked: () => asked };
}
