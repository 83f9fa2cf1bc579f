/** Which call a request is, and what it does. */
import { formatRfc3339 } from '../china-time.js';
import type { Answer, Asked } from '../http-server.js';
import { askForBill, fetchBill } from './bills.js';
import { encrypt } from './notices.js';
import { closeOrder, createNative, queryOrder, takePayment, unpayable } from './orders.js';
import { createRefund, noSuchResource, notEnough, queryRefund } from './refunds.js';
import { CLOSE, CREATE, expectBody, REFUND } from './requests.js';
import type { WechatPayPlan } from './plan.js';
import { type Said, WechatRefusal, type WechatState } from './state.js';

/** A kind of call, as plans name it. */
export type WechatCall = Exclude<keyof WechatPayPlan, 'notice' | 'refundFate'>;

/** One call, with what stands in its path. `fault` is the word of the plan for it. */
interface Route {
  readonly call: WechatCall;
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  run(state: WechatState, asked: Asked, id: string, fault: string): Said;
}

const ROUTES: readonly Route[] = [
  {
    ...{ call: 'create', method: 'POST', path: /^\/v3\/pay\/transactions\/native$/ },
    run: (state, asked) => createNative(state, expectBody(CREATE, asked)),
  },
  {
    ...{ call: 'query', method: 'GET', path: /^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)$/ },
    run: (state, { url }, id) =>
      queryOrder(state, (one) => one.outTradeNo === id, url.searchParams.get('mchid')),
  },
  {
    ...{ call: 'query', method: 'GET', path: /^\/v3\/pay\/transactions\/id\/([^/]+)$/ },
    run: (state, { url }, id) =>
      queryOrder(state, (one) => one.payment?.transactionId === id, url.searchParams.get('mchid')),
  },
  {
    call: 'close',
    method: 'POST',
    path: /^\/v3\/pay\/transactions\/out-trade-no\/([^/]+)\/close$/,
    run: (state, asked, id, fault) => {
      const { mchid } = expectBody(CLOSE, asked);
      const order = state.orders.get(id);
      const isRace = fault === 'paid-meanwhile' && unpayable(state, order, true) === undefined;
      if (isRace && order !== undefined) takePayment(state, order, 0);
      return closeOrder(state, id, mchid);
    },
  },
  {
    ...{ call: 'refund', method: 'POST', path: /^\/v3\/refund\/domestic\/refunds$/ },
    run: (state, asked, _id, fault) => {
      const body = expectBody(REFUND, asked);
      if (fault === 'not-enough') throw notEnough();
      if (fault === 'not-found') throw noSuchResource('订单不存在');
      if (fault === 'account-abnormal') {
        throw new WechatRefusal(403, 'USER_ACCOUNT_ABNORMAL', '退款请求失败，用户帐户异常或已注销');
      }
      return createRefund(state, body);
    },
  },
  {
    ...{ call: 'refundQuery', method: 'GET', path: /^\/v3\/refund\/domestic\/refunds\/([^/]+)$/ },
    run: (state, _asked, id, fault) => {
      if (fault === 'not-found') throw noSuchResource('退款单不存在');
      return queryRefund(state, id);
    },
  },
  {
    ...{ call: 'certificates', method: 'GET', path: /^\/v3\/certificates$/ },
    run: (state) => listCertificates(state),
  },
  {
    ...{ call: 'bill', method: 'GET', path: /^\/v3\/bill\/(tradebill|fundflowbill)$/ },
    run: (state, { url }, kind) =>
      askForBill(state, kind as 'tradebill' | 'fundflowbill', url.searchParams),
  },
];

/** The file of a bill has no signature, and so is no route like the others. */
export function isDownload({ method, url }: Asked): boolean {
  return method === 'GET' && url.pathname === '/v3/billdownload/file';
}

/** The file that a bill's address stands for. */
export function download(state: WechatState, { url }: Asked): Answer {
  return fetchBill(state, url.searchParams.get('token'));
}

/** Finds the call of a request, to be run when its turn comes. */
export function routeOf(
  asked: Asked,
): { readonly call: WechatCall; run(state: WechatState, fault: string): Said } | undefined {
  for (const { call, method, path, run } of ROUTES) {
    const found = method === asked.method ? path.exec(asked.url.pathname) : null;
    if (found === null) continue;
    const id = decodeURIComponent(found[1] ?? '');
    return { call, run: (state, fault) => run(state, asked, id, fault) };
  }
  return undefined;
}

/** Platform certificates under the APIv3 key (wiki7_1_3); none for a merchant of the public key. */
function listCertificates({ identity, keys }: WechatState): Said {
  if (identity === 'public-key') throw noSuchResource('无可用的平台证书');
  const data = keys.certificates.map(({ serial, fromMs, untilMs, pem }) => ({
    serial_no: serial,
    effective_time: formatRfc3339(fromMs),
    expire_time: formatRfc3339(untilMs),
    encrypt_certificate: encrypt(keys.merchant.apiV3Key, pem, 'certificate'),
  }));
  return { status: 200, json: { data } };
}
