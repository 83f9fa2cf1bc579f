/** The plain theme, without fonts of its own: pages are read where nothing is fetched. */
import Theme from 'vitepress/theme-without-fonts';
import './style.css';

export default Theme;
