/** How ways of paying are called, on paper and on the screens. */
export const METHODS: Readonly<Record<string, string>> = {
  cash: '现金',
  pos: '银行卡（POS）',
  wechat: '微信支付',
  alipay: '支付宝',
};
