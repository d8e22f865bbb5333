import { createApp } from 'vue';
import { createRouter, createWebHistory } from 'vue-router';
import App from './app.vue';
import Page from './page.vue';

const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: Page, meta: { title: 'Shop' } },
    { path: '/cart', component: Page, meta: { title: 'Cart' } },
  ],
});
router.afterEach(({ meta }) => {
  document.title = meta.title;
});

createApp(App).use(router).mount('#app');
