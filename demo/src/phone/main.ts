/** The customer's own phone: one page, one order, nobody logged in. */
import 'vant/es/style/base.css';
import '../app/look.css';
import { createApp } from 'vue';
import PhonePage from './PhonePage.vue';

createApp(PhonePage).mount('#app');
