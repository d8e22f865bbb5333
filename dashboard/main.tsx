import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import { start } from './state/app-state.ts';
import { App } from './ui/app.tsx';

render(<App />, document.querySelector('#app')!);
void start();
