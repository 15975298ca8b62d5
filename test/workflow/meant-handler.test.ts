/** A name that nobody serves, and the handler that was probably meant by it. */

import { expect, it } from 'vitest';
import { meantHandler } from '../../src/workflow/meant-handler.ts';

const CASE = 'told apart by case';
const LETTER = 'compared to the letter';

it.each<[string, string[], string, string]>([
  ['Slow', ['other', 'slow'], 'slow', CASE],
  ['slow', ['slo', 'SLOW'], 'SLOW', CASE],
  ['send_mail', ['SendMail'], 'SendMail', LETTER],
  ['Send Mail', ['send_mails', 'send-mail'], 'send-mail', LETTER],
  ['Slow', ['slaw'], 'slaw', LETTER],
  ['slow', ['slows'], 'slows', LETTER],
  ['slow', ['low'], 'low', LETTER],
  ['order/pay', ['order/pays'], 'order/pays', LETTER],
])('%s is probably one of %j: %s', (name, served, meant, how) => {
  expect(meantHandler(name, served)).toBe(
    `a handler "${meant}" is served; did you mean it? names are ${how}`,
  );
});

it.each<[string, string[]]>([
  ['slow', ['solw', 'fast', 'slowest', '']],
  ['a', ['b', 'ab']],
  ['step1', ['step2', 'step', 'step12']],
  ['pay', []],
])('%s is none of %j', (name, served) => {
  expect(meantHandler(name, served)).toBeNull();
});
