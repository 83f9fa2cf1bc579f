/** What a component's file is to tools that cannot read it; vue-tsc reads the file itself. */
declare module '*.vue' {
  import type { Component } from 'vue';
  const component: Component;
  export default component;
}
