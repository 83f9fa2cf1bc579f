import React, { useState } from 'react';
import { Alert, Button, Text, TextInput, View } from 'react-native';
import { finish, rechargeCard } from './counter.js';

/** One screen: an amount, 充值, 圈存, and what came of it. */
export function App() {
  const [amount, setAmount] = useState('100');
  const [shown, setShown] = useState({ text: '' });
  const [busy, setBusy] = useState(false);
  const act = async (work) => {
    setBusy(true);
    setShown({ text: '请把卡贴近手机' });
    setShown(await work((stage) => setShown({ text: stage })));
    setBusy(false);
  };
  const onRecharge = () => act((onStage) => rechargeCard(amount, { ask, onStage }));
  const onFinish = () => act((onStage) => finish({ onStage }));
  // An order that waits for its card is finished first: nothing is paid twice.
  const waits = shown.next === 'load';
  return (
    <View>
      <TextInput value={amount} onChangeText={setAmount} keyboardType="decimal-pad" />
      <Button title="充值" disabled={busy || waits} onPress={onRecharge} />
      <Button title="圈存" disabled={busy} onPress={onFinish} />
      <Text>{shown.text}</Text>
    </View>
  );
}

function ask(question) {
  return new Promise((resolve) => {
    Alert.alert(
      '请确认',
      question,
      [
        { text: '否', onPress: () => resolve(false) },
        { text: '是', onPress: () => resolve(true) },
      ],
      { cancelable: false },
    );
  });
}
