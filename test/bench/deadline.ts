/** Owns how long anything is waited for. */

/** Rejects when it takes longer than so many ms; what becomes of it then is nobody's concern. */
export async function within<T>(ms: number, what: string, waitedFor: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms / 1_000} s: ${what}`)), ms);
  });
  try {
    return await Promise.race([waitedFor, late]);
  } finally {
    clearTimeout(timer);
  }
}
