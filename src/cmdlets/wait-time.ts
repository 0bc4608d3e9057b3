/** `-Wait` and `-Timeout` as the agent takes them: 0 does not wait, null waits for ever. */
export function waitMilliseconds(values: { readonly Wait?: boolean; readonly Timeout?: number }): number | null {
  if (values.Timeout !== undefined) return values.Timeout * 1000;
  return values.Wait === true ? null : 0;
}
