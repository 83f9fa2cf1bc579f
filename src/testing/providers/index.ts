/** Payment providers to test against, on this machine. For Node. */
export type { AlipayCertificates, AlipayMerchant } from './alipay/keys.js';
export type { AlipayPlan } from './alipay/plan.js';
export {
  type AlipayBooks,
  type AlipayPayment,
  type AlipayServer,
  type AlipayServerOptions,
  startAlipayServer,
} from './alipay/server.js';
export type { AlipayRefund, AlipayTrade, AlipayTradeStatus } from './alipay/state.js';
export type { Delivery, Notices } from './notices.js';
export type { WechatPayMerchant } from './wechat/keys.js';
export type { WechatPayPlan } from './wechat/plan.js';
export {
  startWechatPayServer,
  type WechatPayBooks,
  type WechatPayServer,
  type WechatPayServerOptions,
} from './wechat/server.js';
export type {
  WechatOrder,
  WechatPayIdentity,
  WechatPayment,
  WechatRefund,
  WechatRefundStatus,
} from './wechat/state.js';
