import { AppRegistry } from 'react-native';
import { App } from './src/App.jsx';

AppRegistry.registerComponent('quancun', () => App);
