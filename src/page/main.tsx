/** Where the page begins. */

import { render } from 'preact';
import { App } from './app.tsx';
import { keepFocus } from './keep-focus.ts';
import { startRouter } from './router.ts';

const root = document.getElementById('page');
if (root === null) throw new Error('index.html has no element with the id "page"');
startRouter();
keepFocus();
render(<App />, root);
