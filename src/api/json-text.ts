/** An answer that is JSON already, made where it was read: of the shape that its route tells. */

import type { TypedResponse } from 'hono';
import type { Written } from '../views/orchestrator.ts';

export function jsonText(text: Written): Response & TypedResponse<never, 200, 'json'> {
  const response = new Response(text, { headers: { 'Content-Type': 'application/json' } });
  return response as Response & TypedResponse<never, 200, 'json'>;
}
