/** A wire between a client and a server that a test can cut, with a word or without one, or make longer. */

import { type AddressInfo, createServer, type Server, Socket } from 'node:net';

export class TcpProxy {
  readonly #server: Server;
  /** Both ends of every connection. */
  readonly #sockets = new Set<Socket>();
  #silent = false;
  #delayMs = 0;

  private constructor(targetPort: number) {
    this.#server = createServer((near) => {
      const far = new Socket().connect(targetPort, '127.0.0.1');
      this.#join(near, far);
      this.#join(far, near);
    });
  }

  static async start(targetPort: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(targetPort);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.#sockets.size / 2;
  }

  /** Both ends hear that the connection is gone; what was on its way is lost. New connections pass. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Nobody hears anything, neither on these connections nor on new ones. */
  blackHole(): void {
    this.#silent = true;
    for (const socket of this.#sockets) socket.removeAllListeners('data').resume();
  }

  /** For new connections: those that lost bytes stay silent. */
  heal(): void {
    this.#silent = false;
  }

  /** How long everything is on its way from now on. */
  delay(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(bytes: Uint8Array, to: Socket): void {
    // Timers of one length go off in the order they were set.
    if (this.#delayMs > 0) setTimeout(() => to.write(bytes), this.#delayMs);
    else to.write(bytes);
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    if (this.#silent) from.resume();
    else from.on('data', (bytes) => this.#pass(bytes, to));
    // Ends and errors of one side are told to the other by its closing.
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      to.destroy();
    });
  }
}
