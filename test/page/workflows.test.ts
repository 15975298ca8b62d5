/** Workflows of one name in several namespaces, each with its current version, in a real browser. */

import { describe, expect, test } from 'vitest';
import { request, step, workflow } from '../support.ts';
import { serve } from './serve.ts';
import { hasBrowser, openTab } from './use-browser.ts';

const parcel = (namespace: string, version: string) => ({
  ...workflow('Parcel', [step('Weigh')], version),
  namespace,
});

describe.skipIf(!hasBrowser)('the workflows of namespaces', () => {
  test('are told apart in the list, by their tasks and where they are run, and show which version is current', async () => {
    const workflows = [parcel('shop', '1.10.0'), parcel('shop', '1.9.0'), parcel('bank', '3.0.0')];
    const { url, troupe } = await serve({ workflows });
    await troupe.setCurrentWorkflow('shop/Parcel', '1.9.0', { by: 'ann', reason: null });
    for (const name of ['shop/Parcel', 'bank/Parcel']) await troupe.submit(request(name));
    const page = await openTab();

    await page.goto(`${url}/ui/workflows`);
    const list = page.getByRole('navigation', { name: 'Workflows' });
    await list.getByRole('link', { name: 'shop/Parcel' }).click();
    expect(new URL(page.url()).pathname).toBe('/ui/workflows/shop%2FParcel');
    await page.getByRole('heading', { name: 'shop/Parcel 1.9.0 current' }).waitFor();
    const versions = page.getByRole('navigation', { name: 'Versions' }).getByRole('link');
    expect(await versions.allInnerTexts()).toEqual([expect.stringMatching(/^1\.9\.0\s*current$/), '1.10.0']);
    await versions.last().click();
    await page.getByRole('heading', { name: /^shop\/Parcel 1\.10\.0$/ }).waitFor();

    await page.getByRole('link', { name: 'Its tasks' }).click();
    await page.getByRole('link', { name: 'shop/Parcel', exact: true }).waitFor();
    expect(await page.getByRole('link', { name: 'bank/Parcel', exact: true }).count()).toBe(0);
    await page.getByRole('link', { name: 'shop/Parcel', exact: true }).click();
    await page.getByRole('heading', { name: 'shop/Parcel' }).waitFor();

    await page.goto(`${url}/ui/submit?name=bank%2FParcel`);
    await page.getByRole('button', { name: /^Submit/ }).click();
    await page.getByRole('heading', { name: 'bank/Parcel' }).waitFor();
    const { tasks } = troupe.listTasks({ tenantId: null, name: 'bank/Parcel', limit: 9 });
    expect(tasks.map(({ workflow: of }) => of?.version)).toEqual(['3.0.0', '3.0.0']);
  });
});
