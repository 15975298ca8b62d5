/** Where the page begins. */

import { render } from 'preact';
import { App } from './app.tsx';
import { startRouter } from './router.ts';

const root = document.getElementById('page');
if (root === null) throw new Error('index.html has no element with the id "page"');
startRouter();
render(<App />, root);
