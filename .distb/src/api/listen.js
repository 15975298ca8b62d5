/** The app on a port. Closing stops accepting, ends streams and lets requests in flight finish, within bounds. */
import { createServer } from 'node:http';
import { getRequestListener, RequestError } from '@hono/node-server';
import { internalProblem, malformedProblem } from "./problem.js";
const GRACE_MS = 10_000;
/** Port 0 takes any free one. Rejects when the address cannot be listened on. */
export async function listen(app, { host, port }) {
    const closing = new AbortController();
    const fetch = (request) => app.fetch(request, { closing: closing.signal });
    // What is wrong before the app has a request to answer.
    const errorHandler = (error) => error instanceof RequestError ? malformedProblem() : internalProblem();
    const server = createServer(getRequestListener(fetch, { hostname: host, errorHandler }));
    const closeIdle = trackIdle(server);
    await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
            server.off('error', reject);
            resolve();
        });
    });
    const { port: bound } = server.address();
    let closed = null;
    const close = () => new Promise((resolve) => {
        closing.abort();
        const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
        server.close(() => {
            clearTimeout(force);
            resolve();
        });
        closeIdle();
    });
    return {
        url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
        port: bound,
        close: () => (closed ??= close()),
    };
}
/**
 * Node's own notion of idle leaves out connections that have never asked anything, as browsers open in advance.
 * What this returns ends those without a request in flight, and from then on each one whose last answer is out.
 */
function trackIdle(server) {
    const inFlight = new Map();
    let isClosing = false;
    const add = (socket, change) => {
        const before = inFlight.get(socket);
        if (before === undefined)
            return;
        inFlight.set(socket, before + change);
        if (isClosing && before + change === 0)
            socket.destroySoon();
    };
    server.on('connection', (socket) => {
        inFlight.set(socket, 0);
        socket.once('close', () => inFlight.delete(socket));
    });
    server.on('request', ({ socket }, response) => {
        add(socket, 1);
        response.once('close', () => add(socket, -1));
    });
    return () => {
        isClosing = true;
        for (const socket of inFlight.keys())
            add(socket, 0);
    };
}
