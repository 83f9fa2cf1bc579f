const { openCounter } = require('../../quancun.js');

/** A question in a dialog. */
function ask(content) {
  return new Promise((resolve) => {
    wx.showModal({
      content,
      success: ({ confirm }) => resolve(confirm),
      fail: () => resolve(false),
    });
  });
}

Page({
  data: { amount: '100', busy: false, next: '', text: '', stage: '' },
  onAmount({ detail }) {
    this.setData({ amount: detail.value });
  },
  onRecharge() {
    return this.act((counter, onStage) => counter.recharge(this.data.amount, { ask, onStage }));
  },
  onFinish() {
    return this.act((counter, onStage) => counter.load({ onStage }));
  },
  /** One act at a time: both buttons sleep while a card is written. */
  async act(work) {
    this.setData({ busy: true, next: '', text: '请把卡贴近手机' });
    const counter = await openCounter(wx, getApp().counter);
    const { text, next = '' } = await work(counter, (stage) => this.setData({ stage }));
    this.setData({ busy: false, text, next, stage: '' });
  },
});
