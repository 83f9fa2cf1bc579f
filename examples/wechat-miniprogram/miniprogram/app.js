App({
  // A credential of this device alone: fetched behind your own login, never in the code.
  counter: { url: 'https://etc.example', keyId: '', secret: '', terminal: '000440101001' },
});
