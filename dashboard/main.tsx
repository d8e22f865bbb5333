import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import { start } from './state/app-state.ts';
import { followSite } from './state/site-notes.ts';
import { followTheme } from './state/theme.ts';
import { App } from './ui/app.tsx';

followTheme();
followSite();
render(<App />, document.querySelector('#app')!);
void start();
