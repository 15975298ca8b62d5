/**
 * A thread beside the handlers of a host. It ends the process when the server is gone, whatever the handlers do, and
 * says which attempt keeps the process busy when the server asks.
 */

import type { Debugger, Session } from 'node:inspector';
import { Socket } from 'node:net';
import { isMainThread, parentPort } from 'node:worker_threads';
import { ASK_WHO, LAST_WORDS_FD, type LastWords } from './messages.ts';

/** Under which name the main thread gives the token of the attempt whose code runs. */
export const CURRENT_TOKEN = 'troupe:currentAttemptToken';

const MAX_FRAMES = 12;
/** Native code cannot be looked into; then nothing is said. */
const LOOK_WITHIN_MS = 2_000;

if (!isMainThread) watch();

function watch(): void {
  const pipe = new Socket({ fd: LAST_WORDS_FD, readable: true, writable: true });
  const end = (): boolean => process.kill(process.pid, 'SIGKILL');
  let isLooking = false;
  pipe.on('data', (bytes) => {
    if (isLooking || !bytes.toString().includes(ASK_WHO)) return;
    isLooking = true;
    void look().then((words) => {
      isLooking = false;
      if (words !== null) pipe.write(`${JSON.stringify(words)}\n`);
    });
  });
  pipe.on('end', end).on('close', end).on('error', end);
  parentPort?.postMessage('watching');
}

/** Stops the main thread for a moment, wherever it is, and lets it go on. */
async function look(): Promise<LastWords | null> {
  const { Session: InspectorSession } = await import('node:inspector');
  const session: Session = new InspectorSession();
  session.connectToMainThread();
  const words = await new Promise<LastWords | null>((resolve) => {
    const late = setTimeout(() => resolve(null), LOOK_WITHIN_MS);
    const urls = new Map<string, string>();
    session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => void urls.set(scriptId, url));
    session.on('Debugger.paused', ({ params: { callFrames } }) => {
      const [top] = callFrames;
      const stack = callFrames
        .slice(0, MAX_FRAMES)
        .map((frame) => frameText(frame, urls.get(frame.location.scriptId) ?? frame.url))
        .join('\n');
      if (top === undefined) return;
      const expression = `globalThis[${JSON.stringify(CURRENT_TOKEN)}]()`;
      const { callFrameId } = top;
      session.post(
        'Debugger.evaluateOnCallFrame',
        { callFrameId, expression, returnByValue: true },
        (error, found) => {
          clearTimeout(late);
          const value: unknown = error === null ? found.result.value : null;
          resolve({ kind: 'blocked', token: typeof value === 'string' ? value : null, stack });
        },
      );
    });
    session.post('Debugger.enable');
    session.post('Debugger.pause');
  });
  session.post('Debugger.resume', () => session.post('Debugger.disable', () => session.disconnect()));
  return words;
}

const frameText = ({ functionName, location }: Debugger.CallFrame, url: string): string =>
  `    at ${functionName === '' ? '<anonymous>' : functionName} (${url}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1})`;
