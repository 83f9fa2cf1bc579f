/** A network between a server and its database that a test can make worse. */
import { connect, createServer, type Socket } from 'node:net';

/** What the network does. */
export interface TcpProxy {
  readonly port: number;
  /** Packets are swallowed, in both directions; connections that stand are never told. */
  swallow(): void;
  /** New connections pass again; those of before stay dead, as behind a failover. */
  heal(): void;
  /** Ends a connection when the database answers this; the answer is not passed on. */
  cutAtAnswer(said: string): void;
  close(): Promise<void>;
}

/** Opens it before a port of this machine. */
export async function tcpProxy(targetPort: number): Promise<TcpProxy> {
  let generation = 0;
  let swallowing = false;
  let cutAt: string | undefined;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const born = generation;
    const far = connect(targetPort, '127.0.0.1');
    const passes = (): boolean => !swallowing && born === generation;
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        if (passes()) (socket === near ? far : near).destroy();
      });
    }
    near.on('data', (bytes) => {
      if (passes()) far.write(bytes);
    });
    far.on('data', (bytes) => {
      if (!passes()) return;
      if (cutAt !== undefined && bytes.includes(cutAt)) {
        cutAt = undefined;
        near.destroy();
        far.destroy();
        return;
      }
      near.write(bytes);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    swallow: () => {
      swallowing = true;
      generation += 1;
    },
    heal: () => {
      swallowing = false;
    },
    cutAtAnswer: (said) => {
      cutAt = said;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
