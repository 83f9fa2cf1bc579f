import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [vue()],
  // The page stands behind a strict policy: nothing is inlined, nothing is asked for elsewhere.
  build: {
    ...{ target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    // The customer's phone has a page of its own, with nothing of the counter in it.
    rolldownOptions: { input: ['index.html', 'phone.html'] },
  },
});
