/** Bodies are read as JSON whatever their Content-Type says: `curl -d` calls everything a form. */

import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';

export async function jsonBody(c: Context): Promise<unknown> {
  try {
    return JSON.parse(await c.req.text());
  } catch (cause) {
    throw new HTTPException(400, { message: 'the body is not JSON', cause });
  }
}
