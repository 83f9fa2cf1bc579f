/** What the theme imports besides scripts. */
declare module '*.css';
