import type { Door } from './door.ts';

/** Whether we can serve, and why not: an empty answer of `ailments` means yes. */
export interface HealthDoorParts {
  ailments: () => Record<string, string>;
}

/** For load balancers and orchestrators: `/livez` (the process runs) and `/readyz` (send it visitors). */
export function healthDoor({ ailments }: HealthDoorParts): Door {
  return (router) => {
    router.get('/livez', (ctx) => {
      ctx.set('Cache-Control', 'no-store');
      ctx.body = { status: 'ok' };
    });
    router.get('/readyz', (ctx) => {
      const found = ailments();
      const ready = Object.keys(found).length === 0;
      ctx.set('Cache-Control', 'no-store');
      ctx.status = ready ? 200 : 503;
      ctx.body = ready ? { status: 'ok' } : found;
    });
  };
}

/** Prometheus text, `/metrics`. */
export function metricsDoor(metrics: { contentType: string; text: () => Promise<string> }): Door {
  return (router) => {
    router.get('/metrics', async (ctx) => {
      ctx.body = await metrics.text();
      ctx.set('Content-Type', metrics.contentType);
    });
  };
}
