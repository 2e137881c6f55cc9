/** The code that a browser shows so that a phone reaches the scene. */
export interface QrCode {
  /** What the picture says. */
  url: string;
  /** The picture, drawn by us. */
  svg: string;
}

/** Makes the QR code of a scene; each way to reach a scene has its own. Fails with `wechat_unavailable`. */
export interface TicketIssuer {
  /** @param ttl how long the scene lives, ms */
  issue(sceneId: string, ttl: number): Promise<QrCode>;
}
