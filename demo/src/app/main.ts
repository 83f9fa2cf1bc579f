/** The page: what the device is, who is there, and then the screens. */
import 'vant/es/style/base.css';
import './look.css';
import { createApp } from 'vue';
import App from './App.vue';
import { watchCharging } from './charging.js';
import { guardLeaving } from './leave.js';
import { watchNetwork } from './network.js';
import { claimReader } from './one-tab.js';
import { router } from './router.js';
import { findCard } from '../card/pocket.js';
import { findSession } from './session.js';
import { loadSite } from './site.js';

await loadSite();
await findSession();
findCard();
watchNetwork();
void watchCharging();
guardLeaving();
claimReader();
createApp(App).use(router).mount('#app');
