import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Ends a connection that sends its next request while `most` of its requests are under way: answers wait for those before
 * them, and whoever sends without reading would fill the memory with them.
 */
export function boundUnderWay(most: number, answer: RequestListener): RequestListener {
  const underWay = new WeakMap<Socket, number>();
  return (req, res) => {
    const { socket } = req;
    const count = underWay.get(socket) ?? 0;
    // Node goes on with what it has read of a connection that is over: none of that is worth any work.
    if (count >= most || socket.destroyed) {
      socket.destroy();
      return;
    }
    underWay.set(socket, count + 1);
    res.once('close', () => underWay.set(socket, (underWay.get(socket) ?? 1) - 1));
    answer(req, res);
  };
}
