import { limits } from '../common/limits.ts';

/** Runs `act` on every item, at most `throttleLimit` at once (absent or not above 0: the default). `act` must not throw. */
export async function eachThrottled<T>(
  items: readonly T[],
  throttleLimit: number | undefined,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const lanes = throttleLimit === undefined || throttleLimit <= 0 ? limits.throttleLimit : throttleLimit;
  const queue = [...items];
  const lane = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
}
