/** What stands before several servers: a connection goes to the first one that takes it. */
import { connect, createServer, type Socket } from 'node:net';

/** The address that stays while servers come and go. */
export interface Balancer {
  readonly url: string;
  /** The servers, by their ports; those that are no longer named get no new connection. */
  route(ports: readonly number[]): void;
  close(): void;
}

/** Opens it. */
export async function openBalancer(): Promise<Balancer> {
  let targets: readonly number[] = [];
  let turn = 0;
  const sockets = new Set<Socket>();
  const join = (near: Socket, far: Socket): void => {
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  };
  const pass = (near: Socket, ports: readonly number[]): void => {
    const [port, ...others] = ports;
    if (port === undefined) {
      near.destroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    const next = (): void => {
      pass(near, others);
    };
    far.once('error', next);
    far.once('connect', () => {
      far.off('error', next);
      join(near, far);
    });
  };
  const server = createServer((near) => {
    near.on('error', () => undefined);
    turn += 1;
    const first = turn % Math.max(1, targets.length);
    pass(near, [...targets.slice(first), ...targets.slice(0, first)]);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    route: (ports) => {
      targets = ports;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
