/** The stories that the READMEs show. Each asks only for what is so for good, or until the reader goes on. */

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, type Seen, type Story } from './stage.ts';

const isIn = (status: string) => (task: Seen) => task.status === status;
const stepIsIn = (name: string, status: string) => (task: Seen) =>
  task.steps.some((step) => step.name === name && step.status === status);

const example = (name: string): Pick<Story, 'readme' | 'serve'> => ({
  readme: `examples/${name}/README.md`,
  serve: [
    ...['dev', '--workflows', join(ROOT, `examples/${name}/workflows`)],
    ...['--handlers', join(ROOT, `examples/${name}/handlers`)],
  ],
});
const AGAIN = 'npx troupe dev …';

export const order: Story = {
  readme: 'README.md',
  serve: ['dev', '--examples'],
  async tell(stage) {
    await stage.start();
    const submit = (name: string, payload: object, dependencies: readonly string[]): Promise<string> =>
      stage.submit({ tenantId: 'ecommerce', name, payload: { orderId: 'ORD124', ...payload }, dependencies });
    await submit('CheckInventory', {}, []);
    const paid = await submit('ConfirmPayment', { fail: true }, ['CheckInventory']);
    const packed = await submit('PackageOrder', {}, ['ConfirmPayment']);
    await stage.until(paid, isIn('retrying'));
    stage.show('tasks', 'list');
    stage.show('tasks', 'show', paid);
    await stage.restart('npm start');
    stage.show('tasks', 'show', paid);
    await stage.until(paid, isIn('failed'));
    stage.show('tasks', 'show', packed);
    stage.show('tasks', 'history', paid);
  },
};

export const refundDesk: Story = {
  ...example('refund-desk'),
  async tell(stage) {
    await stage.start();
    const id = stage.show('submit', 'Refund', '--payload', '{ "order": "A7", "amount": 40 }').trim();
    await stage.until(id, isIn('waiting'));
    stage.show('approvals');
    await stage.restart(AGAIN);
    stage.show('tasks', 'show', id);
    stage.show('tasks', 'complete', id, 'manager', '--reason', 'the tea was mouldy');
    await stage.until(id, isIn('complete'));
    stage.show('tasks', 'show', id);
  },
};

export const trip: Story = {
  ...example('trip'),
  async tell(stage) {
    await stage.start();
    const id = stage.show('submit', 'Trip', '--payload', '{ "to": "Venice" }').trim();
    await stage.until(id, stepIsIn('flight.compensation', 'retrying'));
    stage.show('tasks', 'list');
    await stage.restart(AGAIN);
    await stage.until(id, isIn('failed'));
    stage.show('tasks', 'show', id);
  },
};

export const fulfilmentLines: Story = {
  ...example('fulfilment-lines'),
  async tell(stage) {
    // It stops answering in the middle, so that the kill comes there on every machine.
    await stage.start({ CARRIER_ANSWERS: '100', CARRIER_ANSWER_MS: '10' });
    const id = stage.show('submit', 'Fulfilment', '--payload', '{ "order": "B1", "lost": 300 }').trim();
    await stage.until(id, ({ steps }) => steps.some(({ children }) => children?.done === 100));
    stage.show('tasks', 'list');
    await stage.restart(AGAIN, { CARRIER_ANSWER_MS: '10' });
    await stage.until(id, isIn('failed'));
    stage.show('tasks', 'show', id);
    const address = '300 Nowhere Lane';
    appendFileSync(join(stage.folder, '.troupe/carrier-map.txt'), `${address}\n`);
    stage.note(`$ echo '${address}' >> .troupe/carrier-map.txt`);
    stage.show('tasks', 'retry', id, '--reason', 'the carrier knows it now');
    await stage.until(id, stepIsIn('let_it_arrive', 'waiting'));
    stage.show('tasks', 'show', id);
    stage.show('tasks', 'skip', id, 'let_it_arrive', '--reason', 'to see the mail');
    await stage.until(id, isIn('complete'));
    stage.show('tasks', 'show', id);
  },
};
